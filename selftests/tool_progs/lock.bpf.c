// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For test_context.c: printing while a lock is held, where the clock may not be read */
#include "vmlinux.h"
#define BPF_STREAM_LOCKED 1
#define BPF_LOG_TIMESTAMP 0
#include <bpf_stream/assert.h>
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

SEC("tc")
int lock_held(struct __sk_buff *skb)
{
	int key = 0, bad = 0;
	struct locked *l = bpf_map_lookup_elem(&locks, &key);

	if (!l)
		return 1;
	bpf_spin_lock(&l->lock);
	bad = bpf_stream_warn_on(l->n == 0);
	bpf_log_info("under the lock");
	bpf_stream_printk(BPF_STDOUT, "printk too\n");
	bpf_spin_unlock(&l->lock);
	return bad + 4;
}
