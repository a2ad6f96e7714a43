// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#include <linux/bpf.h>
#include <bpf_stream/reader.h>
#include <bpf/bpf_tracing.h>

struct bpf_iter_meta { /* the parts of vmlinux.h used here */
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_prog {
	struct bpf_iter_meta *meta;
	struct bpf_prog *prog;
};

__u64 errors;

static int count(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	errors += bpf_stream_elem_level(text, info, 0) == BPF_LOG_ERROR;
	return 0; /* 1 stops */
}

SEC("iter/bpf_prog")
int count_errors(struct bpf_iter__bpf_prog *ctx)
{
	if (ctx->prog) { /* each loaded program, then NULL */
		bpf_stream_peek_prog(ctx->prog, BPF_STDERR, count, NULL, NULL);
	} else {
		BPF_SEQ_PRINTF(ctx->meta->seq, "%llu errors wait to be read\n", errors);
		errors = 0;
	}
	return 0;
}
char _license[] SEC("license") = "GPL";
