/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* discover.c - find the programs to follow, and read those that have text. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "follow/discover.h"
#include "follow/watch.h"
#include "progs/lookup.h"
#include "progs/prog.h"
#include "show/clock.h"

/* A program may write as fast as it is read: give up on its last output after this many reads. */
#define LAST_READS 16

/* The state of a program that is followed */
struct found {
	bool seen; /* in this pass */
	__u64 newest[2]; /* newest element of each stream at the last look, see watch.h */
};

struct discover {
	struct select *select;
	struct watch *watch;
	struct follow *follow;
	struct wake *wake; /* or NULL */
	unsigned int streams; /* that are shown */
	bool peek, verbose;
	bool changed; /* list all programs with the next look */
	bool added; /* programs whose streams have not been read yet */
	uint64_t begin_ns; /* CLOCK_BOOTTIME */
	__u32 *known; /* ids of the last pass over all programs, sorted */
	size_t nr_known;
};

struct discover *discover_new(struct select *select, bool verbose)
{
	struct discover *discover = calloc(1, sizeof(*discover));

	if (!discover) {
		msg("out of memory");
		return NULL;
	}
	discover->select = select;
	discover->verbose = verbose;
	discover->begin_ns = clock_boot_ns();
	discover->watch = watch_new();
	if (discover->watch)
		return discover;
	free(discover);
	return NULL;
}

void discover_begin(struct discover *discover, struct follow *follow, struct wake *wake,
		    unsigned int streams, bool peek)
{
	discover->follow = follow;
	discover->wake = wake;
	discover->streams = streams;
	discover->peek = peek;
}

void discover_free(struct discover *discover)
{
	struct follow_prog *prog = NULL;

	if (!discover)
		return;
	while (discover->follow && (prog = follow_next(discover->follow, prog)))
		free(prog->user);
	watch_free(discover->watch);
	free(discover->known);
	free(discover);
}

bool discover_any(const struct discover *discover)
{
	return discover->nr_known;
}

/* Follow a program. Takes the fd. @when: for --verbose. Returns 0 or a negative errno, reported. */
static int add(struct discover *discover, __u32 id, int fd, bool hold, const char *when)
{
	struct found *found = calloc(1, sizeof(*found));
	struct bpf_prog_info info = {};
	struct follow_prog *prog = NULL;

	/* Without it the name is empty. */
	prog_info(fd, &info);
	if (found)
		prog = follow_add(discover->follow, id, fd);
	else
		msg("out of memory");
	if (!prog) {
		free(found);
		close(fd);
		return -ENOMEM;
	}
	found->seen = true;
	prog->user = found;
	follow_describe(prog, &info);
	/* A program that was loaded meanwhile may have lost messages before it was found. */
	follow_count(discover->follow, prog, fd, info.load_time >= discover->begin_ns);
	/* Early: an open ring outlives its programs. A program may have a ring that cannot be read. */
	if (follow_ring(prog, fd) == -ENOMEM)
		return -ENOMEM;
	if (!hold)
		follow_release(prog);
	discover->added = true;
	if (discover->wake)
		wake_follow(discover->wake, id);
	if (discover->verbose)
		msg("following program %u (%s)%s", id, info.name, when);
	return 0;
}

/*
 * Follow a program if it matches. Returns 0; 1 if it cannot be opened now; or a negative errno,
 * reported. -EPERM is final: without the right to open programs nothing would ever be shown. Paths
 * need no such right; look_at_paths() opens them.
 */
static int consider(struct discover *discover, const struct watch_record *record)
{
	int fd;

	if (select_only_paths(discover->select))
		return 0;
	fd = follow_open(discover->follow, record->id);
	if (fd == -EPERM)
		return fd;
	if (fd < 0)
		return 1;
	if (!select_matches(discover->select, fd)) {
		close(fd);
		return 0;
	}
	return add(discover, record->id, fd, !watch_unused(discover->watch, record, false), "");
}

int discover_loaded(struct discover *discover, __u32 id)
{
	int fd;

	if (select_fixed(discover->select) || select_only_paths(discover->select) ||
	    follow_find(discover->follow, id))
		return 0;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		return 0;
	if (select_matches(discover->select, fd))
		return add(discover, id, fd, true, ", opened when it was loaded");
	close(fd);
	return 0;
}

/* Look for new pins: a program is usually pinned some time after it was loaded. */
static int look_at_paths(struct discover *discover)
{
	struct select *select = discover->select;
	int fd, err = 0;

	for (size_t i = 0; !err && i < select->nr; i++) {
		struct bpf_prog_info info = {};

		if (!lookup_is_path(select->words[i]))
			continue;
		fd = bpf_obj_get(select->words[i]);
		if (fd < 0)
			continue;
		if (prog_is(fd) && prog_info(fd, &info) && info.id &&
		    !follow_find(discover->follow, info.id) && select_matches(select, fd))
			err = add(discover, info.id, fd, true, "");
		else
			close(fd);
	}
	return err;
}

/*
 * Whether a stream has text that has not been read. Text that was read is gone, unless this is a
 * peek.
 */
