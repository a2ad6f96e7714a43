/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* follow.h - from the streams of programs to what is shown: reads, makes records, merges by time. */
#ifndef BPFSTREAM_FOLLOW_H
#define BPFSTREAM_FOLLOW_H

#include <bpf_stream/user.h>
#include <linux/types.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "follow/losses.h"
#include "progs/lookup.h"
#include "progs/progs_iter.h"
#include "show/show.h"

/* A stream of a program, as far as it is known: kept small, there may be thousands. */
struct follow_stream {
	struct show_source source;
	uint64_t time_ns; /* of the last record; those without a time are of the same */
	bool more; /* the last read did not empty it */
	uint64_t newest; /* what was written last when it was looked at, see watch.h */
	struct progs_mark mark; /* --peek: where it has come to */
};

struct follow_prog {
	__u32 id;
	int fd; /* or -1 */
	char *name;
	char tag[LOOKUP_TAG];
	bool whole_name; /* it has said something */
	bool active; /* there are buffers for it */
	bool seen; /* for whoever goes over all of them */
	bool gone; /* to be reported when nothing is kept any more, see follow_keep() */
	struct follow_prog *next_departed;
	uint64_t quiet_ns; /* when it said something last */
	uint64_t total; /* bytes read in this call of follow_until() or follow_drain() */
	struct losses *losses; /* or NULL: follow_count() */
	struct follow_stream streams[2];
};

struct follow;

/*
 * A record is shown so long after it was written at the earliest, so that records of other streams
 * that were written before it have arrived: a program takes the time of a record some way before
 * the record is in its stream.
 */
#define FOLLOW_DELAY_MS 50

/*
 * follow_new - follow nothing as yet, show with @show
 * @streams:	to read these; those of @show are shown
 * @peek:	take the text with this, and leave it where it is; or NULL
 *
 * NULL after it has told why not: memory, or descriptors.
 */
struct follow *follow_new(struct show *show, unsigned int streams, struct progs_iter *peek);
void follow_free(struct follow *follow);

/*
 * follow_add - follow a program too
 * @fd: of it, or -1: then it is opened for each read. It is closed in the end.
 *
 * NULL if memory is short, which is told.
 */
struct follow_prog *follow_add(struct follow *follow, __u32 id, int fd);

/* follow_name - what it is called until it says something, and its whole name is looked up */
void follow_name(struct follow_prog *prog, const char *name);

/*
 * follow_gone - follow it no longer, for it is not there any more
 *
 * All that was read of it is shown in its turn, begun lines too, and then that it is gone. False if
 * memory is short, which is told. @prog is not to be used any more.
 */
bool follow_gone(struct follow *follow, struct follow_prog *prog);

struct follow_prog *follow_find(const struct follow *follow, __u32 id);
/* follow_next - all of them, by id; NULL begins and ends */
struct follow_prog *follow_next(const struct follow *follow, const struct follow_prog *prog);

/*
 * follow_open - an fd of a program, or a negative errno: -ENOENT if it is gone; all others are told,
 * once
 */
int follow_open(struct follow *follow, __u32 id);

/*
 * follow_read - take what is in the streams of a program
 *
 * Opens it if there is no fd, for which one needs the right: -EPERM.
 * @streams:	of those that are followed; with --peek all of them whatever this is
 *
 * Returns the number of bytes, or a negative errno, told. (A program that is gone has nothing.)
 */
int follow_read(struct follow *follow, struct follow_prog *prog, unsigned int streams);

/*
 * A round reads all streams that have text. Records are shown in the order of their times: those
 * that are older than the begin of the last round, less FOLLOW_DELAY_MS. Newer ones wait for the
 * next round, which is due after follow_due_ms(), @most_ms if nothing waits.
 */
void follow_begin_round(struct follow *follow);
void follow_end_round(struct follow *follow);
int follow_due_ms(const struct follow *follow, int most_ms);

/*
 * follow_show - show what has been read and is due
 * @all:	all that has been read, begun lines too
 *
 * 0, or a negative errno, told.
 */
int follow_show(struct follow *follow, bool all);

/*
 * follow_keep - from now on, keep only the last @n records; SIZE_MAX: show these, and all that come
 *
 * False if memory is short or they cannot be written, which is told.
 */
bool follow_keep(struct follow *follow, size_t n);

/* follow_fd - readable when a begun line has waited for long enough, and follow_show() is due */
int follow_fd(const struct follow *follow);

/* follow_idle - free the buffers of programs that have been silent for a while */
void follow_idle(struct follow *follow);

/* follow_count - what it loses from now on is to be told; @fd: of it */
void follow_count(struct follow *follow, struct follow_prog *prog, int fd);

/* follow_losses - tell what it, and those that count with it, lost since the last time */
void follow_losses(struct follow_prog *prog);

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

/* now_ns - CLOCK_MONOTONIC */
uint64_t now_ns(void);

#endif
