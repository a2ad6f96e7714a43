/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ring.c - the ring that a loaded program writes to (bpf_stream/ring.h), seen without consuming. */
#include <stdio.h>
#include <string.h>

#include "progs/ring.h"

static int ignore(void *ctx, const struct bpf_stream_record *rec)
{
	(void)ctx;
	(void)rec;
	return 0;
}

bool ring_state(int prog_fd, struct ring_state *state)
{
	struct bpf_stream_ring *ring = bpf_stream_ring__open_prog(prog_fd, 0, ignore, NULL);

	memset(state, 0, sizeof(*state));
	if (!ring)
		return false;
	state->map_id = bpf_stream_ring__map_id(ring);
	state->pending = bpf_stream_ring__pending(ring);
	state->size = bpf_stream_ring__size(ring);
	state->reader = bpf_stream_ring__owner(ring);
	if (state->reader < 0)
		state->reader = -1;
	bpf_stream_ring__free(ring);
	return true;
}

static int count_damaged(void *ctx, const struct bpf_stream_record *rec)
{
	static const char start[] = "WARN: a damaged record in the ring: ";

	*(unsigned int *)ctx +=
		rec->raw_len > sizeof(start) - 1 && !memcmp(rec->raw, start, sizeof(start) - 1);
	return 0;
}

unsigned int ring_damaged(int prog_fd)
{
	unsigned int nr = 0;
	struct bpf_stream_ring *ring = bpf_stream_ring__open_prog(prog_fd, 0, count_damaged, &nr);

	if (ring)
		bpf_stream_ring__peek(ring);
	bpf_stream_ring__free(ring);
	return nr;
}

const char *ring_reader(int pid, char *text, size_t size)
{
	char path[32], name[64] = "";
	FILE *file;

	if (pid <= 0) {
		snprintf(text, size, "another process");
		return text;
	}
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (file) {
		if (fgets(name, sizeof(name), file))
			name[strcspn(name, "\n")] = '\0';
		fclose(file);
	}
	if (name[0])
		snprintf(text, size, "process %d (%s)", pid, name);
	else
		snprintf(text, size, "process %d", pid);
	return text;
}
