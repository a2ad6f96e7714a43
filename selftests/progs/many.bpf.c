// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A program with 150 log statements of three arguments each; __COUNTER__ makes each its own. */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define SAY bpf_log_info("statement %d of %s, %llu", __COUNTER__ - first, "many", 3ULL);
/* no arguments: an argument's __COUNTER__ is counted once, however often it is repeated */
#define SAY3	SAY SAY SAY
#define SAY30	SAY3 SAY3 SAY3 SAY3 SAY3 SAY3 SAY3 SAY3 SAY3 SAY3
#define LINE(i) HEAD("INFO", "many.bpf.c") "statement " #i " of many, 3"
#define SOME(i)                                                                                    \
	__stdout(LINE(i##0))                                                                       \
	__stdout(LINE(i##1))                                                                       \
	__stdout(LINE(i##2))                                                                       \
	__stdout(LINE(i##3))                                                                       \
	__stdout(LINE(i##4))                                                                       \
	__stdout(LINE(i##5))                                                                       \
	__stdout(LINE(i##6))                                                                       \
	__stdout(LINE(i##7))                                                                       \
	__stdout(LINE(i##8))                                                                       \
	__stdout(LINE(i##9))

/* clang-format does not converge here. */
/* clang-format off */
SEC("syscall")
SOME() SOME(1) SOME(2) SOME(3) SOME(4) SOME(5) SOME(6) SOME(7) SOME(8) SOME(9)
SOME(10) SOME(11) SOME(12) SOME(13) SOME(14)
int many(void *ctx)
{
	const int first = __COUNTER__ + 1;

	SAY30 SAY30 SAY30 SAY30 SAY30
	return 0;
}
/* clang-format on */
