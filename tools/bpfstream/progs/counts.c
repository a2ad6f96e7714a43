/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* counts.c - what loaded programs lost and suppressed, their levels, and the state of their streams. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explain.h"
#include "progs/counts.h"
#include "progs/progs_iter.h"
#include "progs/where.h"

long counts_leaked(const struct progs_stream *stream)
{
	return stream->unsure ? -1 : (long)stream->charged - (long)stream->listed;
}

static int add_component(void *ctx, const char *name, int level)
{
	struct counts *counts = ctx;
	struct counts_component *more;
	char *copy = strdup(name);

	more = realloc(counts->components, (counts->nr_components + 1) * sizeof(*more));
	if (more)
		counts->components = more;
	if (!more || !copy) {
		free(copy);
		return -ENOMEM;
	}
	more[counts->nr_components].name = copy;
	more[counts->nr_components++].level = level;
	return 0;
}

/* Everything that the programs of one object share */
static int get_shared(int fd, struct counts *counts)
{
	counts->owns = true;
	if (bpf_log_components(fd, add_component, counts) == -ENOMEM)
		return -ENOMEM;
	counts->level = bpf_log_level_get(fd);
	counts->max_level = bpf_log_max_level_get(fd);
	counts->where = where_word(fd);
	counts->where_else = where_else(fd);
	counts->nr_shared = share_ids(fd, counts->shared);
	if (ring_state(fd, &counts->ring))
		counts->damaged = ring_damaged(fd);
	return 0;
}

/* The same from @first, a program of the object that was looked at before: once for each object */
static void copy_shared(struct counts *counts, const struct counts *first)
{
	size_t from = offsetof(struct counts, map_id);

	memcpy((char *)counts + from, (const char *)first + from, sizeof(*counts) - from);
	for (size_t i = 0; i < counts->nr_shared && i < SHARE_MAX; i++) {
		if (counts->shared[i] == counts->id)
			counts->shared[i] = first->id;
	}
}

static int get(struct counts_list *list, int fd, struct counts *counts)
{
	struct bpf_prog_info info = {};

	prog_name(fd, counts->name, sizeof(counts->name));
	if (prog_info(fd, &info))
		prog_tag(&info, counts->tag);
	counts->err = bpf_log_map_id(fd, &counts->map_id);
	for (size_t i = 0; !counts->err && i < list->nr; i++) {
		if (!list->progs[i].err && list->progs[i].map_id == counts->map_id) {
			copy_shared(counts, &list->progs[i]);
			return 0;
		}
	}
	if (!counts->err)
		counts->err = bpf_log_losses(fd, &counts->lost);
	return counts->err ? 0 : get_shared(fd, counts);
}

static int add(struct counts_list *list, int fd, const struct progs_record *record,
	       bool has_streams)
{
	struct counts *more = realloc(list->progs, (list->nr + 1) * sizeof(*more)), *counts;
	int ret;

	if (!more)
		return -ENOMEM;
	list->progs = more;
	counts = &more[list->nr];
	memset(counts, 0, sizeof(*counts));
	counts->id = record->id;
	counts->has_streams = has_streams;
	memcpy(counts->stream, record->stream, sizeof(counts->stream));
	ret = get(list, fd, counts);
	list->nr++;
	return ret;
}

static int look(struct counts_list *list, struct progs_iter *it, const struct progs_record *record,
		struct select *select)
{
	int fd = bpf_prog_get_fd_by_id(record->id), ret = 0;

	/* It may have been unloaded since. */
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	if (!select || select_matches(select, fd))
		ret = add(list, fd, record, progs_iter_has_streams(it));
	close(fd);
	return ret;
}

int counts_get(struct counts_list *list, __u32 only, struct select *select)
{
	const struct progs_record *record;
	struct progs_iter *it;
	int ret;

	memset(list, 0, sizeof(*list));
	it = progs_iter_new(false);
	if (!it)
		return EXIT_FAILED;
	ret = progs_iter_start(it, only);
	while (!ret && (ret = progs_iter_next(it, &record)) > 0)
		ret = !only || record->id == only ? look(list, it, record, select) : 0;
	progs_iter_free(it);
	if (ret == -EPERM)
		return msg("not permitted to open BPF programs: requires root or CAP_SYS_ADMIN");
	if (ret < 0)
		return msg("cannot inspect the loaded programs: %s", explain_errno(ret));
	return 0;
}

void counts_free(struct counts_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		struct counts *counts = &list->progs[i];

		if (!counts->owns)
			continue;
		for (size_t c = 0; c < counts->nr_components; c++)
			free(counts->components[c].name);
		free(counts->components);
	}
	free(list->progs);
	memset(list, 0, sizeof(*list));
}
