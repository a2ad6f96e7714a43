// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A sched_ext scheduler that logs what it does: one queue for all CPUs, first come, first served.
 * A task that is woken while a CPU is idle goes straight to it, and a task that may run on one CPU
 * only waits in the kernel's own queue for that CPU.
 *
 *	bpfstream run build/examples/scx_logged.bpf.o
 *
 * It promises to serve every queue that has a task within a second. If that is broken, it writes a
 * FATAL record, and the kernel's scheduler takes over (scx_bpf_error). A process named scx_starve,
 * beside more busy ones than there are CPUs, breaks it: it waits in a queue that is served only
 * when no other task waits.
 *
 *	sh -c 'printf scx_starve >/proc/$$/comm; while :; do :; done'
 *
 * info: begin, end, and a summary of every SUMMARY_EVERY; debug: pinned tasks; trace: each time a
 * task is queued (the reader of this log included).
 */
#include <linux/bpf.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/log.h>
#include <bpf/bpf_tracing.h>

#define SLICE_MS      20
#define WARN_MS	      250
#define MAX_MS	      1000
#define SUMMARY_EVERY 100

char _license[] SEC("license") = "Dual BSD/GPL";

const volatile char victim[16] = "scx_starve"; /* "" for none */

/* The fields of the kernel's types that are used here, so that no vmlinux.h is needed */
struct task_struct {
	int pid, nr_cpus_allowed;
	char comm[16];
} __attribute__((preserve_access_index));

struct scx_exit_info {
	const char *reason;
	char *msg;
} __attribute__((preserve_access_index));

struct sched_ext_ops {
	int (*select_cpu)(struct task_struct *p, int prev_cpu, __u64 wake_flags);
	void (*enqueue)(struct task_struct *p, __u64 flags);
	void (*dispatch)(int cpu, struct task_struct *prev);
	int (*init)(void);
	void (*exit)(struct scx_exit_info *info);
	char name[128];
};

#define SCX_DSQ_LOCAL (1ULL << 63 | 2)

extern int scx_bpf_create_dsq(__u64 id, int node) __ksym __weak;
extern int scx_bpf_dsq_nr_queued(__u64 id) __ksym __weak;
extern int scx_bpf_select_cpu_dfl(struct task_struct *p, int prev_cpu, __u64 wake_flags,
				  _Bool *is_idle) __ksym __weak;
extern void scx_bpf_error_bstr(char *fmt, unsigned long long *data, __u32 data__sz) __ksym __weak;
/* 6.13 to 7.3 at least; libbpf ignores the suffix after ___ */
extern void scx_bpf_dsq_insert___6_13(struct task_struct *p, __u64 id, __u64 slice,
				      __u64 flags) __ksym __weak;
extern _Bool scx_bpf_dsq_move_to_local___6_13(__u64 id) __ksym __weak;
/* 6.12 to 6.16 */
extern void scx_bpf_dispatch___6_12(struct task_struct *p, __u64 id, __u64 slice,
				    __u64 flags) __ksym __weak;
extern _Bool scx_bpf_consume___6_12(__u64 id) __ksym __weak;

enum { SHARED, LATE, QUEUES };
volatile __u64 served_ns[QUEUES]; /* when a task last left it, or entered it empty */
__u64 queued, idle, pinned;
int gave_up;

static void insert(struct task_struct *p, __u64 queue, __u64 flags)
{
	bpf_log_trace("pid %d to queue %llx", p->pid, queue);
	if (bpf_ksym_exists(scx_bpf_dsq_insert___6_13))
		scx_bpf_dsq_insert___6_13(p, queue, SLICE_MS * 1000000ULL, flags);
	else
		scx_bpf_dispatch___6_12(p, queue, SLICE_MS * 1000000ULL, flags);
}

/* Take the first task that may run here */
static _Bool take(__u32 queue, __u64 now)
{
	_Bool took = bpf_ksym_exists(scx_bpf_dsq_move_to_local___6_13)
			     ? scx_bpf_dsq_move_to_local___6_13(queue)
			     : scx_bpf_consume___6_12(queue);

	if (took)
		served_ns[queue] = now;
	return took;
}

