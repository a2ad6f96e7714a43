/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* times.h - the time of a record as text. */
#ifndef BPFSTREAM_TIMES_H
#define BPFSTREAM_TIMES_H

#include <stddef.h>
#include <stdint.h>

#define TIMES_ISO_SIZE 64

/* How the time of a record is shown. SHOW_TIME_WRITTEN: the line is as the program wrote it. */
enum show_time {
	SHOW_TIME_WRITTEN,
	SHOW_TIME_NONE,
	SHOW_TIME_BOOT,
	SHOW_TIME_DELTA,
	SHOW_TIME_ISO,
	SHOW_TIME_LOCAL,
};

/*
 * times_iso - write "2026-11-21T08:13:42.123456789+01:00" to TIMES_ISO_SIZE bytes
 * @wall_ns:	clock_wall_offset()
 *
 * Returns the length.
 */
size_t times_iso(uint64_t time_ns, int64_t wall_ns, char *text);

/*
 * times_number - write a number in at least @width characters, padded with @fill
 *
 * Writes at most 20 bytes, or @width if that is more. Returns the length.
 */
size_t times_number(char *text, uint64_t value, size_t width, char fill);

/*
 * times_format - write a time as --time and -T want it, to 64 bytes or more
 * @last_ns:	time of the record shown before, or 0, for SHOW_TIME_DELTA
 *
 * Returns the length.
 */
size_t times_format(enum show_time how, uint64_t time_ns, uint64_t last_ns, int64_t wall_ns,
		    char *text, size_t size);

#endif
