/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* follow.c - from the streams of programs to what is shown: reads, makes records, merges by time. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "explain.h"
#include "follow/follow.h"
#include "follow/merge.h"
#include "progs/lookup.h"
#include "progs/progs_iter.h"
#include "show/times.h"

/* How long it sleeps when there is nothing to read: doubled each time, from and to. */
#define WAIT_MIN_MS 1
#define WAIT_MAX_MS 50
/* When nobody should be writing any more: so many times nothing, so far apart, is the end. */
#define DRAIN_WAIT_MS 10
#define DRAIN_ROUNDS  2
/*
 * Ten times the capacity of a stream. Draining ends after that much from each program even if there
 * is more: somebody else has the program attached as well, and it would go on for ever.
 */
#define DRAIN_MAX (2 * 1000 * 1000)
/*
 * One read ends when it finds the stream empty. Only programs that write faster than the kernel
 * copies, all the time, fill this: then the end may cut a message, and another reader could get the
 * rest of it.
 */
#define READ_SIZE (8 * 1024 * 1024)
/* A program that has been silent for so long has no buffers any more. */
#define IDLE_NS (2 * 1000000000ULL)
/* No message is longer, nor is a report of the kernel */
#define MAX_RECORD 8192

struct follow {
	struct show *show;
	unsigned int streams; /* that are read */
	struct progs_iter *peek;
	struct bpf_stream_consumer *consumer;
	struct follow_prog **progs; /* by id */
	size_t nr, room;
	size_t nr_active;
	struct follow_prog *departed; /* gone, and not reported yet */
	struct losses *losses;
	bool told_open; /* that a program could not be opened: once */
	struct merge *merge;
	uint64_t read_ns; /* when the text that is being taken apart was read */
	uint64_t floor_ns; /* ... and since when it was written */
	uint64_t begin_ns; /* of the round */
	uint64_t complete_ns; /* all streams have been read that far */
	size_t nr_more; /* streams that were not emptied */
	/* the last ones of what was there at the beginning */
	struct merge_item *kept;
	size_t keep, nr_kept, first_kept;
	char buf[READ_SIZE];
};

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static struct show_source *source_of(const struct merge_item *item)
{
	struct follow_prog *prog = item->ctx;

	return &prog->streams[item->rec.stream_id - 1].source;
}

static bool keep(struct follow *follow, const struct merge_item *item)
{
	struct merge_item *to;
	char *raw;

	if (!follow->keep)
		return true;
	raw = malloc(item->rec.raw_len + 1);
	if (!raw) {
		msg("out of memory");
		return false;
	}
	memcpy(raw, item->rec.raw, item->rec.raw_len);
	if (follow->nr_kept == follow->keep) {
		to = &follow->kept[follow->first_kept];
		free((char *)to->rec.raw);
		follow->first_kept = (follow->first_kept + 1) % follow->keep;
	} else {
		to = &follow->kept[follow->nr_kept++];
	}
	*to = *item;
	merge_move_record(&to->rec, raw);
	return true;
}

static void free_prog(struct follow *follow, struct follow_prog *prog);

static bool show_departure(struct follow *follow, struct follow_prog *prog)
{
	struct follow_prog **at = &follow->departed;
	bool ok = show_gone(follow->show, &prog->streams[0].source);

	while (*at != prog)
		at = &(*at)->next_departed;
	*at = prog->next_departed;
	free_prog(follow, prog);
	return ok;
}

/* An item whose turn it is */
static bool put(void *ctx, struct merge_item *item)
{
	struct follow *follow = ctx;

	if (!item->rec.raw_len) {
		if (follow->keep == SIZE_MAX)
			return show_departure(follow, item->ctx);
		((struct follow_prog *)item->ctx)->gone = true;
		return true;
	}
	if (!item->shown && !show_wants(follow->show, source_of(item), &item->rec))
		return true;
	item->shown = true;
	return follow->keep != SIZE_MAX
		       ? keep(follow, item)
		       : show_record(follow->show, source_of(item), &item->rec);
}