/* Check the promise. */
static __noinline int is_served(__u32 queue, __u64 now)
{
	__u64 since = served_ns[queue & 1], ms;
	int waiting;

	/* another CPU may have served it just now */
	if ((__s64)(now - since) < WARN_MS * 1000000LL)
		return 1;
	ms = (now - since) / 1000000;
	waiting = scx_bpf_dsq_nr_queued(queue);
	if (waiting <= 0)
		return 1;
	bpf_log_warn_ratelimited("queue %d is left alone for %llu ms, %d wait", queue, ms, waiting);
	if (ms < MAX_MS || __sync_lock_test_and_set(&gave_up, 1))
		return 1;
	bpf_stream_panic_return(0, "queue %d was left alone for %llu ms", queue, ms);
}

static _Bool is_victim(struct task_struct *p)
{
	int i;

	for (i = 0; i < 15 && victim[i]; i++)
		if (p->comm[i] != victim[i])
			return 0;
	return i && !p->comm[i];
}

SEC("struct_ops/select_cpu")
int BPF_PROG(logged_select_cpu, struct task_struct *p, int prev_cpu, __u64 wake_flags)
{
	_Bool is_idle = 0;
	int cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);

	if (bpf_stream_warn_on(cpu < 0))
		return prev_cpu;
	if (is_idle) {
		__sync_fetch_and_add(&idle, 1);
		insert(p, SCX_DSQ_LOCAL, 0);
	}
	return cpu;
}

SEC("struct_ops/enqueue")
void BPF_PROG(logged_enqueue, struct task_struct *p, __u64 flags)
{
	__u32 queue = SHARED;

	if (p->nr_cpus_allowed == 1) {
		__sync_fetch_and_add(&pinned, 1);
		bpf_log_debug_ratelimited("pid %d is pinned", p->pid);
		insert(p, SCX_DSQ_LOCAL, flags);
		return;
	}
	if (bpf_stream_warn_on_once(is_victim(p)))
		queue = LATE;
	if (!scx_bpf_dsq_nr_queued(queue))
		served_ns[queue] = bpf_ktime_get_ns();
	insert(p, queue, flags);
	__sync_fetch_and_add(&queued, 1);
	bpf_log_info_every(SUMMARY_EVERY, "%llu were queued, %llu found an idle CPU, %llu pinned",
			   queued, idle, pinned);
}

SEC("struct_ops/dispatch")
void BPF_PROG(logged_dispatch, int cpu, struct task_struct *prev)
{
	static char why[] = "a queue was left alone"; /* of type char *, so not in .rodata */
	unsigned long long none = 0;
	__u64 now = bpf_ktime_get_ns();

	if (!take(SHARED, now))
		take(LATE, now);
	if (!is_served(SHARED, now) || !is_served(LATE, now))
		scx_bpf_error_bstr(why, &none, sizeof(none));
}

SEC("struct_ops.s/init")
int BPF_PROG(logged_init)
{
	int err = scx_bpf_create_dsq(SHARED, -1);

	if (!err)
		err = scx_bpf_create_dsq(LATE, -1);
	if (err)
		bpf_log_error("cannot make its queues: %d", err);
	else
		bpf_log_info("begins, with slices of %d ms", SLICE_MS);
	return err;
}

SEC("struct_ops/exit")
void BPF_PROG(logged_exit, struct scx_exit_info *info)
{
	bpf_log_info("ends: %s (%s)", info->reason, info->msg);
}

SEC(".struct_ops.link")
struct sched_ext_ops scx_logged = {
	.select_cpu = (void *)logged_select_cpu,
	.enqueue = (void *)logged_enqueue,
	.dispatch = (void *)logged_dispatch,
	.init = (void *)logged_init,
	.exit = (void *)logged_exit,
	.name = "scx_logged",
};
