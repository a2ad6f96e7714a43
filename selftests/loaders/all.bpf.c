// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Each header that writes: for loaders as it is, with strings, a dump, a stage */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/printk.h>

char _license[] SEC("license") = "GPL";

int limit = 100;

SEC("xdp")
int all(struct xdp_md *ctx)
{
	int len = ctx->data_end - ctx->data;
	char name[16] = "string";

	bpf_log_info("packet of %d bytes", len);
	bpf_log_debug("at debug, %s", name);
	bpf_log_error("error %d", 5);
	bpf_stream_stage(BPF_STDERR) {
		bpf_stream_stage_printf("WARN: staged %d\n", 1);
		bpf_stream_stage_printf("\tand %s\n", name);
	}
	bpf_printk("printk %d", 3);
	bpf_stream_warn_on(len < limit);
	bpf_stream_assert_return(limit == 1, XDP_PASS);
	return XDP_DROP;
}

/* On its own, because its loop has a callback, which needs a JIT */
SEC("tp/syscalls/sys_enter_kill")
int dump(void *ctx)
{
	char name[8] = "string";

	bpf_log_hexdump(BPF_LOG_INFO, "dump ", name, sizeof(name));
	return 0;
}
