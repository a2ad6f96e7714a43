// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* progs.bpf.c - iterate over all loaded programs and their streams. See progs_iter.h. */
#include <linux/bpf.h>
#include <bpf_stream/reader.h>

#include "progs/iter_bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* The only program to list, or 0 */
__u32 only;

/* Not among the variables: libbpf would write 4 MB of zeros to it at each start. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct progs_found);
} found SEC(".maps");

/* Length of the text. Not on the stack, where the verifier would track its values. */
__u32 text_len[2];

static int copy_text(struct bpf_dynptr *from, const struct bpf_stream_elem_info *info, void *ctx)
{
	__u32 i = info->stream_id - BPF_STDOUT, len, zero = 0;
	struct progs_found *to = bpf_map_lookup_elem(&found, &zero);
	struct progs_elem *elem;

	/* The compiler knows that this is 0 or 1, and would drop the test for the verifier. */
	asm volatile("" : "+r"(i));
	i &= 1;
	len = text_len[i];
	if (!to || len > PROGS_TEXT - 1024)
		return 1;
	elem = &to->elems[i][info->seq % PROGS_ELEMS];
	elem->key = info->key;
	elem->at = len;
	elem->rest = info->flags & BPF_STREAM_ELEM_REST;
	bpf_stream_elem_read(from, info, 0, &to->text[i][len], 1024);
	text_len[i] = len + info->len;
	return 0;
}

static __always_inline int measure(struct bpf_prog *prog, struct progs_record *record)
{
	for (__u32 i = 0; i < 2; i++) {
		struct bpf_stream_usage usage;
		int err = bpf_stream_usage(prog, BPF_STDOUT + i, &usage);

		if (err)
			return err;
		record->stream[i].charged = usage.charged;
		record->stream[i].listed = usage.listed;
		record->stream[i].pending = usage.pending;
		record->stream[i].elements = usage.elements;
		record->stream[i].unsure = usage.unsure;
	}
	return 0;
}

static __always_inline void describe(struct bpf_prog *prog, struct progs_record *record)
{
	record->id = prog->aux->id;
	record->type = prog->type;
	bpf_probe_read_kernel(record->name, sizeof(record->name), &prog->aux->name);
}

/* Not on the stack, for the same reason. There is one reader at a time. */
struct progs_record record;

SEC("iter/bpf_prog")
int bpfstream_list(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;

	if (!prog || (only && prog->aux->id != only) || measure(prog, &record))
		return 0;
	describe(prog, &record);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* Copy stream @i of the program to @found, and describe it in @record. */
static __always_inline void copy_stream(struct bpf_prog *prog, __u32 i)
{
	struct progs_stream *stream = &record.stream[i];
	struct bpf_stream_result result;
	int n;

	text_len[i] = 0;
	n = bpf_stream_peek_prog(prog, BPF_STDOUT + i, copy_text, (void *)0, &result);
	stream->elements = n < 0 ? 0 : n;
	stream->pending = stream->text_len = text_len[i];
	stream->lost = result.lost;
	stream->truncated = result.truncated || n < 0;
}

SEC("iter/bpf_prog")
int bpfstream_peek(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *prog = ctx->prog;

	if (!prog || (only && prog->aux->id != only))
		return 0;
	copy_stream(prog, 0);
	copy_stream(prog, 1);
	describe(prog, &record);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