/* What is not newer than @until_ns, by time */
static bool release(struct follow *follow, uint64_t until_ns)
{
	/* A suspended machine, or a clock that is set, has moved the one against the other. */
	if (merge_oldest(follow->merge) <= until_ns && show_has_date(follow->show))
		follow->show->wall_ns = times_wall_offset();
	return merge_release(follow->merge, until_ns);
}

static bool add_item(struct follow *follow, const struct merge_item *item)
{
	if (merge_add(follow->merge, item))
		return true;
	if (!follow->show->sink.failed)
		msg("out of memory");
	return false;
}

/*
 * The consumer's callback. A stream keeps its order whatever the times in it are, and none is later
 * than the read that brought it.
 */
static int hold(void *ctx, const struct bpf_stream_record *rec)
{
	struct follow_prog *prog = rec->prog_ctx;
	struct follow_stream *stream = &prog->streams[rec->stream_id - 1];
	struct merge_item item = {.ctx = prog, .rec = *rec};
	uint64_t time_ns = rec->log.time_ns;
	struct follow *follow = ctx;

	/* All streams were read in the last round: a line without a time is not older. */
	if (!rec->log.has_time)
		time_ns = follow->floor_ns;
	if (time_ns > follow->read_ns)
		time_ns = follow->read_ns;
	if (time_ns > stream->time_ns)
		stream->time_ns = time_ns;
	item.time_ns = stream->time_ns;
	return add_item(follow, &item) ? 0 : -EIO;
}

struct follow *follow_new(struct show *show, unsigned int streams, struct progs_iter *peek)
{
	const struct bpf_stream_consumer_opts opts = {
		.max_record = MAX_RECORD, .fed = true};
	struct follow *follow = calloc(1, sizeof(*follow));

	if (follow) {
		follow->show = show;
		follow->streams = streams;
		follow->peek = peek;
		follow->keep = SIZE_MAX;
		follow->merge = merge_new(put, follow);
		if (follow->merge)
			follow->consumer = bpf_stream_consumer__new(hold, follow, &opts);
	}
	if (follow && follow->consumer)
		return follow;
	/* of memory, or of descriptors */
	msg("cannot follow programs: %s", explain_errno(-errno));
	follow_free(follow);
	return NULL;
}

static void free_prog(struct follow *follow, struct follow_prog *prog)
{
	if (prog->fd >= 0)
		close(prog->fd);
	losses_end(&follow->losses, prog->losses);
	free(prog->name);
	free(prog);
}

static void drop_kept(struct follow *follow)
{
	while (follow->nr_kept)
		free((char *)follow->kept[--follow->nr_kept].rec.raw);
	free(follow->kept);
	follow->kept = NULL;
}

void follow_free(struct follow *follow)
{
	struct follow_prog *prog;

	if (!follow)
		return;
	drop_kept(follow);
	bpf_stream_consumer__free(follow->consumer);
	merge_free(follow->merge);
	while (follow->nr)
		free_prog(follow, follow->progs[--follow->nr]);
	while ((prog = follow->departed)) {
		follow->departed = prog->next_departed;
		free_prog(follow, prog);
	}
	free(follow->progs);
	free(follow);
}

