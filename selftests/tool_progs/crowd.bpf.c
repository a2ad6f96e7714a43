// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* 80 programs, more than the tool lists of those that share a level; and a component with a long name */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

#define A10	       aaaaaaaaaa
#define JOIN_(a, b, c) a##b##c
#define JOIN(a, b, c)  JOIN_(a, b, c)
#define A30	       JOIN(A10, A10, A10)
#define A90	       JOIN(A30, A30, A30)
#define A270	       JOIN(A90, A90, A90)
BPF_LOG_DECLARE_COMPONENT(A270);
#define BPF_LOG_COMPONENT A270

static __noinline int say(void)
{
	bpf_log_info("one of a crowd");
	return 0;
}

/* 64 programs can be attached to one tracepoint. */
#define ONE(when, n)                                                                               \
	SEC("tp/syscalls/sys_" #when "_kill") int JOIN(crowd, _, n)(void *ctx)                     \
	{                                                                                          \
		return say();                                                                      \
	}
#define FIVE(when, a, b, c, d, e) ONE(when, a) ONE(when, b) ONE(when, c) ONE(when, d) ONE(when, e)
#define TEN(n)			  FIVE(enter, n##0, n##1, n##2, n##3, n##4) FIVE(exit, n##5, n##6, n##7, n##8, n##9)
TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8)
