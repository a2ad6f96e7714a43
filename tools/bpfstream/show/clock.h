/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* clock.h - the clocks of the kernel, in nanoseconds. */
#ifndef BPFSTREAM_CLOCK_H
#define BPFSTREAM_CLOCK_H

#include <stdint.h>

#define NSEC_PER_SEC  1000000000ULL
#define NSEC_PER_MSEC 1000000ULL

/* clock_mono_ns - CLOCK_MONOTONIC, which records are stamped with */
uint64_t clock_mono_ns(void);

/* clock_boot_ns - CLOCK_BOOTTIME, which says when a program was loaded */
uint64_t clock_boot_ns(void);

/* clock_thread_ns - CPU time of this thread */
uint64_t clock_thread_ns(void);

/* clock_wall_offset - CLOCK_REALTIME minus CLOCK_MONOTONIC */
int64_t clock_wall_offset(void);

#endif
