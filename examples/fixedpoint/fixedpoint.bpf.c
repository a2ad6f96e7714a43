// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Log how long tasks wait for a processor, in microseconds with decimals: a moving average for each
 * processor, and the standard deviation.
 *
 *	bpfstream run build/examples/fixedpoint.bpf.o
 *
 * The squares of microseconds overflow: 46 ms from the average, they are over 2^31. The library
 * saturates, and reports the line on BPF_STDERR. Try it with
 *
 *	nice -n 19 taskset 1 sh -c 'while :; do :; done' &
 *	taskset 1 sh -c 'while :; do :; done' &
 */
#include <linux/bpf.h>
#include <bpf/bpf_tracing.h>
#include "fixedpoint.h"

char _license[] SEC("license") = "GPL";

#define LOG_EVERY 50
#define WEIGHT	  FIXED(0.03125) /* of a new value in the moving averages */

struct task_struct {
	int pid;
	unsigned int __state;
} __attribute__((preserve_access_index));

struct waits {
	fixed_t mean, variance;
	__u64 n;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct waits);
} waits_of_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, int); /* task */
	__type(value, __u64); /* runnable since, ns */
} runnable SEC(".maps");

/* @average moves towards @x */
static __always_inline fixed_t moved(fixed_t average, fixed_t x)
{
	return fixed_add(average, fixed_mul(fixed_sub(x, average), WEIGHT));
}

static void waited(struct waits *w, __u64 ns)
{
	fixed_t us = fixed_ratio(ns, 1000), off = fixed_sub(us, w->mean), deviation;

	w->mean = moved(w->mean, us);
	w->variance = moved(w->variance, fixed_mul(off, off));
	if (++w->n % LOG_EVERY)
		return;
	deviation = fixed_sqrt(w->variance);
	bpf_log_info("cpu %d: a task waits " FIXED_FMT(3) " us, give or take " FIXED_FMT(3),
		     (int)bpf_get_smp_processor_id(), FIXED_ARG(w->mean, 3),
		     FIXED_ARG(deviation, 3));
}

static void is_runnable(struct task_struct *task)
{
	__u64 now = bpf_ktime_get_ns();
	int pid = task->pid;

	if (pid)
		bpf_map_update_elem(&runnable, &pid, &now, BPF_ANY);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	is_runnable(task);
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *task)
{
	is_runnable(task);
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, _Bool preempted, struct task_struct *prev, struct task_struct *next)
{
	int pid = next->pid;
	__u64 *since = bpf_map_lookup_elem(&runnable, &pid);
	__u32 zero = 0;
	struct waits *w = bpf_map_lookup_elem(&waits_of_cpu, &zero);

	if (preempted || !prev->__state)
		is_runnable(prev);
	if (since && w) {
		waited(w, bpf_ktime_get_ns() - *since);
		bpf_map_delete_elem(&runnable, &pid);
	}
	return 0;
}
