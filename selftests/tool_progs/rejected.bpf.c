// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The second of two programs reads a packet unchecked */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("xdp")
int fine(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp")
int bad_one(struct xdp_md *ctx)
{
	return *(int *)(long)ctx->data;
}
