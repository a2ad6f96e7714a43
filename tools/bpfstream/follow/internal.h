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
/* An incomplete line is shown when nothing has followed for this long. */
#define FOLLOW_INCOMPLETE_MS 200

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
	uint64_t losses_ns; /* when they were looked at */
	struct merge *merge;
	struct keep *keep; /* or NULL: records are shown */
	bool reported_open; /* that a program cannot be opened */
	uint64_t limit; /* bytes to read from each program */
	uint64_t read_ns; /* when the text that is being processed was read ... */
	uint64_t floor_ns; /* ... and the earliest time it can have been written */
	uint64_t begin_ns; /* start of the round */
	uint64_t complete_ns; /* all streams have been read up to this time */
	size_t nr_more; /* streams that were not emptied */
	bool no_streams; /* the kernel has none: rings only */
	struct follow_ring **rings;
	size_t nr_rings;
	bool more_rings; /* there is more to read at once */
	bool unread_rings; /* one was not emptied: maybe a message is being written */
	bool held_rings; /* one has text that may not have been handed out */
	bool busy_rings; /* another process reads one */
	int epoll_fd; /* of the rings */
	char buf[FOLLOW_READ];
};

/* Items of the merge that are no records: rec.stream_id */
enum {
	FOLLOW_GONE = BPF_STREAM_ID_STDERR + 1,
	FOLLOW_LOST,
};

/* follow_out_of_memory - report it, return -ENOMEM */
int follow_out_of_memory(void);

void follow_free_prog(struct follow *follow, struct follow_prog *prog);
void follow_unlink_prog(struct follow_prog **list, struct follow_prog *prog);

/*
 * read.c: follow_feed - give an assembler the next text of a stream. follow_peek - read with
 * follow->peek; @prog: NULL for all programs. Both return as follow_read(). follow_look_up - get the full
 * name, once.
 */
void follow_look_up(struct follow_prog *prog);
int follow_feed(struct follow *follow, struct follow_prog *prog, int stream_id, const char *text,
		size_t len);
int follow_peek(struct follow *follow, struct follow_prog *prog);

/*
 * order.c: follow_record - the callback of the assemblers, puts a record into the merge.
 * follow_merge - do so for any source; @last_ns: time of its last record; its records keep their
 * order, but one that is less than @disorder_ns older goes where its time is. follow_put - the
 * callback of the merge, shows it. follow_add_notice - put one into the merge, FOLLOW_GONE or
 * FOLLOW_LOST. follow_delay_ns - how long a record has to wait for older ones.
 */
int follow_merge(struct follow *follow, struct follow_prog *prog, uint64_t *last_ns,
		 uint64_t disorder_ns, const struct bpf_stream_record *rec);
uint64_t follow_delay_ns(const struct follow *follow);
int follow_record(void *ctx, const struct bpf_stream_record *rec);
bool follow_put(void *ctx, struct merge_item *item);
bool follow_add_notice(struct follow *follow, struct follow_prog *prog, int what, uint64_t time_ns);

/* follow_settle - hand out complete records and old incomplete lines; with @all, everything */
int follow_settle(struct follow_text *text, bool all);

/* follow_set_more - note whether a read emptied the stream */
void follow_set_more(struct follow *follow, struct follow_stream *stream, bool more);

/*
 * rings.c: follow_leave_ring - read the ring of a program that is gone; frees it after the last one.
 * follow_settle_rings - as follow_settle(). follow_rings_due - when that is due. follow_rings_until
 * - up to when the rings have been read, at most @until_ns. follow_limit_rings - as follow_limit().
 */
int follow_leave_ring(struct follow_prog *prog);
int follow_settle_rings(struct follow *follow, bool all);
uint64_t follow_rings_due(const struct follow *follow);
uint64_t follow_rings_until(const struct follow *follow, uint64_t until_ns);
void follow_limit_rings(struct follow *follow);
void follow_free_rings(struct follow *follow);

#endif
