// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The same lock twice, below another: "AA or ABBA deadlock detected for bpf_res_spin_lock" */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym;
extern int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, unsigned long *flags) __ksym;
extern void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock,
					   unsigned long *flags) __ksym;

volatile __u32 line; /* where it happened */

struct value {
	struct bpf_res_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct value);
} values SEC(".maps");

SEC("tc")
int report(struct __sk_buff *skb)
{
	struct value *a, *b, *again;
	__u32 zero = 0, one = 1;
	int ret;

	a = bpf_map_lookup_elem(&values, &zero);
	b = bpf_map_lookup_elem(&values, &one);
	/* the second look-up keeps the verifier from seeing that it is the same lock */
	again = bpf_map_lookup_elem(&values, &zero);
	if (!a || !b || !again)
		return 1;
	if (bpf_res_spin_lock(&a->lock))
		return 2;
	if (bpf_res_spin_lock(&b->lock)) {
		bpf_res_spin_unlock(&a->lock);
		return 3;
	}
	line = __LINE__ + 1;
	ret = bpf_res_spin_lock(&again->lock);
	if (!ret)
		bpf_res_spin_unlock(&again->lock);
	bpf_res_spin_unlock(&b->lock);
	bpf_res_spin_unlock(&a->lock);
	return ret ? 0 : 4;
}

SEC("tc")
int report_irqsave(struct __sk_buff *skb)
{
	unsigned long flags, flags_again;
	struct value *a, *again;
	__u32 zero = 0;
	int ret;

	a = bpf_map_lookup_elem(&values, &zero);
	again = bpf_map_lookup_elem(&values, &zero);
	if (!a || !again)
		return 1;
	if (bpf_res_spin_lock_irqsave(&a->lock, &flags))
		return 2;
	line = __LINE__ + 1;
	ret = bpf_res_spin_lock_irqsave(&again->lock, &flags_again);
	if (!ret)
		bpf_res_spin_unlock_irqrestore(&again->lock, &flags_again);
	bpf_res_spin_unlock_irqrestore(&a->lock, &flags);
	return ret ? 0 : 4;
}
