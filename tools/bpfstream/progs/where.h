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

/* where_is_unread - whether the tool cannot read messages from an enum bpf_log_sink */
bool where_is_unread(int sink);

/* where_report - report that the messages of a program cannot be read from there */
void where_report(int sink, unsigned int id, const char *name);

#endif
