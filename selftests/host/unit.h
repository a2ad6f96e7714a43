/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* For unit tests that run without a kernel: TAP, random numbers, memory of exact size. */
#ifndef SELFTESTS_HOST_UNIT_H
#define SELFTESTS_HOST_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RND_SEED 20260925
#include "../rnd.h"

static int tests, failures;

__attribute__((format(printf, 2, 3))) static bool ok(bool passed, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", passed ? "" : "not ", ++tests);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	failures += !passed;
	return passed;
}

static void *copy_of(const void *from, size_t len)
{
	char *to = malloc(len);

	if (len)
		memcpy(to, from, len);
	return to;
}

#endif /* SELFTESTS_HOST_UNIT_H */
