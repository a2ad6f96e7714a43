// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Print under a lock without BPF_STREAM_LOCKED: rejected. */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

struct locked {
	struct bpf_spin_lock lock;
	int n;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct locked);
} locks SEC(".maps");

SEC("tcx/ingress")
int logs_locked(struct __sk_buff *skb)
{
	int key = 0;
	struct locked *l = bpf_map_lookup_elem(&locks, &key);

	if (!l)
		return 0;
	bpf_spin_lock(&l->lock);
	bpf_log_info("under the lock");
	bpf_spin_unlock(&l->lock);
	return 0;
}

SEC("tcx/egress")
int prints_locked(struct __sk_buff *skb)
{
	int key = 0;
	struct locked *l = bpf_map_lookup_elem(&locks, &key);

	if (!l)
		return 0;
	bpf_spin_lock(&l->lock);
	bpf_stream_printk(BPF_STDOUT, "under the lock\n");
	bpf_spin_unlock(&l->lock);
	return 0;
}
