/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Shared by the test programs: TAP, and a program's streams and trace pipe as text. */
#ifndef SELFTESTS_LIB_H
#define SELFTESTS_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* TAP: ok() and skip() print a line each; the exit status of main is tap_done() */
bool ok(bool passed, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void skip(const char *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int tap_done(void);

/* Keep the messages of libbpf and the verifier; log_show() shows them */
void log_capture(void);
void log_clear(void);
const char *log_text(void);
void log_show(void);

/*
 * Whether this kernel must have streams, by its version, not by trying: a library that does not find
 * them must fail.
 */
bool have_streams(void);
bool have_kernel(int major, int minor);
/* ... and the reader's kernel functions, which the kernel of selftests/kernel/ must have */
bool have_reader_kfuncs(void);

/* ... and programs at the entry of kernel functions, which arm64 cannot attach before 6.4 */
bool have_fentry(void);
/* ... and a tracepoint for NMIs */
#ifdef __x86_64__
#define HAVE_NMI_HANDLER 1
#else
#define HAVE_NMI_HANDLER 0
#endif

/*
 * Where the test programs are: build/selftests/progs/, or what PROGS in the environment names, which
 * has the same programs built with ring.h.
 */
const char *progs_dir(void);
/* Test the programs of each compiler, or of those that CLANGS in the environment names. */
void each_clang(void (*test)(const char *clang));
/* Does what they write come to a stream or to a ring? If not, to the trace pipe. */
bool have_text(void);

/*
 * What a stream or the program's ring has, as bpf_stream_read(). A ring has the text of all programs
 * of the object: the first one that is read gets it.
 */
int text_read(int prog_fd, int stream_id, char *buf, size_t len);
/* Everything in a stream or in the program's ring, as a string to free; NULL and errno on error */
char *stream_text(int prog_fd, int stream_id, size_t *len);

/* The trace pipe: empty it, and get the output of bpf_trace_printk since then, as a string to free */
void trace_clear(void);
char *trace_text(void);

/* This thread on the @n-th processor, modulo their number */
void pin_to_cpu(long n);

/* Run a program once in the way of its type; its return value, or negative on failure */
int run_prog(struct bpf_program *prog, unsigned int *retval);

/*
 * A global variable of the object: where it is in its section, set before load, and mapped after
 * load (sections of up to a page)
 */
long var_offset(struct bpf_object *obj, const char *section, const char *name);
int set_u32(struct bpf_object *obj, const char *section, const char *name, unsigned int value);
volatile void *map_var(struct bpf_object *obj, const char *section, const char *name);

#endif /* SELFTESTS_LIB_H */
