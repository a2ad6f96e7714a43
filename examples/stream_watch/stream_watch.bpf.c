// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * An in-kernel watcher: reads the streams of all other programs, counts their log records by
 * level, and forwards only errors and worse to a ring buffer. It consumes nothing: readers of
 * these streams still get everything. stream_watch.c in this directory runs it.
 */
#include <linux/bpf.h>
#include <bpf_stream/reader.h>
#include "stream_watch.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct bpf_prog_aux {
	__u32 id;
} __attribute__((preserve_access_index));

struct bpf_prog {
	struct bpf_prog_aux *aux;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_prog {
	void *meta;
	struct bpf_prog *prog;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32); /* id of the program */
	__type(value, struct watch_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} errors SEC(".maps");

struct watch {
	struct watch_counts *counts;
	struct watch_head head;
};

/* An element is the text of one call: a record, or plain text. */
static int look(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	int level = bpf_stream_elem_level(text, info, 0);
	struct watch *watch = ctx;

	if (level < 0 || level >= WATCH_LEVELS)
		level = WATCH_PLAIN;
	watch->counts->by_level[level]++;
	if (level <= BPF_LOG_ERROR &&
	    bpf_stream_elem_output(&errors, &watch->head, sizeof(watch->head), text, info))
		watch->counts->not_forwarded++;
	return 0;
}

SEC("iter/bpf_prog")
int stream_watch(struct bpf_iter__bpf_prog *ctx)
{
	struct watch_counts none = {};
	struct bpf_stream_result result;
	struct watch watch = {};
	struct bpf_prog *prog = ctx->prog;

	if (!prog)
		return 0;
	watch.head.id = prog->aux->id;
	bpf_map_update_elem(&counts, &watch.head.id, &none, BPF_ANY);
	watch.counts = bpf_map_lookup_elem(&counts, &watch.head.id);
	if (!watch.counts)
		return 0;
	bpf_stream_peek_prog(prog, BPF_STDOUT, look, &watch, &result);
	watch.counts->lost += result.lost;
	bpf_stream_peek_prog(prog, BPF_STDERR, look, &watch, &result);
	watch.counts->lost += result.lost;
	return 0;
}
