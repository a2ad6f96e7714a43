/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* json.c - strings in JSON, valid whatever bytes they have. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "show/escape.h"
#include "show/json.h"

static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/*
 * Copy bytes that need no escape. Most text is plain, so test eight bytes at once: the highest bit
 * of a byte of @special is set if the byte needs an escape (or if its neighbour carried; then each
 * byte is tested). Returns how many were copied.
 */
static size_t copy_plain(char *out, const char *text, size_t len)
{
	const uint64_t ones = ~0ULL / 0xff, high = ones * 0x80;
	uint64_t word, special;
	size_t i;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		special = word | (word - ones * ' ') | (word + ones) |
			  ((word ^ ones * '"') - ones) | ((word ^ ones * '\\') - ones);
		if (special & high)
			break;
		memcpy(out + i, &word, sizeof(word));
	}
	for (; i < len && is_plain(text[i]); i++)
		out[i] = text[i];
	return i;
}

/* Escape the byte or character at @text. Returns the number of bytes used. */
static size_t escape_one(struct buf *buf, const char *text, size_t len)
{
	unsigned char c = text[0];
	size_t n = escape_utf8_len(text, len);
	const char *as = NULL;

	if (n >= 2) {
		memcpy(buf->data + buf->len, text, n);
		buf->len += n;
		return n;
	}
	if (c == '"')
		as = "\\\"";
	else if (c == '\\')
		as = "\\\\";
	else if (c == '\n')
		as = "\\n";
	else if (c == '\t')
		as = "\\t";
	else if (c >= 0x80 && (c != 0xc2 || len == 1 || (text[1] & 0xe0) != 0x80))
		as = "\\ufffd";
	if (as) {
		memcpy(buf->data + buf->len, as, strlen(as));
		buf->len += strlen(as);
		return 1;
	}
	/* C0, DEL, and C1, which has two bytes */
	n = c == 0xc2 ? 2 : 1;
	buf->len += snprintf(buf->data + buf->len, 7, "\\u%04x", (unsigned char)text[n - 1]);
	return n;
}

void json_string(struct buf *buf, const char *text, size_t len)
{
	size_t i = 0, n;

	/* at most \ufffd for each byte, the quotes, and the NUL of snprintf() */
	if (!buf_reserve(buf, 6 * len + 3))
		return;
	buf->data[buf->len++] = '"';
	while (i < len) {
		n = copy_plain(buf->data + buf->len, text + i, len - i);
		buf->len += n;
		i += n;
		if (i < len)
			i += escape_one(buf, text + i, len - i);
	}
	buf->data[buf->len++] = '"';
}
