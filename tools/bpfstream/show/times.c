/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* times.c - the time of a record as text. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "show/clock.h"
#include "show/times.h"

/* Fails for a time that a program made up and that has no year. */
static bool local(uint64_t time_ns, int64_t wall_ns, struct tm *tm, unsigned int *ns)
{
	uint64_t wall = time_ns + wall_ns;
	time_t seconds = wall / NSEC_PER_SEC;

	*ns = wall % NSEC_PER_SEC;
	return localtime_r(&seconds, tm);
}

/* printf() is ten times slower. */
size_t times_number(char *text, uint64_t value, size_t width, char fill)
{
	size_t digits = 1, pad = 0;

	for (uint64_t rest = value; rest >= 10; rest /= 10)
		digits++;
	for (; digits + pad < width; pad++)
		text[pad] = fill;
	for (size_t i = digits; i--; value /= 10)
		text[pad + i] = (char)('0' + value % 10);
	return pad + digits;
}

/* Date and zone of the last second that was asked for: many records share a second. */
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

	if (!set_last(wall / NSEC_PER_SEC))
		return snprintf(text, TIMES_ISO_SIZE, "?");
	n = strlen(last.date);
	memcpy(text, last.date, n);
	text[n++] = '.';
	n += times_number(text + n, wall % NSEC_PER_SEC, 9, '0');
	memcpy(text + n, last.zone, strlen(last.zone) + 1);
	return n + strlen(last.zone);
}

size_t times_format(enum show_time how, uint64_t time_ns, uint64_t last_ns, int64_t wall_ns,
		    char *text, size_t size)
{
	char iso[TIMES_ISO_SIZE];
	int64_t delta;
	struct tm tm;
	unsigned int ns;
	size_t n;

	switch (how) {
	case SHOW_TIME_DELTA:
		delta = last_ns ? (int64_t)(time_ns - last_ns) : 0;
		return snprintf(text, size, "[%c%11.6f]", delta < 0 ? '-' : '+',
				(delta < 0 ? -delta : delta) / 1e9);
	case SHOW_TIME_ISO:
		times_iso(time_ns, wall_ns, iso);
		return snprintf(text, size, "%s", iso);
	case SHOW_TIME_LOCAL:
		if (!local(time_ns, wall_ns, &tm, &ns))
			return snprintf(text, size, "?");
		n = strftime(text, size, "[%Y-%m-%d %H:%M:%S", &tm);
		return n + snprintf(text + n, size - n, ".%06u]", ns / 1000);
	default:
		n = 0;
		text[n++] = '[';
		n += times_number(text + n, time_ns / NSEC_PER_SEC, 5, ' ');
		text[n++] = '.';
		n += times_number(text + n, time_ns % NSEC_PER_SEC / 1000, 6, '0');
		text[n++] = ']';
		return n;
	}
}
