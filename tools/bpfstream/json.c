/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* json.c - JSON objects, one a line, valid whatever is in the strings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "json.h"

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

void json_string(struct json *json, const char *text, size_t len)
{
	size_t i = 0, n;

	/* at most \ufffd for a byte */
	if (!room(json, 6 * len + 2))
		return;
	json->text[json->len++] = '"';
	while (i < len) {
		unsigned char c = text[i];
		const char *as = NULL;

		n = escape_utf8_len(text + i, len - i);
		if (c == '"')
			as = "\\\"";
		else if (c == '\\')
			as = "\\\\";
		else if (c == '\n')
			as = "\\n";
		else if (c == '\t')
			as = "\\t";
		else if (n < 2 && c >= 0x80 &&
			 (c != 0xc2 || i + 1 == len || (text[i + 1] & 0xe0) != 0x80))
			as = "\\ufffd";
		if (as) {
			memcpy(json->text + json->len, as, strlen(as));
			json->len += strlen(as);
			i++;
		} else if (n >= 2 || (c >= ' ' && c < 0x7f)) {
			memcpy(json->text + json->len, text + i, n ? n : 1);
			json->len += n ? n : 1;
			i += n ? n : 1;
		} else {
			/* C0, DEL, and C1 in its two bytes */
			if (c == 0xc2)
				c = text[++i];
			json->len += snprintf(json->text + json->len, 7, "\\u%04x", c);
			i++;
		}
	}
	json->text[json->len++] = '"';
}

void json_free(struct json *json)
{
	free(json->text);
	memset(json, 0, sizeof(*json));
}
