/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* explain.h - explain errors of libbpf and of the kernel in one sentence. */
#ifndef BPFSTREAM_EXPLAIN_H
#define BPFSTREAM_EXPLAIN_H

#include <stdbool.h>

/*
 * explain_init - remember libbpf's warnings instead of printing them
 * @verbose:	print them as well
 *
 * libbpf has one print function per process and passes it no context, so there is one memory.
 */
void explain_init(bool verbose);

/* explain_forget - forget the warnings; call it before anything that may fail */
void explain_forget(void);

/*
 * explain_warning - the first warning since explain_forget(), the one closest to the cause
 * @err:	negative; described if there was no warning
 *
 * Without the "prog 'name': " prefix. Valid until the next call.
 */
const char *explain_warning(int err);

/* explain_open, explain_load - report why @path could not be opened or loaded; @err: of libbpf */
void explain_open(const char *path, int err);
void explain_load(const char *path, int err);

/* explain_inspect - report why an iterator over programs could not be loaded */
void explain_inspect(int err);

/* explain_no_streams - report that the kernel has no streams, and where programs print instead */
void explain_no_streams(void);

/* explain_no_ring_yet - the same, if programs with a ring may come */
void explain_no_ring_yet(void);

/*
 * explain_log_map - report why level or counts of a program cannot be read
 * @word:	the program, as the user wrote it
 * @what:	"level" for example
 */
void explain_log_map(const char *word, const char *what, int err);

/* explain_errno - strerror() that also knows libbpf's codes; @err is negative */
const char *explain_errno(int err);

#endif
