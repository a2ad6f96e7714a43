/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * follow.h - the programs that are followed: read their streams and rings, build records, show them
 * in order of time.
 *
 * pace.h says when to read, discover.h which programs to follow.
 */
#ifndef BPFSTREAM_FOLLOW_H
#define BPFSTREAM_FOLLOW_H

#include <bpf_stream/user.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>

#include "follow/losses.h"
#include "progs/prog.h"
#include "progs/progs_iter.h"
#include "show/show.h"

/* A stream of a program. Small, because there may be thousands. */
struct follow_stream {
	struct show_source source;
	uint64_t time_ns; /* of the last record; a record without a time gets the same */
	bool more; /* the last read did not empty the stream */
	struct progs_mark mark; /* --peek: what has been read */
};

struct follow_text;
struct follow_ring;

struct follow_prog {
	struct follow *follow;
	__u32 id;
	int fd; /* -1: open the program for each read */
	char *name;
	char tag[PROG_TAG];
	bool full_name; /* it has been looked up */
	bool gone; /* unloaded; reported after the kept records, see follow_keep() */
	uint64_t gone_ns; /* since when that is known */
	struct follow_text
		*text; /* per stream: the record being built. NULL: nothing read lately */
	struct follow_prog *next; /* of the programs with @text, or of those that are gone */
	uint64_t read_ns; /* when text was last read */
	uint64_t total; /* bytes read since follow_limit() */
	struct losses *losses; /* NULL: not counted */
	struct follow_stream streams[2];
	struct follow_ring *ring; /* of its object, or NULL */
	uint64_t ring_ns; /* time of the last record of the ring that has its name */
	void *user; /* the caller's */
};

struct follow;

/*
 * A record is shown this long after it was written, at the earliest. A program takes the time of a
 * record before the record is in the stream, so older records of other streams may still arrive.
 */
#define FOLLOW_DELAY_MS 50

/*
 * follow_new - follow no program yet
 * @streams:	the streams to read, a superset of those of @show
 * @peek:	read with this, without consuming; or NULL
 *
 * Returns NULL after reporting the error.
 */
struct follow *follow_new(struct show *show, unsigned int streams, struct progs_iter *peek);
void follow_free(struct follow *follow);

/*
 * follow_add - follow a program
 * @fd:	of the program, owned by @follow from now on, or -1
 *
 * Returns NULL after reporting the error.
 */
struct follow_prog *follow_add(struct follow *follow, __u32 id, int fd);

/*
 * follow_describe - set the tag, and the name that is used until the full name is looked up, at the
 * first text; follow_name - the name alone
 */
void follow_describe(struct follow_prog *prog, const struct bpf_prog_info *info);
void follow_name(struct follow_prog *prog, const char *name);

/* follow_hold - keep the program open, and so loaded; follow_release - close it */
void follow_hold(struct follow_prog *prog);
void follow_release(struct follow_prog *prog);

/*
 * follow_gone - stop following a program that has been unloaded
 *
 * Shows all text that was read from it, incomplete lines included, and a notice. Frees @prog.
 * Returns false after reporting an error.
 */
bool follow_gone(struct follow *follow, struct follow_prog *prog);

struct follow_prog *follow_find(const struct follow *follow, __u32 id);
/* follow_next - the next program by id; NULL starts and ends */
struct follow_prog *follow_next(const struct follow *follow, const struct follow_prog *prog);

/*
 * follow_open - open a program
 *
 * Returns an fd, or a negative errno: -ENOENT if it has been unloaded; other errors are reported,
 * once.
 */
int follow_open(struct follow *follow, __u32 id);

/*
 * follow_read - read the streams of a program
 * @streams:	limited to these; --peek reads all of them
 *
 * Returns the number of bytes; -EAGAIN if the program cannot be opened now; or another negative
 * errno after reporting it.
 */
int follow_read(struct follow *follow, struct follow_prog *prog, unsigned int streams);

/* follow_read_all - one round over all programs. As follow_read(), without -EAGAIN. */
int follow_read_all(struct follow *follow);

/* follow_has_streams - false: the kernel has none, and only rings are read */
bool follow_has_streams(const struct follow *follow);

/* follow_has_rings - whether a ring is followed, or will be when its reader has ended */
bool follow_has_rings(const struct follow *follow);

/*
 * follow_ring - follow the ring of a program, if it has one
 * @fd:		any fd of the program
 *
 * A ring that several programs share is followed once. Returns 0; -EBUSY if another process reads
 * it: then it is followed when that has ended; or another negative errno. All are reported.
 */
int follow_ring(struct follow_prog *prog, int fd);

/* follow_ring_maps - the same for a loader, who has the maps and needs no right to open them */
int follow_ring_maps(struct follow_prog *prog, int ring_fd, int literals_fd);

/* follow_ring_is_busy - whether another process reads the ring of the program */
bool follow_ring_is_busy(const struct follow_prog *prog);

/*
 * follow_read_rings - read the rings that have text
 * @all:	do not rely on being woken
 *
 * Returns 1 or more if there was anything, 0, or a negative errno, reported.
 */
int follow_read_rings(struct follow *follow, bool all);

/* follow_more_rings - whether there is more to read at once */
bool follow_more_rings(const struct follow *follow);

/* follow_fd - readable when a ring has text, or @wake_fd is readable (-1: none) */
int follow_fd(struct follow *follow, int wake_fd);

/* follow_limit - let follow_read_all() skip programs after that many bytes from each */
void follow_limit(struct follow *follow, uint64_t max);

/*
 * A round reads all streams that have text. Records are shown in order of time, up to
 * FOLLOW_DELAY_MS before the start of the last round. Newer ones wait for the next round, which
 * is due after follow_due_ms(): at most @most_ms.
 */
void follow_begin_round(struct follow *follow);
void follow_end_round(struct follow *follow);
int follow_due_ms(const struct follow *follow, int most_ms);

/*
 * follow_show - show the records that are due
 * @all:	everything that was read, incomplete lines included
 *
 * Returns 0, or a negative errno after reporting it.
 */
int follow_show(struct follow *follow, bool all);

/*
 * follow_keep - keep only the last @n records instead of showing them; SIZE_MAX shows these, and
 * all later records again
 *
 * Returns false after reporting an error.
 */
bool follow_keep(struct follow *follow, size_t n);

/* follow_idle - free the buffers of programs that have been silent for a while */
void follow_idle(struct follow *follow);

/*
 * follow_count - count the messages that a program loses
 * @fd:		of the program
 * @since_load:	all of them; otherwise from now on
 */
void follow_count(struct follow *follow, struct follow_prog *prog, int fd, bool since_load);

/*
 * follow_losses - show, in order of time, what the program lost since the last call, and report where
 * it writes if that cannot be read
 *
 * Returns 0, or a negative errno after reporting it.
 */
int follow_losses(struct follow_prog *prog);

/* follow_look_at_losses - the same for all programs, once a second; losses only as JSON */
int follow_look_at_losses(struct follow *follow);

/* follow_finish - the same for all programs, at the end: show everything that was read */
int follow_finish(struct follow *follow);

struct sink *follow_sink(const struct follow *follow);

#endif
