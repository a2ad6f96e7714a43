/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* follow.h - from the streams of programs to the sink. */
#ifndef BPFSTREAM_FOLLOW_H
#define BPFSTREAM_FOLLOW_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "sink.h"

/* Opaque: the streams that are followed, and a buffer to read into. */
struct follow;

#define FOLLOW_STDOUT 1
#define FOLLOW_STDERR 2
#define FOLLOW_BOTH   (FOLLOW_STDOUT | FOLLOW_STDERR)

/* follow_new - follow nothing as yet, write to @sink. NULL if memory is short. */
struct follow *follow_new(struct sink *sink);

/*
 * follow_add - follow a program too
 * @prog_fd:	it, as long as it is followed; remains the caller's
 * @streams:	FOLLOW_*
 *
 * 0 or -ENOMEM.
 */
int follow_add(struct follow *follow, int prog_fd, unsigned int streams);

/*
 * follow_until - write what comes until it is time to stop
 * @stop:	a flag that a signal handler sets
 * @end_ns:	an end in CLOCK_MONOTONIC time, or UINT64_MAX
 *
 * 0, or a negative errno after it has told what went wrong.
 */
int follow_until(struct follow *follow, const volatile sig_atomic_t *stop, uint64_t end_ns);

/*
 * follow_drain - write all that is there, lines without an end included
 * @may_grow:	the programs may still be writing: then it ends where a stream is found empty.
 *		Otherwise they have just been detached, and it waits for those that are still
 *		running somewhere.
 */
int follow_drain(struct follow *follow, bool may_grow);

void follow_free(struct follow *follow);

/* now_ns - CLOCK_MONOTONIC */
uint64_t now_ns(void);

#endif
