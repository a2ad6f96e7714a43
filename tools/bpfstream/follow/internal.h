/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* internal.h - shared by the parts of follow.h: follow.c, read.c and order.c. */
#ifndef BPFSTREAM_FOLLOW_INTERNAL_H
#define BPFSTREAM_FOLLOW_INTERNAL_H

#include "follow/follow.h"
#include "follow/keep.h"
#include "follow/merge.h"

/*
 * A read ends when it finds the stream empty. Only programs that write faster than the kernel
 * copies fill a buffer of this size; its end may then cut a message, and another reader could get
 * the rest.
 */
#define FOLLOW_READ (8 * 1024 * 1024)
/* No message and no kernel report is longer. */
#define FOLLOW_RECORD 8192

/* The record that is being built from a stream */
struct follow_text {
	struct bpf_stream_assembler assembler;
	uint64_t read_ns; /* when text was last read */
	char buf[FOLLOW_RECORD];
};

struct follow {
	struct show *show;
	unsigned int streams; /* that are read */
	struct progs_iter *peek;
	struct follow_prog **progs; /* by id */
	size_t nr, room;
	struct follow_prog *active; /* those with buffers */
	struct follow_prog *departed; /* unloaded, and not reported yet */
	struct losses *losses;
	struct merge *merge;
	struct keep *keep; /* or NULL: records are shown */
	bool reported_open; /* that a program cannot be opened */
	uint64_t limit; /* bytes to read from each program */
	uint64_t read_ns; /* when the text that is being processed was read ... */
	uint64_t floor_ns; /* ... and the earliest time it can have been written */
	uint64_t begin_ns; /* start of the round */
	uint64_t complete_ns; /* all streams have been read up to this time */
	size_t nr_more; /* streams that were not emptied */
	char buf[FOLLOW_READ];
};

/* follow_out_of_memory - report it, return -ENOMEM */
int follow_out_of_memory(void);

void follow_free_prog(struct follow *follow, struct follow_prog *prog);
void follow_unlink_prog(struct follow_prog **list, struct follow_prog *prog);

/*
 * read.c: follow_feed - give an assembler the next text of a stream. follow_peek - read with
 * follow->peek. Both return as follow_read().
 */
int follow_feed(struct follow *follow, struct follow_prog *prog, int fd, int stream_id,
		const char *text, size_t len);
int follow_peek(struct follow *follow, struct follow_prog *prog, int fd);

/*
 * order.c: follow_record - the callback of the assemblers, puts a record into the merge.
 * follow_put - the callback of the merge, shows it. follow_add_gone - put the notice that a
 * program is gone into the merge.
 */
int follow_record(void *ctx, const struct bpf_stream_record *rec);
bool follow_put(void *ctx, struct merge_item *item);
bool follow_add_gone(struct follow *follow, struct follow_prog *prog);

/* follow_settle - hand out complete records and old incomplete lines; with @all, everything */
int follow_settle(struct follow_text *text, bool all);

/* follow_set_more - note whether a read emptied the stream */
void follow_set_more(struct follow *follow, struct follow_stream *stream, bool more);

#endif
