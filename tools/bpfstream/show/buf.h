/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* buf.h - a buffer that grows. */
#ifndef BPFSTREAM_BUF_H
#define BPFSTREAM_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Empty if all zero. After a failed allocation (@failed) all calls do nothing, so it is enough to
 * check once, at the end.
 */
struct buf {
	char *data;
	size_t len, size;
	bool failed;
};

/* buf_reserve - make room for @n more bytes at data + len */
bool buf_reserve(struct buf *buf, size_t n);

/* Inline, because a record in JSON has some 25 pieces, most of them literals of a few bytes. */
static inline void buf_add(struct buf *buf, const void *data, size_t len)
{
	if ((buf->failed || buf->size - buf->len <= len) && !buf_reserve(buf, len))
		return;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
}

static inline void buf_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

/* buf_addf - at most 511 bytes; more sets @failed */
void buf_addf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* buf_number - the number in decimal; printf() is ten times slower */
void buf_number(struct buf *buf, uint64_t value);

/* buf_escaped - @text as escape_text() makes it */
void buf_escaped(struct buf *buf, const char *text, size_t len, bool newlines);

void buf_free(struct buf *buf);

#endif
