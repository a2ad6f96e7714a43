/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* times.h - the time of a record in words. */
#ifndef BPFSTREAM_TIMES_H
#define BPFSTREAM_TIMES_H

#include <stddef.h>
#include <stdint.h>

struct show;

#define TIMES_ISO_SIZE 64

/* times_wall_offset - what to add to CLOCK_MONOTONIC, the clock of records, for the time of day */
int64_t times_wall_offset(void);

/* times_iso - "2026-11-21T08:13:42.123456789+01:00" into TIMES_ISO_SIZE bytes; returns the length */
size_t times_iso(uint64_t time_ns, int64_t wall_ns, char *text);

/* times_number - a number in at least @width characters, filled up; at most 20 or @width; returns the length */
size_t times_number(char *text, uint64_t value, size_t width, char fill);

/* times_format - as --time and -T want it, into 64 bytes or more; returns the length */
size_t times_format(const struct show *show, uint64_t time_ns, char *text, size_t size);

#endif
