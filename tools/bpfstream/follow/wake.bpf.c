// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * wake.bpf.c - wake user space when a program writes to a stream, or is loaded. See wake.h.
 *
 * User space arms this before it sleeps, and the first write disarms it, so each write of a flood
 * costs one test of a variable.
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "follow/wake_record.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct bpf_prog_aux {
	__u32 id;
} __attribute__((preserve_access_index));

struct bpf_prog {
	struct bpf_prog_aux *aux;
} __attribute__((preserve_access_index));

__u64 armed;
/* Only programs in @followed wake; otherwise all do. */
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
	if (__sync_lock_test_and_set(&armed, 0)) {
		record.id = id;
		bpf_ringbuf_output(&writers, &record, sizeof(record), BPF_RB_FORCE_WAKEUP);
	}
	return 0;
}

/* The write function; user space knows its name. */
SEC("fexit")
int bpfstream_write(void *ctx)
{
	__u64 aux = 0, stream_id = 0;

	/* On 7.0 the BTF of the function lacks the fifth argument, the program. */
	bpf_get_func_arg(ctx, 4, &aux);
	bpf_get_func_arg(ctx, 0, &stream_id);
	return wake(aux, stream_id);
}

/* Writes kernel reports: (stage, prog, stream). */
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
 * Called when a program is loaded, before the loader gets its fd: whoever opens the program now
 * gets all of its output, however short it lives. Subprograms come here too, and have no id.
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
