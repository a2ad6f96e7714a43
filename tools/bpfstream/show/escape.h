/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* escape.h - text of programs made harmless for terminals. */
#ifndef BPFSTREAM_ESCAPE_H
#define BPFSTREAM_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* What the longest character can become: four bytes as \xNN each. */
#define ESCAPE_MAX 16

/*
 * escape_text - copy text, with \xNN for every byte that is not plain text
 * @out:	where to, @room bytes; at most those are written and no NUL
 * @text:	any bytes
 * @len:	in: how many, out: how many of them were used before @room ran out
 * @newlines:	true leaves newlines as they are
 *
 * Escaped are the control characters except tab (and newline), those of Unicode's C1 too
 * (terminals take U+009B for an escape sequence's beginning), and what is not UTF-8. A backslash
 * stays as it is. Returns the number of bytes written.
 */
size_t escape_text(char *out, size_t room, const char *text, size_t *len, bool newlines);

/* escape_utf8_len - bytes of the UTF-8 sequence of more than one at @text that may be shown, or 0 */
size_t escape_utf8_len(const char *text, size_t len);

#endif
