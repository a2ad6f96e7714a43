// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Printing takes a GPL-compatible licence, on every kernel */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "Proprietary";

SEC("xdp")
int secret(struct xdp_md *ctx)
{
	bpf_log_error("x");
	return XDP_PASS;
}