static bool has_text(const struct discover *discover, struct found *found,
		     const struct watch_record *record)
{
	bool any = false;

	for (int i = 0; i < 2; i++) {
		if (!(discover->streams & 1U << (i + 1)))
			continue;
		any |= record->newest[i] &&
		       (!discover->peek || record->newest[i] != found->newest[i]);
		found->newest[i] = record->newest[i];
	}
	return any;
}

/*
 * Read a program to its end before releasing it. It has no users and cannot write any more, unless
 * several tails hold it.
 */
static int read_last(struct discover *discover, struct follow_prog *prog)
{
	int n = 1;

	for (int i = 0; n > 0 && i < (discover->peek ? 1 : LAST_READS); i++)
		n = follow_read(discover->follow, prog, BPF_STREAM_BOTH);
	return n < 0 ? n : 0;
}

/* Read a program, hold or release it. Returns 1 if anything was done, 0, or a negative errno. */
static int attend(struct discover *discover, struct follow_prog *prog,
		  const struct watch_record *record)
{
	struct found *found = prog->user;
	bool held = prog->fd >= 0;
	int ret = 0;

	if (has_text(discover, found, record))
		ret = follow_read(discover->follow, prog, BPF_STREAM_BOTH);
	if (ret == -EAGAIN) {
		/* still unread at the next look */
		memset(found->newest, 0, sizeof(found->newest));
		ret = 0;
	}
	if (ret < 0)
		return ret;
	ret = ret > 0;
	if (watch_unused(discover->watch, record, held)) {
		if (!held)
			return ret;
		if (read_last(discover, prog) || follow_losses(prog))
			return -EIO;
		follow_release(prog);
		return 1;
	}
	follow_hold(prog);
	return ret;
}

/* Both the ids and @known are sorted. */
static bool was_known(const struct discover *discover, __u32 id, size_t *at)
{
	while (*at < discover->nr_known && discover->known[*at] < id)
		(*at)++;
	return *at < discover->nr_known && discover->known[*at] == id;
}

/* Find new programs among all that are loaded, and note in @known which those are. */
static int find_new(struct discover *discover, __u32 **known, size_t *nr)
{
	const struct watch_record *record;
	size_t room = 0, at = 0;
	struct follow_prog *prog;
	__u32 *more;
	int ret = watch_begin(discover->watch, true);

	while (!ret && (ret = watch_next(discover->watch, &record)) > 0) {
		if (*nr == room) {
			room = room ? 2 * room : 256;
			more = realloc(*known, room * sizeof(*more));
			if (!more) {
				msg("out of memory");
				return -ENOMEM;
			}
			*known = more;
		}
		prog = follow_find(discover->follow, record->id);
		ret = 0;
		if (prog)
			((struct found *)prog->user)->seen = true;
		else if (!was_known(discover, record->id, &at))
			ret = consider(discover, record);
		if (ret < 0)
			return ret;
		/* One that cannot be opened is considered again with the next look. */
		if (ret)
			discover->changed = true;
		else
			(*known)[(*nr)++] = record->id;
		ret = 0;
	}
	return ret;
}

/* A pass over all programs: which are new, and which are gone. */
static int look_at_all(struct discover *discover)
{
	struct follow_prog *prog = NULL, *next;
	__u32 *known = NULL;
	size_t nr = 0;
	int ret;

	while ((prog = follow_next(discover->follow, prog)))
		((struct found *)prog->user)->seen = false;
	discover->changed = false;
	ret = find_new(discover, &known, &nr);
	free(discover->known);
	discover->known = known;
	discover->nr_known = nr;
	for (prog = follow_next(discover->follow, NULL); !ret && prog; prog = next) {
		next = follow_next(discover->follow, prog);
		if (((struct found *)prog->user)->seen)
			continue;
		if (discover->wake)
			wake_unfollow(discover->wake, prog->id);
		free(prog->user);
		prog->user = NULL;
		if (!follow_gone(discover->follow, prog))
			ret = -EIO;
	}
	return ret;
}

int discover_look(struct discover *discover)
{
	const struct watch_record *record;
	struct follow_prog *prog;
	bool any = false;
	int ret;

	follow_begin_round(discover->follow);
	ret = follow_read_rings(discover->follow, false);
	any = ret > 0;
	if (ret >= 0)
		ret = watch_begin(discover->watch, false);
	while (!ret && (ret = watch_next(discover->watch, &record)) > 0) {
		prog = follow_find(discover->follow, record->id);
		ret = prog ? attend(discover, prog, record) : 0;
		any |= ret > 0;
		ret = ret < 0 ? ret : 0;
	}
	if (!ret && watch_changed(discover->watch))
		any = discover->changed = true;
	if (!ret && discover->changed)
		ret = look_at_all(discover);
	if (!ret)
		ret = look_at_paths(discover);
	if (!ret && !discover->added)
		follow_end_round(discover->follow);
	any |= discover->added;
	discover->added = false;
	if (!ret)
		ret = follow_show(discover->follow, false);
	return ret ? ret : any;
}
