// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Every header in one object, for bpf2go */
#include "../all.bpf.c"
#include <bpf_stream/reader.h>

struct bpf_iter__bpf_prog {
	struct bpf_prog *prog;
} __attribute__((preserve_access_index));

__u64 unread;

static int count(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	unread += bpf_stream_elem_level(text, info, 0) == BPF_LOG_ERROR;
	return 0;
}

SEC("iter/bpf_prog")
int count_unread(struct bpf_iter__bpf_prog *ctx)
{
	if (ctx->prog)
		bpf_stream_peek_prog(ctx->prog, BPF_STDERR, count, NULL, NULL);
	return 0;
}
