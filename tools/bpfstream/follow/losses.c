/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * losses.c - the losses of programs while they are followed, reported once for those that share
 * counts.
 */
#include <bpf_stream/user.h>
#include <stdlib.h>

#include "bpfstream.h"
#include "follow/losses.h"
#include "progs/share.h"

struct losses {
	struct losses *next;
	uint32_t map_id; /* the same for programs that share counts */
	unsigned int users;
	uint64_t reported; /* messages that were reported, or lost before losses_begin() */
};

static bool sum_of(int prog_fd, uint64_t *sum)
{
	struct bpf_log_counts counts;

	if (bpf_log_losses(prog_fd, &counts))
		return false;
	*sum = bpf_log_lost_total(&counts.lost[0]) + bpf_log_lost_total(&counts.lost[1]);
	return true;
}

struct losses *losses_begin(struct losses **all, int prog_fd)
{
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
	losses = calloc(1, sizeof(*losses));
	if (!losses || !sum_of(prog_fd, &losses->reported)) {
		free(losses);
		return NULL;
	}
	losses->map_id = map_id;
	losses->users = 1;
	losses->next = *all;
	*all = losses;
	return losses;
}

void losses_report(struct losses *losses, int prog_fd, unsigned int id, const char *name)
{
	unsigned int others[SHARE_MAX];
	unsigned long long lost;
	char list[1024];
	uint64_t now;
	size_t nr;

	if (!losses || !sum_of(prog_fd, &now) || now == losses->reported)
		return;
	lost = now - losses->reported;
	losses->reported = now;
	nr = share_ids(prog_fd, others);
	if (nr)
		msg("program %u (%s) lost %llu message%s, counted together with program%s %s", id,
		    name, lost, lost == 1 ? "" : "s", nr == 1 ? "" : "s",
		    share_list(others, nr, list, sizeof(list)));
	else
		msg("program %u (%s) lost %llu message%s", id, name, lost, lost == 1 ? "" : "s");
}

void losses_end(struct losses **all, struct losses *losses)
{
	if (!losses || --losses->users)
		return;
	while (*all != losses)
		all = &(*all)->next;
	*all = losses->next;
	free(losses);
}
