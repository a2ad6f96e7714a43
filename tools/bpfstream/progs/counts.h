/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* counts.h - what loaded programs lost and suppressed, their levels, and the state of their streams. */
#ifndef BPFSTREAM_COUNTS_H
#define BPFSTREAM_COUNTS_H

#include <bpf_stream/user.h>
#include <stdbool.h>
#include <stddef.h>

#include "progs/prog.h"
#include "progs/progs.h"
#include "progs/ring.h"
#include "progs/select.h"
#include "progs/share.h"

/* capacity of a stream of Linux 6.17 to 7.3, in bytes */
#define COUNTS_CAPACITY 100000U

/* A part of an object with a live level of its own (BPF_LOG_DECLARE_COMPONENT) */
struct counts_component {
	char *name;
	int level;
};

/* A program. What programs of one object share is the same in each of them. */
struct counts {
	unsigned int id;
	char name[PROG_NAME];
	char tag[PROG_TAG];
	bool has_streams; /* false: the kernel has none, and @stream is unused */
	struct progs_stream stream[2];
	bool owns; /* @components are freed with it */
	int err; /* negative: the program has no counts, and nothing that follows is set */
	/* shared with the programs of the object: */
	uint32_t map_id;
	struct bpf_log_counts lost;
	int level, max_level; /* negative: none, stream.h without log.h */
	struct counts_component *components;
	size_t nr_components;
	const char *where, *where_else; /* see where.h */
	struct ring_state ring;
	unsigned int damaged; /* records in it */
	/* the other programs of the object */
	size_t nr_shared;
	unsigned int shared[SHARE_MAX];
};

struct counts_list {
	struct counts *progs; /* by id */
	size_t nr;
};

/*
 * counts_get - look at the programs that match
 * @only:	id of the only program to look at, or 0
 * @select:	or NULL: all. Sets met[] of each word.
 *
 * Consumes nothing. Returns 0, or EXIT_FAILED after reporting the error; free the list in any case.
 */
int counts_get(struct counts_list *list, __u32 only, struct select *select);
void counts_free(struct counts_list *list);

/* counts_leaked - bytes that dropped messages took from the capacity of a stream, or -1: unknown */
long counts_leaked(const struct progs_stream *stream);

#endif
