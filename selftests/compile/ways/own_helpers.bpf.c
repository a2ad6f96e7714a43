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
#include <bpf_stream/reader.h>

static int found(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	char start[8];

	if (bpf_stream_elem_read(text, info, 0, start, sizeof(start)) < 0)
		return 1;
	*(int *)ctx += bpf_stream_elem_level(text, info, 0) == BPF_LOG_ERROR;
	*(int *)ctx += bpf_stream_elem_starts_with(text, info, 0, "WARN: ");
	return bpf_stream_elem_output(ctx, start, sizeof(start), text, info);
}

SEC("syscall")
int reader(int *id)
{
	struct bpf_stream_usage usage;
	int n = 0;

	bpf_stream_for_each(*id, BPF_STDERR, found, &n, 0, 0);
	bpf_stream_peek_prog(id, BPF_STDERR, found, &n, 0);
	bpf_stream_usage(id, BPF_STDERR, &usage);
	return n + (bpf_stream_newest(id, BPF_STDERR) == 0);
}
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
