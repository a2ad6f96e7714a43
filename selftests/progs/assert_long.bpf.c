// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * An assertion always reports before it ends a program: with conditions of thousands of characters
 * from wrapper macros, with strings too long for the kernel, and with text like a conversion.
 */
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf_stream/assert.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define WARN(text)                                                                                 \
	__stderr(HEAD("WARN", "assert_long.bpf.c") text)                                           \
	__stack
#define FATAL(text)                                                                                \
	__stderr(HEAD("FATAL", "assert_long.bpf.c") text)                                          \
	__stack
/* the text of a condition has room for 200 bytes */
#define CUT "\\(n\\) \\+ .{194}\\.\\.\\."

unsigned int n = 1;
char long_string[600] = {[0 ... 590] = 'x'};

/* Inside a wrapper the text is that of the expanded condition. */
#define MY_WARN_ON(x)		 bpf_stream_warn_on(x)
#define MY_ASSERT(x)		 bpf_stream_assert(x)
#define MY_ASSERT_MSG(x, ...)	 bpf_stream_assert_msg(x, __VA_ARGS__)
#define MY_ASSERT_RETURN(x, ...) bpf_stream_assert_return(x, __VA_ARGS__)
#define TIMES_10(x)		 (x) + (x) + (x) + (x) + (x) + (x) + (x) + (x) + (x) + (x)
#define LONG(x)			 TIMES_10(x) + TIMES_10(x) + TIMES_10(x) + TIMES_10(x) + TIMES_10(x)
#define VERY_LONG(x)		 LONG(x) + LONG(x) + LONG(x) + LONG(x) + LONG(x) + LONG(x) + LONG(x)

SEC("syscall")
WARN("warn_on: " CUT)
int warn_on(void *ctx)
{
	MY_WARN_ON(VERY_LONG(n) > 5);
	return 0;
}

SEC("syscall")
WARN("warn_on: " CUT)
int warn_on_once(void *ctx)
{
	for (int i = 0; i < 2; i++)
		bpf_stream_warn_on_once(VERY_LONG(n) > 5);
	return 0;
}

SEC("syscall")
FATAL("assertion failed: " CUT)
int assert(void *ctx)
{
	MY_ASSERT(VERY_LONG(n) < 5);
	return 7;
}

SEC("syscall")
FATAL("assertion failed: " CUT ": n 1, of 5")
int assert_msg(void *ctx)
{
	MY_ASSERT_MSG(VERY_LONG(n) < 5, "n %u, of %d", n, 5);
	return 7;
}

SEC("syscall")
FATAL("assertion failed: " CUT)
__retval(8)
int assert_return(void *ctx)
{
	MY_ASSERT_RETURN(VERY_LONG(n) < 5, 8);
	return 7;
}

/* 200 bytes fit, 201 are cut */
SEC("syscall")
FATAL("assertion failed: n == 0{194}")
int of_199_bytes(void *ctx)
{
	bpf_stream_assert(
		n ==
		00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000);
	return 7;
}

SEC("syscall")
FATAL("assertion failed: n == 0{195}")
int of_200_bytes(void *ctx)
{
	bpf_stream_assert(
		n ==
		000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000);
	return 7;
}

SEC("syscall")
FATAL("assertion failed: n == 0{195}\\.\\.\\.")
int of_201_bytes(void *ctx)
{
	bpf_stream_assert(
		n ==
		0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000);
	return 7;
}

/*
 * Strings of more than 512 bytes together: the record comes without them, and the loss is counted. A
 * ring keeps what has room.
 */
#define LOST "WARN: 1 messages lost by the programs of this object \\(full: 1, .*\\)"

SEC("syscall")
__stderr(LOST)
FATAL("assertion failed: n == 2 \\(strings too long\\)")
__trace(HEAD("FATAL", "assert_long.bpf.c") "assertion failed: n == 2 \\(strings too long\\)")
__ring_stderr(HEAD("FATAL", "assert_long.bpf.c") "assertion failed: n == 2: x{504} and "
						 "\\[cut\\]") int strings_too_long(void *ctx)
{
	bpf_stream_assert_msg(n == 2, "%s and %s", long_string, long_string);
	return 7;
}

SEC("syscall")
__stderr(LOST)
FATAL("assertion failed: " CUT " \\(strings too long\\)")
__trace(HEAD("FATAL", "assert_long.bpf.c") "assertion failed: " CUT " \\(strings too long\\)")
__ring_stderr(HEAD("FATAL", "assert_long.bpf.c") "assertion failed: " CUT
						 ": x+\\[cut\\]") int both_too_long(void *ctx)
{
	MY_ASSERT_MSG(VERY_LONG(n) < 5, "%s%s", long_string, long_string);
	return 7;
}

SEC("syscall")
__stderr(LOST)
FATAL("panic \\(strings too long\\)")
__trace(HEAD("FATAL", "assert_long.bpf.c") "panic \\(strings too long\\)")
__ring_stderr(HEAD("FATAL", "assert_long.bpf.c") "x{511}\\[cut\\]") int panic_too_long(void *ctx)
{
	if (n)
		bpf_stream_panic("%s%s", long_string, long_string);
	return 7;
}

SEC("syscall")
__stderr(LOST)
FATAL("panic \\(strings too long\\)")
__trace(HEAD("FATAL", "assert_long.bpf.c") "panic \\(strings too long\\)")
__ring_stderr(HEAD("FATAL", "assert_long.bpf.c") "x{511}\\[cut\\]") __retval(9)
int panic_return_too_long(void *ctx)
{
	if (n)
		bpf_stream_panic_return(9, "%s%s", long_string, long_string);
	return 7;
}

SEC("syscall")
WARN("warn_on: n % 2 == 1 && \\*\"a\\\\n%s%d\\\\x01\" && n != '\"'")
int percent_and_quotes(void *ctx)
{
	bpf_stream_warn_on(n % 2 == 1 && *"a\n%s%d\x01" && n != '"');
	return 0;
}
