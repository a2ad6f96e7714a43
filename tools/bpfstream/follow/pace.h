/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * pace.h - when to read: the kernel wakes the tool when a program writes, or the tool polls.
 *
 * Rings wake the tool by themselves. Streams cannot be polled up to Linux 7.3. Where the write functions of the kernel can be traced
 * (wake.h), a write wakes the tool. Otherwise it looks every 1 to 50 ms, the more rarely the longer
 * nothing came, and yet more rarely if a look is expensive.
 */
#ifndef BPFSTREAM_PACE_H
#define BPFSTREAM_PACE_H

#include <linux/types.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "follow/follow.h"
#include "follow/wake.h"

struct pace {
	struct follow *follow;
	struct wake *wake; /* NULL: poll the streams */
	int fd; /* of follow_fd(), to be woken by; -1: poll everything */
	const volatile sig_atomic_t *stop;
	uint64_t end_ns; /* CLOCK_MONOTONIC; UINT64_MAX: never */

	/* Read what there is. Returns 1 if there was anything, 0, or a negative errno, reported. */
	int (*look)(void *ctx);
	/* A program was just loaded. Returns 0 or a negative errno, reported. May be NULL. */
	int (*loaded)(void *ctx, __u32 id);
	/* Whether there is nothing left to follow. May be NULL. */
	bool (*ended)(void *ctx);
	void *ctx;
};

/* pace_look - handle what woke the tool, then look(), and return as that does */
int pace_look(const struct pace *pace);

/*
 * pace_follow - look again and again, until it is time to stop. 0, or a negative errno, reported.
 */
int pace_follow(const struct pace *pace);

/*
 * pace_drain - read all that is left, and show it, incomplete lines included
 * @may_grow:	the programs may still be running: stop when the streams are empty once. Otherwise
 *		they have just been detached: wait for those that are still running.
 *
 * Returns 0, or a negative errno, reported.
 */
int pace_drain(struct follow *follow, bool may_grow);

#endif
