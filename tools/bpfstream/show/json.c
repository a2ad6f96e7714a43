/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* json.c - JSON objects, one a line, valid whatever is in the strings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/escape.h"
#include "show/json.h"

static bool room(struct json *json, size_t more)
{
	size_t size = json->size ? json->size : 1024;
	char *text;

	while (size - json->len < more)
		size *= 2;
	if (size != json->size && !json->failed) {
		text = realloc(json->text, size);
		json->failed = !text;
		if (text) {
			json->text = text;
			json->size = size;
		}
	}
	return !json->failed;
}

void json_add(struct json *json, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!room(json, 512))
		return;
	va_start(ap, fmt);
	n = vsnprintf(json->text + json->len, 512, fmt, ap);
	va_end(ap);
	json->len += n < 512 ? n : 511;
}

void json_text(struct json *json, const char *text)
{
	size_t len = strlen(text);

	if (!room(json, len))
		return;
	memcpy(json->text + json->len, text, len);
	json->len += len;
}

/* printf() takes ten times as long. */
void json_number(struct json *json, uint64_t value)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	if (!room(json, sizeof(digits)))
		return;
	memcpy(json->text + json->len, digits + n, sizeof(digits) - n);
	json->len += sizeof(digits) - n;
}

/* How many bytes at @text stay as they are */
static size_t plain_len(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] >= ' ' && text[i] < 0x7f && text[i] != '"' && text[i] != '\\')
		i++;
	return i;
}

/* The byte or character at @text, of @len bytes, that may not stay as it is; returns its length. */
static size_t escape_one(struct json *json, const char *text, size_t len)
{
	unsigned char c = text[0];
	size_t n = escape_utf8_len(text, len);
	const char *as = NULL;

	if (n >= 2) {
		memcpy(json->text + json->len, text, n);
		json->len += n;
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
		memcpy(json->text + json->len, as, strlen(as));
		json->len += strlen(as);
		return 1;
	}
	/* C0, DEL, and C1 in its two bytes */
	n = c == 0xc2 ? 2 : 1;
	json->len += snprintf(json->text + json->len, 7, "\\u%04x", (unsigned char)text[n - 1]);
	return n;
}

void json_string(struct json *json, const char *text, size_t len)
{
	size_t i = 0, n;

	/* at most \ufffd for a byte, the quotes, and the NUL of snprintf() */
	if (!room(json, 6 * len + 3))
		return;
	json->text[json->len++] = '"';
	while (i < len) {
		n = plain_len(text + i, len - i);
		memcpy(json->text + json->len, text + i, n);
		json->len += n;
		i += n;
		if (i < len)
			i += escape_one(json, text + i, len - i);
	}
	json->text[json->len++] = '"';
}

void json_free(struct json *json)
{
	free(json->text);
	memset(json, 0, sizeof(*json));
}
