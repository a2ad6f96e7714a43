/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ring.h - the ring that a loaded program writes to (bpf_stream/ring.h), seen without consuming. */
#ifndef BPFSTREAM_RING_H
#define BPFSTREAM_RING_H

#include <bpf_stream/user.h>
#include <stdbool.h>
#include <stddef.h>

struct ring_state {
	unsigned int map_id; /* the same for all programs of the object; 0: no ring */
	size_t pending, size; /* bytes */
	int reader; /* pid; 0: none; -1: one that has not left its pid */
};

/* ring_state - look at the ring of a program. False if it has none, or it cannot be opened. */
bool ring_state(int prog_fd, struct ring_state *state);

/* ring_damaged - how many of the records in the ring of a program are damaged */
unsigned int ring_damaged(int prog_fd);

/* ring_reader - "process 123 (bpfstream)"; pid as in struct ring_state */
const char *ring_reader(int pid, char *text, size_t size);

#endif
