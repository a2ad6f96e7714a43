// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What test_reader.c runs: programs that write, and programs that read them. */
#include "vmlinux.h"
#include <bpf_stream/reader.h>
#include <bpf_stream/stream.h>
#include "reader.h"

char _license[] SEC("license") = "GPL";

struct reader_out out;

/* Writers. A message carries its number and a sum of it, so that no other text can pass for it. */

static long write_one(__u32 i, struct reader_args *args)
{
	__u64 seq = args->first + i;
	int err;

	if (args->size == 0)
		err = bpf_stream_printk(args->stream_id, "");
	else if (args->size == 1)
		err = bpf_stream_printk(args->stream_id, "%c", 'a' + i % 26);
	else if (args->size == 2)
		err = bpf_stream_printk(args->stream_id, "m %llu %llx\n", seq, reader_sum(seq));
	else
		err = bpf_stream_printk(args->stream_id, "m %llu %llx %s%s\n", seq,
					reader_sum(seq), args->pad, args->pad);
	if (err)
		args->failed++;
	return 0;
}

SEC("syscall")
int writer(struct reader_args *args)
{
	struct reader_args copy = *args;

	bpf_loop(copy.count, write_one, &copy, 0);
	args->failed = copy.failed;
	return 0;
}

SEC("syscall")
int other_writer(struct reader_args *args)
{
	struct reader_args copy = *args;

	bpf_loop(copy.count, write_one, &copy, 0);
	args->failed = copy.failed;
	return 0;
}

SEC("syscall")
int log_writer(struct reader_args *args)
{
	return bpf_stream_printk(args->stream_id, "%s%s", args->pad, args->pad + 128);
}

/* Readers */

static int collect(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	struct reader_args *args = ctx;
	__u32 used = out.used, n = out.elements;

	if (n < READER_ELEMENTS)
		out.len[n] = info->len | (info->flags ? READER_REST : 0);
	if (info->seq != n || info->stream_id != args->stream_id)
		out.wrong++;
	out.elements = n + 1;
	if (info->len && used <= READER_TEXT - 1024) {
		int ret = bpf_stream_elem_read(text, info, 0, &out.text[used], 1024);

		if (ret != (int)info->len)
			out.wrong++;
		out.used = used + info->len;
	}
	return n + 1 == args->stop_at;
}

SEC("syscall")
int read_any(struct reader_args *args)
{
	struct reader_args copy = *args;

	out.ret = bpf_stream_for_each(copy.id, copy.stream_id, collect, &copy, 0, &out.result);
	return 0;
}

SEC("syscall")
int read_peek(struct reader_args *args)
{
	struct reader_args copy = *args;

	out.ret = bpf_stream_for_each(copy.id, copy.stream_id, collect, &copy, BPF_STREAM_PEEK,
				      &out.result);
	return 0;
}

SEC("syscall")
int read_kfuncs(struct reader_args *args)
{
	struct reader_args copy = *args;

	out.ret = bpf_stream_for_each(copy.id, copy.stream_id, collect, &copy, BPF_STREAM_KFUNCS,
				      &out.result);
	return 0;
}

/* What iterators look for: they have no arguments */
struct reader_args wanted;

SEC("iter/bpf_prog")
int read_iter(struct bpf_iter__bpf_prog *ctx)
{
	struct reader_args copy = wanted;
	struct bpf_prog *prog = ctx->prog;

	if (!prog || prog->aux->id != copy.id)
		return 0;
	out.ret = bpf_stream_peek_prog(prog, copy.stream_id, collect, &copy, &out.result);
	return 0;
}

SEC("iter/bpf_prog")
int usage_iter(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;
	struct bpf_stream_usage usage;

	if (!prog || prog->aux->id != wanted.id)
		return 0;
	out.ret = bpf_stream_usage(prog, wanted.stream_id, &usage);
	out.usage = usage;
	return 0;
}
