// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Programs for read.c: a writer that fills its stream, and readers of it in BPF */
#include <linux/bpf.h>
#include <bpf_stream/reader.h>
#include <bpf_stream/stream.h>

char _license[] SEC("license") = "GPL";

#define TEXT_4	"abc\n"
#define TEXT_64 "a line of text of 64 bytes, the newline at its end one of them.\n"

#define WRITER(size)                                                                               \
	SEC("tc")                                                                                  \
	int write_##size(struct __sk_buff *skb)                                                    \
	{                                                                                          \
		for (int i = 0; i < 100; i++)                                                      \
			if (bpf_stream_printk(BPF_STDOUT, TEXT_##size))                            \
				return 1;                                                          \
		return 0;                                                                          \
	}
_Static_assert(sizeof(TEXT_4) == 4 + 1 && sizeof(TEXT_64) == 64 + 1, "sizes");
WRITER(4)
WRITER(64)

struct args {
	__u32 id;
};

__u64 bytes, elements;

static int measure(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	bytes += info->len;
	elements++;
	return 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 21);
} ring SEC(".maps");

static int forward(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	if (!bpf_stream_elem_output(&ring, (void *)0, 0, text, info)) {
		bytes += info->len;
		elements++;
	}
	return 0;
}

#define READER(name, fn, flags)                                                                    \
	SEC("syscall")                                                                             \
	int name(struct args *args)                                                                \
	{                                                                                          \
		return bpf_stream_for_each(args->id, BPF_STDOUT, fn, (void *)0, flags, (void *)0); \
	}
READER(peek_measure, measure, BPF_STREAM_PEEK)
READER(peek_forward, forward, BPF_STREAM_PEEK)
READER(kfuncs_measure, measure, BPF_STREAM_KFUNCS)
READER(kfuncs_forward, forward, BPF_STREAM_KFUNCS)
