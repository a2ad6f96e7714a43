// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * watch.bpf.c - iterate over all loaded programs, and list only those that need attention: a
 * thousand silent programs take one read(2) that returns nothing. See watch.h.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "follow/watch_record.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct llist_node;

struct llist_head {
	struct llist_node *first;
} __attribute__((preserve_access_index));

struct bpf_stream {
	struct llist_head log;
	struct llist_node *backlog_head;
	struct llist_node *backlog_tail;
} __attribute__((preserve_access_index));

typedef struct {
	__s64 counter;
} __attribute__((preserve_access_index)) atomic64_t;

struct bpf_prog_aux {
	atomic64_t refcnt;
	__u32 id;
	char name[WATCH_NAME];
	struct bpf_stream stream[2];
} __attribute__((preserve_access_index));

/* 7.4 and later */
struct bpf_prog_aux___pointers {
	struct bpf_stream *stream[2];
} __attribute__((preserve_access_index));

struct bpf_prog {
	struct bpf_prog_aux *aux;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_prog {
	struct bpf_iter_meta *meta;
	struct bpf_prog *prog;
} __attribute__((preserve_access_index));

/* Set by user space: list every program ... */
__u32 everything;
/* ... or those with at most this many users. */
__u32 few;

/* Results: the number of programs, a checksum of their ids, and the number of tails */
__u32 nr, tails;
__u64 sum;

/* The newest element of a stream: it changes with every write. */
static __always_inline __u64 newest(struct bpf_prog_aux *aux, int i)
{
	__u64 first, tail, head;

	if (bpf_core_field_exists(aux->stream)) {
		/* the size of struct bpf_stream is the kernel's, not this declaration's */
		const struct bpf_stream *stream =
			(void *)&aux->stream + i * bpf_core_type_size(struct bpf_stream);

		first = (__u64)stream->log.first;
		head = (__u64)stream->backlog_head;
		tail = (__u64)stream->backlog_tail;
	} else {
		struct bpf_stream *stream = NULL;

		bpf_core_read(&stream, sizeof(stream),
			      &((struct bpf_prog_aux___pointers *)aux)->stream[i]);
		first = (__u64)BPF_CORE_READ(stream, log.first);
		head = (__u64)BPF_CORE_READ(stream, backlog_head);
		tail = (__u64)BPF_CORE_READ(stream, backlog_tail);
	}
	if (first)
		return first;
	return head ? tail : 0;
}

/* Whether this is the iterator of a tail, this one or another */
static __always_inline _Bool is_tail(struct bpf_prog_aux *aux)
{
	char name[WATCH_NAME];

	if (aux->name[0] != 'b' || aux->name[9] != '_')
		return 0;
	bpf_probe_read_kernel(name, sizeof(name), &aux->name);
	return !bpf_strncmp(name, sizeof(name), "bpfstream_tail");
}

SEC("iter/bpf_prog")
int bpfstream_tail(struct bpf_iter__bpf_prog *ctx)
{
	struct watch_record record = {};
	struct bpf_prog *prog = ctx->prog;
	struct bpf_prog_aux *aux;
	__u64 refs;

	if (!prog)
		return 0;
	aux = prog->aux;
	record.id = aux->id;
	nr++;
	sum += (__u64)record.id * record.id + record.id;
	tails += is_tail(aux);
	/* one reference is the iterator's */
	refs = aux->refcnt.counter - 1;
	record.newest[0] = newest(aux, 0);
	record.newest[1] = newest(aux, 1);
	if (!everything && !record.newest[0] && !record.newest[1] && refs > few)
		return 0;
	record.refs = refs > 0xffffffff ? 0xffffffff : refs;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
