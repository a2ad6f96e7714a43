/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* buf.c - a buffer that grows. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/buf.h"
#include "show/escape.h"
#include "show/times.h"

#define BUF_MIN 1024

bool buf_reserve(struct buf *buf, size_t n)
{
	size_t size = buf->size ? buf->size : BUF_MIN;
	char *grown;

	if (buf->failed)
		return false;
	if (buf->size && buf->size - buf->len >= n)
		return true;
	while (size - buf->len < n)
		size *= 2;
	grown = realloc(buf->data, size);
	if (!grown) {
		buf->failed = true;
		return false;
	}
	buf->data = grown;
	buf->size = size;
	return true;
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof(text))
		buf->failed = true;
	else
		buf_add(buf, text, n);
}

void buf_number(struct buf *buf, uint64_t value)
{
	if (buf_reserve(buf, 20))
		buf->len += times_number(buf->data + buf->len, value, 1, ' ');
}

void buf_escaped(struct buf *buf, const char *text, size_t len, bool newlines)
{
	size_t n = len;

	if (!buf_reserve(buf, 4 * len + ESCAPE_MAX))
		return;
	buf->len += escape_text(buf->data + buf->len, buf->size - buf->len, text, &n, newlines);
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	memset(buf, 0, sizeof(*buf));
}
