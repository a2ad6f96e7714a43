/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* where.h - where the messages of a loaded program go. */
#ifndef BPFSTREAM_WHERE_H
#define BPFSTREAM_WHERE_H

/*
 * where_word - "stream", "ring", "trace_pipe" or "nowhere"; NULL if the program has written nothing
 * yet, or does not say
 */
const char *where_word(int prog_fd);

/* where_else - if it is not the streams, where and why, to complete a sentence; otherwise NULL */
const char *where_else(int prog_fd);

/* where_unread - the same if the tool cannot read it there */
const char *where_unread(int prog_fd);

#endif
