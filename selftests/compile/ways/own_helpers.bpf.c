// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A program of a project with helper declarations of its own; LATE: our headers come after these. */
#include BASE
#include <linux/types.h>
#include "own_helpers.h"
#ifdef LATE
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/printk.h>
#endif

#ifdef OWN_VENDORED
struct bpf_map_def SEC("maps") jump_table = {3, 4, 4, 8, 0};
#endif

SEC("xdp")
int prog(struct xdp_md *ctx)
{
#ifdef LATE
	bpf_log_info("%d bytes", ctx->data_end - ctx->data);
	bpf_stream_assert(ctx->data_end >= ctx->data);
	bpf_stream_stage(BPF_STDERR)
		bpf_stream_stage_printf("%d\n", 1);
#endif
#ifdef OWN_NAMES
	printk("%d bytes", (int)(ctx->data_end - ctx->data));
#else
	bpf_printk("%d bytes", ctx->data_end - ctx->data);
#endif
	return 2;
}

char _license[] SEC("license") = "GPL";
