/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* json.c - strings in JSON, valid whatever bytes they have. */
#include <stdio.h>
#include <string.h>

#include "show/escape.h"
#include "show/json.h"

/* Number of bytes at @text that need no escape */
static size_t plain_len(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] >= ' ' && text[i] < 0x7f && text[i] != '"' && text[i] != '\\')
		i++;
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
		n = plain_len(text + i, len - i);
		memcpy(buf->data + buf->len, text + i, n);
		buf->len += n;
		i += n;
		if (i < len)
			i += escape_one(buf, text + i, len - i);
	}
	buf->data[buf->len++] = '"';
}
