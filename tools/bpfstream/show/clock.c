/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* clock.c - the clocks of the kernel, in nanoseconds. */
#include <time.h>

#include "show/clock.h"

static uint64_t read_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

uint64_t clock_mono_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_boot_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

uint64_t clock_thread_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

int64_t clock_wall_offset(void)
{
	uint64_t mono = clock_mono_ns();

	return (int64_t)(read_clock(CLOCK_REALTIME) - mono);
}
