/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* where.h - where the messages of a loaded program go, in words. */
#ifndef BPFSTREAM_WHERE_H
#define BPFSTREAM_WHERE_H

/*
 * where_word - "stream", "ring", "trace_pipe" or "nowhere"; NULL if it has written nothing, or if it
 * does not say
 */
const char *where_word(int prog_fd);

/* where_else - a sentence's second half if it is not the streams, otherwise NULL */
const char *where_else(int prog_fd);

#endif
