// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* BPF_LOG_PID in an XDP program, which the verifier takes from Linux 6.10 on */
#include "vmlinux.h"
#define BPF_LOG_PID 1
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

SEC("xdp")
int logs_pid(struct xdp_md *ctx)
{
	bpf_log_info("a packet");
	return XDP_PASS;
}
