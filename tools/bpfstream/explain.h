/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* explain.h - why libbpf or the kernel said no, in one sentence. */
#ifndef BPFSTREAM_EXPLAIN_H
#define BPFSTREAM_EXPLAIN_H

#include <stdbool.h>

/*
 * explain_init - keep what libbpf prints
 *
 * Its warnings are remembered instead of shown; @verbose shows them as well. libbpf has one print
 * function for the whole process and hands it no context, so there is one memory for them.
 */
void explain_init(bool verbose);

/* explain_forget - forget what was remembered: call it before what may fail. */
void explain_forget(void);

/*
 * explain_warning - the first warning since then, the one nearest to the cause
 * @err: what to put into words if there is none, negative
 *
 * Without its "prog 'name': ". Good until the next call.
 */
const char *explain_warning(int err);

/*
 * explain_open, explain_load - tell why @path could not be opened or loaded
 * @err: what libbpf returned
 */
void explain_open(const char *path, int err);
void explain_load(const char *path, int err);

/* explain_no_streams - tell that this kernel has none, and where programs print to instead */
void explain_no_streams(void);

/*
 * explain_log_map - tell why level and counts of a program cannot be had
 * @word: the program, as the user wrote it
 * @what: "level" for example
 */
void explain_log_map(const char *word, const char *what, int err);

/* explain_errno - strerror() that knows libbpf's own codes too; @err is negative */
const char *explain_errno(int err);

#endif
