/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* escape.c - make the text of programs harmless for terminals. */
#include <stdint.h>
#include <string.h>

#include "show/escape.h"

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * Length of the UTF-8 sequence at @p if it may be shown, else 0. The ranges of the second byte
 * exclude overlong forms, surrogates, code points above U+10FFFF, and the C1 controls.
 */
static size_t utf8_len(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		len = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;

	if (p[0] == 0xc2 || p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xf0)
		low = 0x90;
	if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < len; i++) {
		if (!is_tail(p[i]))
			return 0;
	}
	return len;
}

size_t escape_utf8_len(const char *text, size_t len)
{
	return utf8_len((const unsigned char *)text, len);
}

/*
 * How many of the @n bytes at @p are certainly plain. Most text is plain, so test eight bytes at
 * once: the highest bit of each byte of the sum or difference is set if the byte is below ' ' or
 * above '~' (or if its neighbour carried; the caller then tests each byte).
 */
static size_t plain_len(const char *p, size_t n)
{
	const uint64_t ones = ~0ULL / 0xff, high = ones * 0x80;
	uint64_t word;
	size_t i;

	for (i = 0; i + sizeof(word) <= n; i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if ((word | (word - ones * ' ') | (word + ones)) & high)
			break;
	}
	return i;
}

size_t escape_text(char *out, size_t room, const char *text, size_t *len, bool newlines)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *p = (const unsigned char *)text;
	size_t i = 0, o = 0, n;

	while (i < *len && room - o >= ESCAPE_MAX) {
		n = *len - i < room - o ? *len - i : room - o;
		n = plain_len(text + i, n);
		if (n) {
			memcpy(out + o, text + i, n);
			o += n;
			i += n;
			continue;
		}
		if ((p[i] >= ' ' && p[i] < 0x7f) || p[i] == '\t' || (p[i] == '\n' && newlines)) {
			out[o++] = (char)p[i++];
			continue;
		}
		n = utf8_len(p + i, *len - i);
		if (n) {
			memcpy(out + o, p + i, n);
			o += n;
			i += n;
			continue;
		}
		out[o++] = '\\';
		out[o++] = 'x';
		out[o++] = hex[p[i] >> 4];
		out[o++] = hex[p[i] & 15];
		i++;
	}
	*len = i;
	return o;
}
