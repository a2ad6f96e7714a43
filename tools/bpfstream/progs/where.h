/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* where.h - where the messages of a loaded program go. */
#ifndef BPFSTREAM_WHERE_H
#define BPFSTREAM_WHERE_H

#include <stdbool.h>

/*
 * where_word - "stream", "ring", "trace_pipe" or "nowhere"; NULL if the program has written nothing
 * yet, or does not say
 */
const char *where_word(int prog_fd);

/* where_else - if it is not the streams, where and why, to complete a sentence; otherwise NULL */
const char *where_else(int prog_fd);

/*
 * where_report - report if the tool cannot read the messages where they go
 *
 * Returns false if that is not known yet.
 */
bool where_report(int prog_fd, unsigned int id, const char *name);

#endif
