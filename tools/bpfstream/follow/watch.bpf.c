// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * watch.bpf.c - iterate over all loaded programs, and list only those that need attention: a
 * thousand silent programs take one read(2) that returns nothing. See watch.h.
 */
#include <linux/bpf.h>
#include <bpf_stream/reader.h>

#include "follow/watch_record.h"
#include "progs/iter_bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Set by user space: list every program ... */
__u32 everything;
/* ... or those with at most this many users. */
__u32 few;

/* Results: the number of programs, a checksum of their ids, and the number of tails */
__u32 nr, tails;
__u64 sum;

/* Whether this is the iterator of a tail, this one or another */
static __always_inline _Bool is_tail(struct bpf_prog_aux *aux)
{
	char name[PROGS_NAME];

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
	record.newest[0] = bpf_stream_newest(prog, BPF_STDOUT);
	record.newest[1] = bpf_stream_newest(prog, BPF_STDERR);
	if (!everything && !record.newest[0] && !record.newest[1] && refs > few)
		return 0;
	record.refs = refs > 0xffffffff ? 0xffffffff : refs;
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
