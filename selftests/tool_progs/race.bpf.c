// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Two programs that write as fast as they can, for `tool_helper race`; the second to both streams. */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

static long log_one(__u32 i, void *ctx)
{
	bpf_log_info("race %u", i);
	return 0;
}

static long log_two(__u32 i, void *ctx)
{
	if (i & 1)
		bpf_log_warn("race %u", i);
	else
		bpf_log_info("race %u", i);
	return 0;
}

SEC("syscall")
int race_one(void *ctx)
{
	bpf_loop(20, log_one, NULL, 0);
	return 0;
}

SEC("syscall")
int race_two(void *ctx)
{
	bpf_loop(20, log_two, NULL, 0);
	return 0;
}
