/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* times.c - the time of a record in words. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "show/show.h"
#include "show/times.h"

#define SECOND 1000000000LL

int64_t times_wall_offset(void)
{
	struct timespec mono, real;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	return (real.tv_sec - mono.tv_sec) * SECOND + real.tv_nsec - mono.tv_nsec;
}

/* A time that a program made up may be anything: a year of more digits, or none at all. */
static bool local(uint64_t time_ns, int64_t wall_ns, struct tm *tm, unsigned int *ns)
{
	uint64_t wall = time_ns + wall_ns;
	time_t seconds = wall / SECOND;

	*ns = wall % SECOND;
	return localtime_r(&seconds, tm);
}

/* A number of at least @width characters, filled up with @fill: printf() takes ten times as long. */
size_t times_number(char *text, uint64_t value, size_t width, char fill)
{
	char digits[20];
	size_t n = 0, len;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	len = n > width ? n : width;
	memset(text, fill, len - n);
	for (size_t i = len - n; n; i++)
		text[i] = digits[--n];
	return len;
}

/* Date and zone of the second that was asked for last: records come many to a second. */
static struct {
	bool set;
	time_t seconds;
	char date[40], zone[8];
} last;

static bool set_last(time_t seconds)
{
	char zone[8] = "+0000";
	struct tm tm;

	if (last.set && last.seconds == seconds)
		return true;
	last.set = false;
	if (!localtime_r(&seconds, &tm))
		return false;
	last.date[strftime(last.date, sizeof(last.date), "%Y-%m-%dT%H:%M:%S", &tm)] = '\0';
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(last.zone, sizeof(last.zone), "%.3s:%.2s", zone, zone + 3);
	last.seconds = seconds;
	last.set = true;
	return true;
}

size_t times_iso(uint64_t time_ns, int64_t wall_ns, char *text)
{
	uint64_t wall = time_ns + wall_ns;
	size_t n;

	if (!set_last(wall / SECOND))
		return snprintf(text, TIMES_ISO_SIZE, "?");
	n = strlen(last.date);
	memcpy(text, last.date, n);
	text[n++] = '.';
	n += times_number(text + n, wall % SECOND, 9, '0');
	memcpy(text + n, last.zone, strlen(last.zone) + 1);
	return n + strlen(last.zone);
}

size_t times_format(const struct show *show, uint64_t time_ns, char *text, size_t size)
{
	char iso[TIMES_ISO_SIZE];
	int64_t delta;
	struct tm tm;
	unsigned int ns;
	size_t n;

	switch (show->time) {
	case SHOW_TIME_DELTA:
		delta = show->last_ns ? (int64_t)(time_ns - show->last_ns) : 0;
		return snprintf(text, size, "[%c%11.6f]", delta < 0 ? '-' : '+',
				(delta < 0 ? -delta : delta) / 1e9);
	case SHOW_TIME_ISO:
		times_iso(time_ns, show->wall_ns, iso);
		return snprintf(text, size, "%s", iso);
	case SHOW_TIME_LOCAL:
		if (!local(time_ns, show->wall_ns, &tm, &ns))
			return snprintf(text, size, "?");
		n = strftime(text, size, "[%Y-%m-%d %H:%M:%S", &tm);
		return n + snprintf(text + n, size - n, ".%06u]", ns / 1000);
	default:
		n = 0;
		text[n++] = '[';
		n += times_number(text + n, time_ns / SECOND, 5, ' ');
		text[n++] = '.';
		n += times_number(text + n, time_ns % SECOND / 1000, 6, '0');
		text[n++] = ']';
		return n;
	}
}
