/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * The expected behaviour of a test program is written beside it, in tags that the runner (test_progs.c)
 * reads from the object's BTF. Each program of each object in progs/ is one test on every kernel.
 */
#ifndef EXPECT_H
#define EXPECT_H

#define EXPECT_STR_(x) #x
#define EXPECT_STR(x)  EXPECT_STR_(x)
/* the counter keeps the order, which BTF does not guarantee */
#define EXPECT_TAG(key, value)                                                                     \
	__attribute__((btf_decl_tag("expect:" EXPECT_STR(__COUNTER__) ":" key "=" value)))

/*
 * Lines, in order, and no others: POSIX extended regular expressions that match the whole line. A
 * line that ends without a newline has "<no newline>" added before it is compared. On a kernel
 * without streams both sequences are expected in the trace pipe, in the order written here.
 */
#define __stdout(regex) EXPECT_TAG("stdout", regex)
#define __stderr(regex) EXPECT_TAG("stderr", regex)

/* Here the kernel's stack dump follows, from 7.0 on */
#define __stack EXPECT_TAG("stack", "")

/* The return value (default: 0), and the return value on a kernel without streams */
#define __retval(n)	       EXPECT_TAG("retval", EXPECT_STR(n))
#define __retval_no_streams(n) EXPECT_TAG("retval_no_streams", EXPECT_STR(n))

/* On a kernel without streams: nothing in the trace pipe, or these lines instead of the above */
#define __no_trace     EXPECT_TAG("no_trace", "")
#define __trace(regex) EXPECT_TAG("trace", regex)

/*
 * Through the ring, where that differs: what it returns, these lines instead of the above, or none. A
 * ring keeps a message whose strings are too long, and belongs to all programs of the object.
 */
#define __ring_retval(n)     EXPECT_TAG("ring_retval", EXPECT_STR(n))
#define __ring_stdout(regex) EXPECT_TAG("ring_stdout", regex)
#define __ring_stderr(regex) EXPECT_TAG("ring_stderr", regex)
#define __ring_nothing	     EXPECT_TAG("ring_nothing", "")

/* In the trace pipe no empty lines between them, which a surplus newline would cause */
#define __no_empty_lines EXPECT_TAG("no_empty_lines", "")

/* bpf_log_level and bpf_log_max_level, set before load */
#define __level(n)     EXPECT_TAG("level", EXPECT_STR(n))
#define __max_level(n) EXPECT_TAG("max_level", EXPECT_STR(n))

/*
 * The verifier of this kernel and later ones rejects it, with these words in its log (a POSIX extended
 * regular expression); 0, 0 is all kernels. On earlier ones the other tags apply.
 */
#define __rejected(major, minor, regex)                                                            \
	EXPECT_TAG("rejected", EXPECT_STR(major) "." EXPECT_STR(minor) " " regex)

/* The same for the kernels before this one */
#define __rejected_before(major, minor, regex)                                                     \
	EXPECT_TAG("rejected_before", EXPECT_STR(major) "." EXPECT_STR(minor) " " regex)

/* The same, if it is built with ring.h */
#define __ring_rejected_before(major, minor, regex)                                                \
	EXPECT_TAG("ring_rejected_before", EXPECT_STR(major) "." EXPECT_STR(minor) " " regex)

/* Only load it: the runner cannot run this type */
#define __loads EXPECT_TAG("loads", "")

/* the head of a log record of the file at hand */
#define HEAD(level, file)	  level " [0-9]+ " file ":[0-9]+: "
#define HEAD_NO_TIME(level, file) level " " file ":[0-9]+: "

#endif /* EXPECT_H */
