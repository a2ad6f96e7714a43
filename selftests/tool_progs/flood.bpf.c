// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A program that prints N numbered records, 110 of which fill a stream, when a script runs `kill -0 $((FLOOD + N))` (selftests/tool.sh),
 * and the name of a kernel function for N = 0. flood_b.bpf.c is the same of another host.
 */
#include "vmlinux.h"
#include <bpf_stream/log.h>

#define A50  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A300 A50 A50 A50 A50 A50 A50

#ifndef FLOOD
#define FLOOD	2100000000
#define flood_x flood_a
#endif

char _license[] SEC("license") = "GPL";

extern const void schedule __ksym;

__u32 next;

static long one(__u32 i, void *ctx)
{
	bpf_log_info("record %u " A300 A300 A300, __sync_fetch_and_add(&next, 1));
	return 0;
}

SEC("tp/syscalls/sys_enter_kill")
int flood_x(struct trace_event_raw_sys_enter *ctx)
{
	__u32 n = (__u32)ctx->args[0] - FLOOD;

	if (!n)
		bpf_log_info("function %pS", &schedule);
	else if (n < 1000000)
		bpf_loop(n, one, NULL, 0);
	return 0;
}
