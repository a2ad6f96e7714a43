/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* json.h - JSON objects, one a line, valid whatever is in the strings. */
#ifndef BPFSTREAM_JSON_H
#define BPFSTREAM_JSON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Grows as needed; { 0 } is empty. A failed allocation is remembered and makes all calls do nothing. */
struct json {
	char *text;
	size_t len, size;
	bool failed;
};

/* json_add - what is no string: braces, keys, numbers */
void json_add(struct json *json, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* json_text - the same, without a format; json_number - a number */
void json_text(struct json *json, const char *text);
void json_number(struct json *json, uint64_t value);

/*
 * json_string - any bytes as a string
 *
 * What is not UTF-8 becomes U+FFFD, one for each byte; control characters are escaped, the C1 ones
 * (U+0080 to U+009F) too, which may upset a terminal.
 */
void json_string(struct json *json, const char *text, size_t len);

void json_free(struct json *json);

#endif
