/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* json.h - strings in JSON, valid whatever bytes they have. */
#ifndef BPFSTREAM_JSON_H
#define BPFSTREAM_JSON_H

#include <stddef.h>

#include "show/buf.h"

/*
 * json_string - add any bytes as a JSON string
 *
 * Each byte that is not UTF-8 becomes U+FFFD. Control characters are escaped, including the C1
 * ones (U+0080 to U+009F), which terminals may act on.
 */
void json_string(struct buf *buf, const char *text, size_t len);

#endif
