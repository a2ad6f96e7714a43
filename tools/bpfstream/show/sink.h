/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* sink.h - where the text of programs goes: stdout and stderr, escaped, in whole lines. */
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
	bool may_block; /* a pipe or a terminal: somebody has to take the text */
	size_t len;
	char buf[16 * 1024];
};

/* Big: allocate it. */
struct sink {
	struct sink_out out[NR_SINKS];
	const volatile sig_atomic_t *stop;
	const void *open_by; /* who has begun a line and not ended it, or NULL */
	enum sink_id last; /* where was written last: the other one's buffer is empty */
	bool failed; /* a write failed, which has been told; nothing is written any more */
};

/*
 * sink_init - begin
 * @stop:	a flag that a signal handler sets, or NULL. Once it is set, output that nobody
 *		takes is given up after a second, so that the tool can be ended while a reader
 *		sleeps.
 */
void sink_init(struct sink *sink, const volatile sig_atomic_t *stop);

/*
 * sink_put - write a line, or a part of one
 * @by:		whose line it is. A line without its newline stays open, and what @by writes next
 *		goes on in it; as soon as somebody else writes, it is ended with a newline.
 *
 * These return false if writing failed, now or before.
 */
bool sink_put(struct sink *sink, enum sink_id id, const void *by, const char *text, size_t len);
bool sink_flush(struct sink *sink);

/* sink_put_as_is - the same, of text that is ours or has been made harmless */
bool sink_put_as_is(struct sink *sink, enum sink_id id, const void *by, const char *text,
		    size_t len);

/* sink_is_open - what @by writes now goes on in a line that it has begun */
bool sink_is_open(const struct sink *sink, const void *by);

/* sink_finish - end an open line, flush */
bool sink_finish(struct sink *sink);

/*
 * sink_wait - sleep for @ms milliseconds, or until a signal comes
 *
 * Returns false if there is nobody (any more) who reads the output.
 */
bool sink_wait(struct sink *sink, int ms);

/* sink_wait_for - or until one of these fds (up to SINK_WAIT_FDS, negative ones are left out) is readable */
#define SINK_WAIT_FDS 2
bool sink_wait_for(struct sink *sink, const int *fds, size_t nr, int ms);

#endif
