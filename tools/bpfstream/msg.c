/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* msg.c - messages of the tool itself. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "show/escape.h"

/* One write, so that the line stays whole if others write to the same stderr. */
static void put(const char *text)
{
	char out[4096] = "bpfstream: ";
	size_t n = strlen(out), len = strlen(text);

	n += escape_text(out + n, sizeof(out) - n - 1, text, &len, false);
	out[n++] = '\n';
	/* An error here cannot be reported. */
	if (write(STDERR_FILENO, out, n) < 0)
		return;
}

int msg(const char *fmt, ...)
{
	char text[3072];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put(text);
	return EXIT_FAILED;
}

int msg_usage(const struct verb *verb, const char *fmt, ...)
{
	char what[2048], text[3072];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (verb)
		snprintf(text, sizeof(text), "%s: %s (see 'bpfstream %s --help')", verb->name, what,
			 verb->name);
	else
		snprintf(text, sizeof(text), "%s (see 'bpfstream --help')", what);
	put(text);
	return EXIT_USAGE;
}
