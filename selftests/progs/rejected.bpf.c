// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Programs that the verifier rejects, according to the table of assert.h and the comments of log.h */
#include "vmlinux.h"
#define BPF_LOG_TIMESTAMP 0
#include <bpf_stream/assert.h>
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

int zero;

static long throwing_callback(__u32 i, void *ctx)
{
	bpf_stream_assert(zero);
	return 0;
}

/* before 6.7 it does not throw, but ends the callback */
SEC("syscall")
__rejected(6, 7, "cannot be called from callback")
__stderr("FATAL rejected.bpf.c:[0-9]+: assertion failed: zero")
int throw_in_callback(void *ctx)
{
	bpf_loop(1, throwing_callback, NULL, 0);
	return 0;
}

static __noinline int throwing_sub(void)
{
	if (!zero)
		bpf_stream_panic("in what a callback calls");
	return 0;
}

static long calling_callback(__u32 i, void *ctx)
{
	return throwing_sub();
}

SEC("syscall")
__rejected(6, 7, "cannot be called from callback")
__stderr("FATAL rejected.bpf.c:[0-9]+: in what a callback calls")
int throw_in_what_a_callback_calls(void *ctx)
{
	bpf_loop(1, calling_callback, NULL, 0);
	return 0;
}

/* 6.1 has no kernel function to get this reference with: there the address is NULL */
struct task_struct *bpf_task_from_pid(s32 pid) __ksym __weak;
void bpf_task_release(struct task_struct *p) __ksym __weak;

#define WITH_REFERENCE(body)                                                                       \
	do {                                                                                       \
		struct task_struct *task;                                                          \
                                                                                                   \
		if (!__bpf_stream_ksym_exists(bpf_task_from_pid))                                  \
			return 0;                                                                  \
		task = bpf_task_from_pid(1);                                                       \
		if (!task)                                                                         \
			return 1;                                                                  \
		body;                                                                              \
		bpf_task_release(task);                                                            \
	} while (0)

SEC("syscall")
__rejected(6, 7, "reference leak|Unreleased reference")
int throw_with_a_reference(void *ctx)
{
	WITH_REFERENCE(bpf_stream_assert(zero));
	return 0;
}

SEC("syscall")
__rejected(6, 7, "reference leak|Unreleased reference")
int return_with_a_reference(void *ctx)
{
	WITH_REFERENCE(bpf_stream_assert_return(zero, 1));
	return 0;
}

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

#define WITH_LOCK(body)                                                                            \
	do {                                                                                       \
		int key = 0;                                                                       \
		struct locked *l = bpf_map_lookup_elem(&locks, &key);                              \
                                                                                                   \
		if (!l)                                                                            \
			return 1;                                                                  \
		bpf_spin_lock(&l->lock);                                                           \
		body;                                                                              \
		bpf_spin_unlock(&l->lock);                                                         \
	} while (0)

/* kernels before 7.0 already reject the print */
SEC("tc")
__rejected(0, 0, "lock")
int throw_under_a_lock(struct __sk_buff *skb)
{
	WITH_LOCK(bpf_stream_assert(zero));
	return 0;
}

SEC("tc")
__rejected(0, 0, "lock")
int return_under_a_lock(struct __sk_buff *skb)
{
	WITH_LOCK(bpf_stream_assert_return(zero, 1));
	return 0;
}

SEC("tc")
__rejected(0, 0, "function calls are not allowed while holding a lock")
int ratelimited_under_a_lock(struct __sk_buff *skb)
{
	WITH_LOCK(bpf_log_info_ratelimited("the clock is looked at"));
	return 0;
}
