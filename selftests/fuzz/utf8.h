/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* UTF-8 by its definition: decode, then test. Unlike escape.c, which this checks. */
#ifndef SELFTESTS_FUZZ_UTF8_H
#define SELFTESTS_FUZZ_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next character, and advance; UINT32_MAX if it is invalid */
static inline uint32_t utf8_next(const char **p, const char *end)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint32_t c = (unsigned char)*(*p)++;
	int more = c < 0x80 ? 0 : (c & 0xe0) == 0xc0 ? 1 : (c & 0xf0) == 0xe0 ? 2 : 3, i;

	if (!more)
		return c;
	if ((c & 0xf8) != 0xf0 && more == 3)
		return UINT32_MAX;
	c &= 0x3f >> more;
	for (i = 0; i < more; i++, (*p)++) {
		if (*p == end || ((unsigned char)**p & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | ((unsigned char)**p & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return UINT32_MAX;
	return c;
}

/* Whether a terminal may show it, and it stays on its line */
static inline bool is_shown(const char *text, size_t len, bool newlines)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		uint32_t c = utf8_next(&p, end);

		if (c == UINT32_MAX || (c >= 0x7f && c <= 0x9f))
			return false;
		if (c < ' ' && c != '\t' && !(c == '\n' && newlines))
			return false;
	}
	return true;
}

#endif /* SELFTESTS_FUZZ_UTF8_H */