/* Where it is, or has to be put */
static size_t place_of(const struct follow *follow, __u32 id)
{
	size_t low = 0, high = follow->nr, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (follow->progs[mid]->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct follow_prog *follow_find(const struct follow *follow, __u32 id)
{
	size_t at = place_of(follow, id);

	return at < follow->nr && follow->progs[at]->id == id ? follow->progs[at] : NULL;
}

struct follow_prog *follow_next(const struct follow *follow, const struct follow_prog *prog)
{
	size_t at = prog ? place_of(follow, prog->id + 1) : 0;

	return at < follow->nr ? follow->progs[at] : NULL;
}

struct follow_prog *follow_add(struct follow *follow, __u32 id, int fd)
{
	size_t at = place_of(follow, id), room;
	struct follow_prog **progs, *prog = NULL;

	if (follow->nr == follow->room) {
		room = follow->room ? 2 * follow->room : 16;
		progs = realloc(follow->progs, room * sizeof(*progs));
		if (!progs)
			goto fail;
		follow->progs = progs;
		follow->room = room;
	}
	prog = calloc(1, sizeof(*prog));
	if (!prog)
		goto fail;
	prog->id = id;
	prog->fd = fd;
	for (int i = 0; i < 2; i++)
		prog->streams[i].source = (struct show_source){.id = id, .name = "?"};
	memmove(follow->progs + at + 1, follow->progs + at,
		(follow->nr - at) * sizeof(*follow->progs));
	follow->progs[at] = prog;
	follow->nr++;
	return prog;
fail:
	msg("out of memory");
	return NULL;
}

void follow_name(struct follow_prog *prog, const char *name)
{
	char *copy = strdup(name);

	/* Without memory for it there is the name before. */
	if (!copy)
		return;
	free(prog->name);
	prog->name = copy;
	for (int i = 0; i < 2; i++)
		prog->streams[i].source.name = copy;
}

/* Its name, and the buffers: when there is text of it */
static int activate(struct follow *follow, struct follow_prog *prog, int fd)
{
	char name[LOOKUP_NAME];
	int err;

	prog->quiet_ns = now_ns();
	if (prog->active)
		return 0;
	if (!prog->whole_name) {
		lookup_name(fd, name, sizeof(name));
		follow_name(prog, name);
		prog->whole_name = true;
		for (int i = 0; i < 2 && lookup_tag(fd, prog->tag); i++)
			prog->streams[i].source.tag = prog->tag;
	}
	err = bpf_stream_consumer__add_prog(follow->consumer, (int)prog->id, follow->streams, prog);
	if (err) {
		msg("out of memory");
		return -ENOMEM;
	}
	prog->active = true;
	follow->nr_active++;
	return 0;
}

static int feed(struct follow *follow, struct follow_prog *prog, int fd, int stream_id,
		const char *text, size_t len)
{
	int ret = activate(follow, prog, fd);

	if (ret)
		return ret;
	follow->read_ns = now_ns();
	follow->floor_ns = follow->complete_ns;
	ret = bpf_stream_consumer__feed(follow->consumer, (int)prog->id, stream_id, text, len);
	return ret < 0 ? ret : 0;
}

static void set_more(struct follow *follow, struct follow_stream *stream, bool more)
{
	follow->nr_more += more;
	follow->nr_more -= stream->more;
	stream->more = more;
}

static int read_stream(struct follow *follow, struct follow_prog *prog, int fd, int stream_id)
{
	int n = bpf_stream_read(fd, stream_id, follow->buf, sizeof(follow->buf)), err;

	set_more(follow, &prog->streams[stream_id - 1], n == (int)sizeof(follow->buf));
	if (n < 0)
		msg("cannot read a stream of program %u: %s", prog->id, strerror(-n));
	if (n <= 0)
		return n;
	err = feed(follow, prog, fd, stream_id, follow->buf, n);
	return err ? err : n;
}

static int peek_streams(struct follow *follow, struct follow_prog *prog, int fd)
{
	const struct progs_record *record;
	const char *text;
	size_t len;
	int total = 0, ret;

	ret = progs_iter_start(follow->peek, prog->id);
	if (!ret)
		ret = progs_iter_next(follow->peek, &record);
	if (ret < 0)
		msg("cannot look into program %u: %s", prog->id, explain_errno(ret));
	if (ret <= 0)
		return ret;
	for (int i = 0; i < 2; i++) {
		len = progs_iter_news(follow->peek, record, i, &prog->streams[i].mark, &text);
		if (!(follow->streams & 1U << (i + 1)))
			continue;
		if (record->stream[i].truncated)
			msg("program %u: there is more than could be read", prog->id);
		if (!len)
			continue;
		total += len;
		ret = feed(follow, prog, fd, i + 1, text, len);
		if (ret)
			return ret;
		if (record->stream[i].lost)
			msg("program %u: another reader took %u messages while they were looked at",
			    prog->id, record->stream[i].lost);
	}
	return total;
}

int follow_open(struct follow *follow, __u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd == -EPERM && !follow->told_open) {
		msg("not permitted to open programs by their id: it takes root or CAP_SYS_ADMIN "
		    "(a pin is opened by its path)");
		follow->told_open = true;
	} else if (fd < 0 && fd != -ENOENT && !follow->told_open) {
		msg("cannot open program %u, and maybe others: %s", id, explain_errno(fd));
		follow->told_open = true;
	}
	return fd;
}

int follow_read(struct follow *follow, struct follow_prog *prog, unsigned int streams)
{
	int fd = prog->fd >= 0 ? prog->fd : follow_open(follow, prog->id), ret = 0, n;

	if (fd == -EPERM)
		return fd;
	if (fd < 0) {
		/* still news at the next look */
		prog->streams[0].newest = prog->streams[1].newest = 0;
		return 0;
	}
	if (follow->peek) {
		ret = peek_streams(follow, prog, fd);
	} else {
		for (int id = BPF_STREAM_ID_STDOUT; ret >= 0 && id <= BPF_STREAM_ID_STDERR; id++) {
			if (!(follow->streams & streams & 1U << id))
				continue;
			n = read_stream(follow, prog, fd, id);
			ret = n < 0 ? n : ret + n;
		}
	}
	if (fd != prog->fd)
		close(fd);
	prog->total += ret > 0 ? ret : 0;
	return ret;
}

void follow_begin_round(struct follow *follow)
{
	follow->begin_ns = now_ns();
}

void follow_end_round(struct follow *follow)
{
	bool alone = follow->nr == 1 && !(follow->streams & (follow->streams - 1));
	uint64_t until_ns = follow->begin_ns - (alone ? 0 : FOLLOW_DELAY_MS * 1000000ULL);
	const struct follow_stream *stream;

	/* One that is filled faster than it is read may have anything after its last record. */
	for (size_t i = 0; follow->nr_more && i < 2 * follow->nr; i++) {
		stream = &follow->progs[i / 2]->streams[i % 2];
		if (stream->more && stream->time_ns < until_ns)
			until_ns = stream->time_ns;
	}
	if (until_ns > follow->complete_ns)
		follow->complete_ns = until_ns;
}

int follow_due_ms(const struct follow *follow, int most_ms)
{
	uint64_t due_ns = merge_oldest(follow->merge), now = now_ns();

	if (due_ns == UINT64_MAX)
		return most_ms;
	due_ns += FOLLOW_DELAY_MS * 1000000ULL;
	if (due_ns <= now)
		return 0;
	return (due_ns - now) / 1000000 < (uint64_t)most_ms ? (int)((due_ns - now) / 1000000) + 1
							     : most_ms;
}

int follow_show(struct follow *follow, bool all)
{
	int ret = bpf_stream_consumer__settle(follow->consumer);

	if (ret >= 0)
		ret = all ? bpf_stream_consumer__drain(follow->consumer)
			  : bpf_stream_consumer__poll(follow->consumer, 0);
	if (ret < 0)
		return ret;
	if (!release(follow, all ? UINT64_MAX : follow->complete_ns) ||
	    !sink_flush(&follow->show->sink))
		return -EIO;
	return 0;
}

int follow_fd(const struct follow *follow)
{
	return bpf_stream_consumer__epoll_fd(follow->consumer);
}

static void deactivate(struct follow *follow, struct follow_prog *prog)
{
	if (!prog->active)
		return;
	bpf_stream_consumer__remove_prog(follow->consumer, (int)prog->id);
	prog->active = false;
	follow->nr_active--;
}

void follow_idle(struct follow *follow)
{
	uint64_t now;

	if (!follow->nr_active)
		return;
	now = now_ns();
	for (size_t i = 0; i < follow->nr; i++) {
		if (now - follow->progs[i]->quiet_ns > IDLE_NS)
			deactivate(follow, follow->progs[i]);
	}
}

bool follow_gone(struct follow *follow, struct follow_prog *prog)
{
	size_t at = place_of(follow, prog->id);
	struct merge_item gone = {.ctx = prog, .rec = {.stream_id = 3}};

	/* All that it has begun comes out, and is of this program. */
	deactivate(follow, prog);
	for (int i = 0; i < 2; i++) {
		set_more(follow, &prog->streams[i], false);
		if (prog->streams[i].time_ns > gone.time_ns)
			gone.time_ns = prog->streams[i].time_ns;
	}
	memmove(follow->progs + at, follow->progs + at + 1,
		(--follow->nr - at) * sizeof(*follow->progs));
	prog->next_departed = follow->departed;
	follow->departed = prog;
	return add_item(follow, &gone);
}

bool follow_keep(struct follow *follow, size_t n)
{
	struct merge_item gone = {.rec = {.stream_id = 3}};
	struct follow_prog *prog, *next;
	bool ok = true;

	if (n != SIZE_MAX) {
		follow->kept = calloc(n ? n : 1, sizeof(*follow->kept));
		if (!follow->kept)
			msg("out of memory");
		else
			follow->keep = n;
		return follow->kept;
	}
	/* All that has been read was there. It goes back to be merged with what comes. */
	ok = release(follow, UINT64_MAX);
	for (size_t i = 0; ok && i < follow->nr_kept; i++)
		ok = add_item(follow, &follow->kept[(follow->first_kept + i) % follow->keep]);
	drop_kept(follow);
	follow->keep = SIZE_MAX;
	for (prog = follow->departed; ok && prog; prog = next) {
		next = prog->next_departed;
		if (!prog->gone)
			continue;
		gone.ctx = prog;
		gone.time_ns = prog->streams[0].time_ns > prog->streams[1].time_ns
				       ? prog->streams[0].time_ns
				       : prog->streams[1].time_ns;
		ok = add_item(follow, &gone);
	}
	return ok;
}

void follow_count(struct follow *follow, struct follow_prog *prog, int fd)
{
	prog->losses = losses_begin(&follow->losses, fd);
}

void follow_losses(struct follow_prog *prog)
{
	int fd = prog->fd >= 0 ? prog->fd : bpf_prog_get_fd_by_id(prog->id);

	if (fd < 0)
		return;
	losses_tell(prog->losses, fd, prog->id, prog->name);
	if (fd != prog->fd)
		close(fd);
}

/* Loops for those who follow a fixed set of programs */

/* Returns whether there was anything, or a negative errno, told. */
static int read_round(struct follow *follow)
{
	bool any = false;
	int n;

	follow_begin_round(follow);
	for (size_t i = 0; i < follow->nr; i++) {
		if (follow->progs[i]->total >= DRAIN_MAX)
			continue;
		n = follow_read(follow, follow->progs[i], BPF_STREAM_BOTH);
		if (n < 0)
			return n;
		any |= n > 0;
	}
	follow_end_round(follow);
	n = follow_show(follow, false);
	return n ? n : any;
}

static void again(struct follow *follow)
{
	for (size_t i = 0; i < follow->nr; i++)
		follow->progs[i]->total = 0;
}

int follow_until(struct follow *follow, const volatile sig_atomic_t *stop, uint64_t end_ns)
{
	int any, wait_ms = WAIT_MIN_MS;
	uint64_t now;

	while (!*stop) {
		now = now_ns();
		if (now >= end_ns)
			break;
		again(follow);
		any = read_round(follow);
		if (any < 0)
			return any;
		if (any) {
			wait_ms = WAIT_MIN_MS;
			continue;
		}
		if ((end_ns - now) / 1000000 < (uint64_t)wait_ms)
			wait_ms = (end_ns - now) / 1000000 + 1;
		if (!sink_wait(&follow->show->sink, follow_due_ms(follow, wait_ms)))
			return -EIO;
		wait_ms = wait_ms * 2 < WAIT_MAX_MS ? wait_ms * 2 : WAIT_MAX_MS;
	}
	return 0;
}

int follow_drain(struct follow *follow, bool may_grow)
{
	int any, empty = 0;

	again(follow);
	/* A grace period: what was running when it was detached has ended after it. */
	if (!may_grow)
		syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	do {
		any = read_round(follow);
		if (any < 0)
			return any;
		if (any) {
			empty = 0;
			continue;
		}
		/* Programs that may sleep are not covered by the grace period. */
		if (++empty < DRAIN_ROUNDS && !may_grow &&
		    !sink_wait(&follow->show->sink, DRAIN_WAIT_MS))
			return -EIO;
	} while (empty < (may_grow ? 1 : DRAIN_ROUNDS));

	any = follow_show(follow, true);
	if (any)
		return any;
	return sink_finish(&follow->show->sink) ? 0 : -EIO;
}
