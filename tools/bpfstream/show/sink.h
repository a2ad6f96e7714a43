/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* sink.h - write the text of programs to stdout and stderr, escaped, in whole lines. */
#ifndef BPFSTREAM_SINK_H
#define BPFSTREAM_SINK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum sink_id {
	SINK_STDOUT,
	SINK_STDERR,
	NR_SINKS,
};

struct sink_out {
	int fd;
	const char *name; /* for messages */
	bool may_block; /* not a regular file */
	size_t len;
	char buf[16 * 1024];
};

/* Large: allocate it. */
struct sink {
	struct sink_out out[NR_SINKS];
	const volatile sig_atomic_t *stop;
	const void *open_by; /* owner of the incomplete line, or NULL */
	enum sink_id last; /* written last; the buffer of the other one is empty */
	bool failed; /* a write failed and was reported; nothing more is written */
};

/*
 * sink_init - start
 * @stop:	a flag that a signal handler sets, or NULL. Once it is set, a write that blocks is
 *		given up after a second, so that a stalled reader does not keep the tool running.
 */
void sink_init(struct sink *sink, const volatile sig_atomic_t *stop);

/*
 * sink_put - write a line, or a part of one, escaped
 * @by:		owner of the line. An incomplete line stays open for its owner; when another owner
 *		writes, it is ended with a newline.
 *
 * All of these return false if a write failed, now or before.
 */
bool sink_put(struct sink *sink, enum sink_id id, const void *by, const char *text, size_t len);
bool sink_flush(struct sink *sink);

/* sink_put_as_is - the same without escapes, for text of the tool or text that was escaped */
bool sink_put_as_is(struct sink *sink, enum sink_id id, const void *by, const char *text,
		    size_t len);

/* sink_is_open - whether @by continues an incomplete line */
bool sink_is_open(const struct sink *sink, const void *by);

/* sink_finish - end an incomplete line, and flush */
bool sink_finish(struct sink *sink);

/*
 * sink_wait_for - sleep until @fd is readable, @ms milliseconds have passed, or a signal comes
 * @fd:		-1: none
 *
 * Returns false if the reader of the output is gone.
 */
bool sink_wait_for(struct sink *sink, int fd, int ms);

#endif
