/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* escape.h - make the text of programs harmless for terminals. */
#ifndef BPFSTREAM_ESCAPE_H
#define BPFSTREAM_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* The most that one character can become: four bytes as \xNN each */
#define ESCAPE_MAX 16

/*
 * escape_text - copy text, with \xNN for every byte that is not plain text
 * @out:	destination of @room bytes; no NUL is added
 * @len:	in: length of @text; out: how much of it was used before @room ran out
 * @newlines:	keep newlines
 *
 * Escapes control characters except tab (and newline), including the C1 ones (terminals take U+009B
 * for the start of an escape sequence), and bytes that are not UTF-8. A backslash is not escaped.
 * Returns the number of bytes written.
 */
size_t escape_text(char *out, size_t room, const char *text, size_t *len, bool newlines);

/* escape_utf8_len - length of the multi-byte UTF-8 sequence at @text if it may be shown, else 0 */
size_t escape_utf8_len(const char *text, size_t len);

#endif
