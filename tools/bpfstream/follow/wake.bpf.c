// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * wake.bpf.c - tells user space that a program has written to one of its streams. See wake.h.
 *
 * A flood of writes costs a look at a variable each: user space arms this when it goes to sleep,
 * and the first write after that disarms it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf_stream/bpf/atomic.h>

#include "follow/wake_record.h"

char LICENSE[] SEC("license")
= "Dual BSD/GPL";

struct bpf_prog_aux {
	__u32 id;
} __attribute__((preserve_access_index));

struct bpf_prog {
	struct bpf_prog_aux *aux;
} __attribute__((preserve_access_index));

__u64 armed;
/* Only programs that are in followed; otherwise all */
__u32 only_followed;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} followed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} writers SEC(".maps");

static __always_inline int wake(__u64 aux, __u32 stream_id)
{
	struct wake_record record = {.stream_id = stream_id};
	__u32 id = 0;

	if (!armed)
		return 0;
	if (aux)
		bpf_core_read(&id, sizeof(id), &((struct bpf_prog_aux *)aux)->id);
	if (id && only_followed && !bpf_map_lookup_elem(&followed, &id))
		return 0;
	if (__bpf_stream_xchg(&armed, 0)) {
		record.id = id;
		bpf_ringbuf_output(&writers, &record, sizeof(record), BPF_RB_FORCE_WAKEUP);
	}
	return 0;
}

/* The function that programs write with; by which name, user space finds out. */
SEC("fexit")
int bpfstream_write(void *ctx)
{
	__u64 aux = 0, stream_id = 0;

	/* 7.0 does not tell the program: its BTF has no fifth argument */
	bpf_get_func_arg(ctx, 4, &aux);
	bpf_get_func_arg(ctx, 0, &stream_id);
	return wake(aux, stream_id);
}

/* The one that the kernel writes reports with: (stage, prog, stream) */
SEC("fexit/bpf_stream_stage_commit")
int bpfstream_rep(void *ctx)
{
	__u64 prog = 0, aux = 0, stream_id = 0;

	if (!bpf_get_func_arg(ctx, 1, &prog) && prog)
		bpf_core_read(&aux, sizeof(aux), &((struct bpf_prog *)prog)->aux);
	bpf_get_func_arg(ctx, 2, &stream_id);
	return wake(aux, stream_id);
}

/*
 * A program gets its name for traces: it has just been loaded, and its fd is not with the loader
 * yet. Who opens it now gets all that it will say, however short it lives. Its functions come here
 * too, and have no id.
 */
SEC("fexit/bpf_prog_kallsyms_add")
int bpfstream_load(void *ctx)
{
	struct wake_record record = {.stream_id = WAKE_LOADED};
	__u64 prog = 0, aux = 0;

	if (!bpf_get_func_arg(ctx, 0, &prog) && prog)
		bpf_core_read(&aux, sizeof(aux), &((struct bpf_prog *)prog)->aux);
	if (aux)
		bpf_core_read(&record.id, sizeof(record.id), &((struct bpf_prog_aux *)aux)->id);
	if (record.id)
		bpf_ringbuf_output(&writers, &record, sizeof(record), BPF_RB_FORCE_WAKEUP);
	return 0;
}
