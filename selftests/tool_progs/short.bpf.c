// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A program for `tool_helper churn`: it prints one message and is unloaded. */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

SEC("syscall")
int short_lived(void *ctx)
{
	bpf_log_info("a short life");
	return 0;
}
