// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* An XDP program that logs, and programs that cannot be attached, one for each reason */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

SEC("xdp")
int xdp_log(struct xdp_md *ctx)
{
	bpf_log_info("%d bytes", (int)(ctx->data_end - ctx->data));
	bpf_log_warn("%d bytes too many", (int)(ctx->data_end - ctx->data));
	return XDP_PASS;
}

SEC("tcx/ingress")
int tcx_log(struct __sk_buff *ctx)
{
	bpf_log_info("skb of %d bytes", ctx->len);
	return -1; /* TCX_NEXT */
}

SEC("syscall")
int of_syscall(void *ctx)
{
	return 0;
}

SEC("tc")
int of_tc(struct __sk_buff *ctx)
{
	return 0;
}

SEC("tp/nothing/of_that_name")
int of_tp(void *ctx)
{
	return 0;
}
