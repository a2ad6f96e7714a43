/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * losses.c - what the programs of an object lose while they are followed, and where they write if that
 * cannot be read.
 */
#include <bpf/bpf.h>
#include <bpf_stream/user.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "follow/losses.h"
#include "progs/share.h"
#include "progs/where.h"

struct losses {
	struct losses *next;
	uint32_t map_id; /* the same for programs that share counts */
	unsigned int users;
	int map_fd;
	char *value, *last; /* of the map: room to read it, and what it was then */
	size_t size;
	struct bpf_log_lost shown[2], now[2];
	bool dirty; /* the map has changed since the counts were read */
	bool pending; /* losses_show() will come */
	int sink; /* where the messages go */
	bool placed; /* that is known, and reported if they cannot be read */
	size_t nr_others; /* programs that share the counts */
	unsigned int others[SHARE_MAX];
};

struct losses *losses_next(const struct losses *losses)
{
	return losses->next;
}

static void free_losses(struct losses *losses)
{
	if (losses->map_fd >= 0)
		close(losses->map_fd);
	free(losses->value);
	free(losses->last);
	free(losses);
}

static struct losses *new_losses(uint32_t map_id)
{
	struct losses *losses = calloc(1, sizeof(*losses));
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (!losses)
		return NULL;
	losses->map_id = map_id;
	losses->users = 1;
	losses->map_fd = bpf_map_get_fd_by_id(map_id);
	if (losses->map_fd >= 0 && !bpf_map_get_info_by_fd(losses->map_fd, &info, &len)) {
		losses->size = info.value_size;
		losses->value = calloc(1, losses->size);
		losses->last = calloc(1, losses->size);
	}
	if (losses->value && losses->last)
		return losses;
	free_losses(losses);
	return NULL;
}

/* Whether the map has changed. If it cannot be read, nobody knows. */
static bool has_changed(struct losses *losses)
{
	__u32 zero = 0;

	if (bpf_map_lookup_elem(losses->map_fd, &zero, losses->value))
		return true;
	if (!memcmp(losses->value, losses->last, losses->size))
		return false;
	memcpy(losses->last, losses->value, losses->size);
	return true;
}

struct losses *losses_begin(struct losses **all, int prog_fd, bool since_load)
{
	struct bpf_log_counts counts;
	struct losses *losses;
	uint32_t map_id;

	if (bpf_log_map_id(prog_fd, &map_id))
		return NULL;
	for (losses = *all; losses; losses = losses->next) {
		if (losses->map_id == map_id) {
			losses->users++;
			return losses;
		}
	}
	losses = new_losses(map_id);
	if (!losses)
		return NULL;
	has_changed(losses);
	if (bpf_log_losses(prog_fd, &counts)) {
		free_losses(losses);
		return NULL;
	}
	losses->dirty = since_load;
	if (!since_load)
		memcpy(losses->shown, counts.lost, sizeof(losses->shown));
	losses->sink = bpf_log_sink_get(prog_fd);
	losses->placed = losses->sink != BPF_LOG_SINK_UNUSED && !where_is_unread(losses->sink);
	losses->next = *all;
	*all = losses;
	return losses;
}

void losses_end(struct losses **all, struct losses *losses)
{
	if (!losses || --losses->users)
		return;
	while (*all != losses)
		all = &(*all)->next;
	*all = losses->next;
	free_losses(losses);
}

bool losses_due(struct losses *losses, bool counts)
{
	bool changed = has_changed(losses);

	losses->dirty |= changed;
	return (counts && losses->dirty) ||
	       (!losses->placed && (changed || losses->sink != BPF_LOG_SINK_UNUSED));
}

static void place(struct losses *losses, int prog_fd, unsigned int id, const char *name)
{
	if (losses->sink == BPF_LOG_SINK_UNUSED)
		losses->sink = bpf_log_sink_get(prog_fd);
	losses->placed = losses->sink != BPF_LOG_SINK_UNUSED;
	if (where_is_unread(losses->sink))
		where_report(losses->sink, id, name);
}

bool losses_look(struct losses *losses, int prog_fd, unsigned int id, const char *name, bool counts)
{
	struct bpf_log_counts read;

	if (!losses->placed)
		place(losses, prog_fd, id, name);
	if (!counts)
		return false;
	losses->dirty = false;
	if (bpf_log_losses(prog_fd, &read) ||
	    !memcmp(read.lost, losses->shown, sizeof(losses->shown)))
		return false;
	memcpy(losses->now, read.lost, sizeof(losses->now));
	losses->nr_others = share_ids(prog_fd, losses->others);
	if (losses->pending)
		return false;
	losses->pending = true;
	return true;
}

static bool report(const struct losses *losses, const struct show_source *source,
		   const struct bpf_log_lost *lost)
{
	unsigned long long nr = bpf_log_lost_total(&lost[0]) + bpf_log_lost_total(&lost[1]);
	char list[1024];

	if (losses->nr_others)
		msg("program %u (%s) lost %llu message%s, counted together with program%s %s",
		    source->id, source->name, nr, nr == 1 ? "" : "s",
		    losses->nr_others == 1 ? "" : "s",
		    share_list(losses->others, losses->nr_others, list, sizeof(list)));
	else
		msg("program %u (%s) lost %llu message%s", source->id, source->name, nr,
		    nr == 1 ? "" : "s");
	return true;
}

bool losses_show(struct losses *losses, struct show *show, const struct show_source *source,
		 uint64_t time_ns)
{
	struct bpf_log_lost lost[2];
	struct show_lost event = {
		.time_ns = time_ns,
		.others = losses->others,
		.nr_others = losses->nr_others < SHARE_MAX ? losses->nr_others : SHARE_MAX,
	};
	bool ok = true;

	losses->pending = false;
	for (int i = 0; i < 2; i++) {
		const struct bpf_log_lost *now = &losses->now[i], *shown = &losses->shown[i];

		lost[i] = (struct bpf_log_lost){
			.full = now->full - shown->full,
			.no_memory = now->no_memory - shown->no_memory,
			.busy = now->busy - shown->busy,
			.invalid = now->invalid - shown->invalid,
			.too_long = now->too_long - shown->too_long,
			.other = now->other - shown->other,
		};
		event.stream_id = BPF_STREAM_ID_STDOUT + i;
		event.lost = &lost[i];
		event.total = bpf_log_lost_total(now);
		if (show->json && show->streams & 1U << event.stream_id &&
		    bpf_log_lost_total(&lost[i]))
			ok = ok && show_lost(show, source, &event);
	}
	memcpy(losses->shown, losses->now, sizeof(losses->shown));
	if (show->json)
		return ok;
	return sink_finish(&show->sink) && report(losses, source, lost);
}
