/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* losses.c - what programs lose while they are followed: told once, also for those that count together. */
#include <bpf_stream/user.h>
#include <stdlib.h>

#include "bpfstream.h"
#include "follow/losses.h"
#include "progs/share.h"

struct losses {
	struct losses *next;
	uint32_t map_id; /* by this one it is known that they count together */
	unsigned int users;
	uint64_t told; /* lost messages: told, or lost before it began */
};

static bool sum_of(int prog_fd, uint64_t *sum)
{
	struct bpf_log_counts counts;

	if (bpf_log_losses(prog_fd, &counts))
		return false;
	*sum = 0;
	for (int i = 0; i < 2; i++) {
		const struct bpf_log_lost *lost = &counts.lost[i];

		*sum += lost->full + lost->no_memory + lost->busy + lost->invalid + lost->too_long +
			lost->other;
	}
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
	if (!losses || !sum_of(prog_fd, &losses->told)) {
		free(losses);
		return NULL;
	}
	losses->map_id = map_id;
	losses->users = 1;
	losses->next = *all;
	*all = losses;
	return losses;
}

void losses_tell(struct losses *losses, int prog_fd, unsigned int id, const char *name)
{
	unsigned int others[SHARE_MAX];
	unsigned long long lost;
	char list[1024];
	uint64_t now;
	size_t nr;

	if (!losses || !sum_of(prog_fd, &now) || now == losses->told)
		return;
	lost = now - losses->told;
	losses->told = now;
	nr = share_ids(prog_fd, others);
	if (nr)
		msg("program %u, %s, and %s, which count%s with it, lost %llu message%s meanwhile",
		    id, name, share_list(others, nr, list, sizeof(list)), nr == 1 ? "s" : "", lost,
		    lost == 1 ? "" : "s");
	else
		msg("program %u, %s, lost %llu message%s meanwhile", id, name, lost,
		    lost == 1 ? "" : "s");
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
