// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Everything public, used once. BASE is what a program includes first. */
#include BASE
#include <bpf_stream/stream.h>
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

SEC("xdp")
int use_all(struct xdp_md *ctx)
{
	__u8 addr[4] = {192, 0, 2, 7};
	char text[8] = "text";

	bpf_stream_printk(BPF_STDOUT, "%d\n", 1);
	bpf_stream_printk(BPF_STDERR, "%pI4 %pB %pks %s %s\n", addr, text, text, text, "literal");
	if (!bpf_stream_supported())
		return XDP_DROP;
	bpf_log_error("%pI4 %px", addr, addr);
	bpf_log_warn("%llu", 1ULL);
	bpf_log_info("none");
	bpf_log_debug("%s", text);
	bpf_log_trace("%x", ctx->data_end - ctx->data);
	bpf_log(BPF_LOG_INFO, "%d", BPF_LOG_OFF);
	return XDP_PASS;
}
