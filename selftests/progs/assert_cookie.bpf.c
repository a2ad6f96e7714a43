// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* assert.h: the program returns the cookie that it defines */
#include "vmlinux.h"
#define BPF_STREAM_COOKIE XDP_DROP
#include <bpf_stream/assert.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("xdp")
__stderr(HEAD("FATAL", "assert_cookie.bpf.c") "assertion failed: ctx->data_end < ctx->data")
__stack
__retval(1) /* XDP_DROP */
int cookie_in_xdp(struct xdp_md *ctx)
{
	bpf_stream_assert(ctx->data_end < ctx->data);
	return XDP_PASS;
}
