/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* share.c - programs that share their level and counts. */
#include <bpf/bpf.h>
#include <bpf_stream/user.h>
#include <stdio.h>
#include <unistd.h>

#include "progs/prog.h"
#include "progs/share.h"

/* The kernel lets a program use 64 maps. */
#define MAPS_MAX 64

static bool uses_map(int prog_fd, __u32 map_id)
{
	__u32 ids[MAPS_MAX], i;
	struct bpf_prog_info info = {
		.nr_map_ids = MAPS_MAX,
		.map_ids = (__u64)(unsigned long)ids,
	};

	if (!prog_info(prog_fd, &info))
		return false;
	for (i = 0; i < info.nr_map_ids && i < MAPS_MAX; i++) {
		if (ids[i] == map_id)
			return true;
	}
	return false;
}

size_t share_others(int prog_fd, unsigned int *ids,
		    bool (*is_known)(const void *ctx, unsigned int id), const void *ctx)
{
	struct bpf_prog_info info = {};
	__u32 map_id, id = 0;
	size_t nr = 0;
	int fd;

	if (!prog_info(prog_fd, &info) || bpf_log_map_id(prog_fd, &map_id))
		return 0;
	while (!bpf_prog_get_next_id(id, &id)) {
		if (id == info.id || (is_known && is_known(ctx, id)))
			continue;
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			continue;
		if (uses_map(fd, map_id) && nr++ < SHARE_MAX)
			ids[nr - 1] = id;
		close(fd);
	}
	return nr;
}

size_t share_ids(int prog_fd, unsigned int *ids)
{
	return share_others(prog_fd, ids, NULL, NULL);
}

const char *share_list(const unsigned int *ids, size_t nr, char *text, size_t size)
{
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < nr && i < SHARE_MAX && n < size; i++)
		n += snprintf(text + n, size - n, "%s%u", i ? ", " : "", ids[i]);
	if (nr > SHARE_MAX && n < size)
		snprintf(text + n, size - n, " ...");
	return text;
}
