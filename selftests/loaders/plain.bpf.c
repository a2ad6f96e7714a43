// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * log.h and printk.h after ring.h, without strings and %pI4 and the like: no kernel function, no helper
 * that wants a GPL-compatible licence. Each loader loads this.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf_stream/ring.h>
#include <bpf_stream/log.h>
#include <bpf_stream/printk.h>

char _license[] SEC("license") = "Proprietary";

int limit = 100;

SEC("xdp")
int plain(struct xdp_md *ctx)
{
	int len = ctx->data_end - ctx->data;

	bpf_log_info("packet of %d bytes", len);
	bpf_log_debug("at debug, %c and %llx", '!', 0x1234567890ULL);
	bpf_printk("printk %d", 3);
	bpf_stream_printk(BPF_STDERR, "line of its own, %u\n", 7);
	bpf_log_warn_once("only once, %d", limit);
	bpf_log_error_ratelimited("too short: %d of %d", len, limit);
	return len < limit ? XDP_PASS : XDP_DROP;
}
