// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A program of a type that the kernels of the tests are built without, beside one that loads. */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

SEC("lirc_mode2")
int of_lirc(void *ctx)
{
	bpf_log_info("infrared");
	return 0;
}

SEC("tp/syscalls/sys_enter_kill")
int of_kill(void *ctx)
{
	return 0;
}
