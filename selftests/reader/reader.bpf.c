// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Programs for test_reader.c: some write, others read them. */
#include "writer.h"

char _license[] SEC("license") = "GPL";

struct reader_out out;

SEC("syscall")
int other_writer(struct reader_args *args)
{
	struct reader_args copy = *args;

	bpf_loop(copy.count, write_one, &copy, 0);
	args->failed = copy.failed;
	return 0;
}

/* Readers */

static int collect(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	struct reader_args *args = ctx;
	__u32 used = out.used, n = out.elements;

	if (n < READER_ELEMENTS)
		out.len[n] = info->len | (info->flags & BPF_STREAM_ELEM_REST ? READER_REST : 0);
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

/* The messages it got, by number; several of these run at the same time */
static int mark(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	__u32 seq = 0, i;
	char head[8] = {};

	if (bpf_stream_elem_starts_with(text, info, 0, "WARN: "))
		return 0;
	bpf_stream_elem_read(text, info, 2, head, sizeof(head));
	for (i = 0; i < 5 && head[i] >= '0' && head[i] <= '9'; i++)
		seq = seq * 10 + head[i] - '0';
	asm volatile("" : "+r"(seq)); /* use the same copy that is compared below */
	if (!bpf_stream_elem_starts_with(text, info, 0, "m ") || seq >= READER_ELEMENTS)
		out.wrong++;
	else
		out.len[seq]++;
	return 0;
}

SEC("syscall")
int read_shared(struct reader_args *args)
{
	struct bpf_stream_result result;

	bpf_stream_for_each(args->id, BPF_STDOUT, mark, NULL, BPF_STREAM_KFUNCS, &result);
	return 0;
}

SEC("syscall")
int own(struct reader_args *args)
{
	struct reader_args copy = *args;

	out.elements = out.used = 0;
	bpf_stream_printk(BPF_STDERR, "one\n");
	bpf_stream_printk(BPF_STDERR, "two\n");
	out.ret = bpf_stream_for_each_own(copy.stream_id, collect, &copy, &out.result);
	return 0;
}

/* To a ring buffer: by copying into another dynptr, or in one piece after a header */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} ring SEC(".maps");

static int forward(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	struct bpf_dynptr to;
	__u32 seq = info->seq;

	if (seq & 1)
		return bpf_stream_elem_output(&ring, &seq, sizeof(seq), text, info);
	if (bpf_ringbuf_reserve_dynptr(&ring, info->len, 0, &to) ||
	    bpf_stream_elem_copy(&to, 0, text, info))
		out.wrong++;
	/* one that does not fit is an error */
	if (bpf_stream_elem_copy(&to, 1, text, info) >= 0)
		out.wrong++;
	bpf_ringbuf_submit_dynptr(&to, 0);
	return 0;
}

SEC("syscall")
int read_forward(struct reader_args *args)
{
	out.ret = bpf_stream_for_each(args->id, BPF_STDOUT, forward, NULL, BPF_STREAM_PEEK,
				      &out.result);
	return 0;
}

/* The arguments of iterators, which get none */
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
	out.newest = bpf_stream_newest(prog, wanted.stream_id);
	return 0;
}

/* The helpers' results for a text */
struct reader_line line;

SEC("syscall")
int look_at_line(void *ctx)
{
	struct bpf_stream_elem_info info = {};
	struct bpf_dynptr text;
	__u32 len = line.len;

	if (len > sizeof(line.text))
		return 1;
	info.len = len;
	bpf_dynptr_from_mem(line.text, len, 0, &text);
	if (!bpf_stream_supported())
		return 0;
	line.level = bpf_stream_elem_level(&text, &info, line.off);
	line.found = bpf_stream_elem_find(&text, &info, line.off, ':');
	line.next = bpf_stream_elem_line(&text, &info, line.off);
	line.starts = bpf_stream_elem_starts_with(&text, &info, line.off, "INFO 12345: ");
	line.n = bpf_stream_elem_read(&text, &info, line.off, line.copy, 16);
	return 0;
}
