// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* assert.h: every form, in program types, subprograms and callbacks; the stack follows the report */
#include "vmlinux.h"
#include <bpf_stream/assert.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define WARN(text)                                                                                 \
	__stderr(HEAD("WARN", "assert.bpf.c") text)                                                \
	__stack
#define FATAL(text)                                                                                \
	__stderr(HEAD("FATAL", "assert.bpf.c") text)                                               \
	__stack

int zero;

SEC("syscall")
WARN("warn_on: zero % 2 == 0")
__retval(10)
int warn_on(void *ctx)
{
	return bpf_stream_warn_on(zero % 2 == 0) * 10 + bpf_stream_warn_on(zero);
}

SEC("syscall")
WARN("warn_on: !zero")
__retval(3)
int warn_on_once(void *ctx)
{
	int n = 0;

	for (int i = 0; i < 3; i++)
		n += bpf_stream_warn_on_once(!zero);
	return n;
}

SEC("syscall")
__stdout("before")
FATAL("assertion failed: zero == 1")
int assert(void *ctx)
{
	bpf_stream_assert(zero == 0);
	bpf_stream_printk(BPF_STDOUT, "before\n");
	bpf_stream_assert(zero == 1);
	bpf_stream_printk(BPF_STDOUT, "never\n");
	return 5;
}

SEC("syscall")
FATAL("assertion failed: zero > 0: it is 0")
int assert_msg(void *ctx)
{
	bpf_stream_assert_msg(zero > 0, "it is %d", zero);
	return 5;
}

SEC("syscall")
FATAL("no way out of 0")
int panic(void *ctx)
{
	if (!zero)
		bpf_stream_panic("no way out of %d", zero);
	return 5;
}

SEC("syscall")
FATAL("assertion failed: zero")
__retval(7)
int assert_return(void *ctx)
{
	bpf_stream_assert_return(zero, 7);
	return 5;
}

SEC("syscall")
FATAL("no way on from 0")
__retval(8)
int panic_return(void *ctx)
{
	if (!zero)
		bpf_stream_panic_return(8, "no way on from %d", zero);
	return 5;
}

SEC("xdp")
FATAL("assertion failed: zero")
__retval(0) /* XDP_ABORTED */
int assert_in_xdp(struct xdp_md *ctx)
{
	bpf_stream_assert(zero);
	return XDP_PASS;
}

SEC("tc")
FATAL("in tc")
int panic_in_tc(struct __sk_buff *skb)
{
	bpf_stream_panic("in tc");
	return 2;
}

SEC("tp/syscalls/sys_enter_getpgid")
FATAL("assertion failed: zero")
int assert_in_tracepoint(void *ctx)
{
	bpf_stream_assert(zero);
	return 0;
}

SEC("fentry/security_task_getpgid")
FATAL("assertion failed: zero")
int assert_in_fentry(void *ctx)
{
	bpf_stream_assert(zero);
	return 0;
}

static __noinline int warning_sub(void)
{
	return bpf_stream_warn_on(!zero);
}

SEC("syscall")
WARN("warn_on: !zero")
__retval(2)
int warn_on_in_subprogram(void *ctx)
{
	return warning_sub() + 1;
}

static __noinline int sub(void)
{
	bpf_stream_assert_return(zero, 4);
	return 1;
}

SEC("syscall")
FATAL("assertion failed: zero")
__retval(5)
int return_from_subprogram(void *ctx)
{
	return sub() + 1;
}

static __noinline int throwing_sub(void)
{
	bpf_stream_assert(zero);
	return 1;
}

/* ends the program; before 6.7 only the function */
SEC("syscall")
FATAL("assertion failed: zero")
int throw_from_subprogram(void *ctx)
{
	int ret = throwing_sub();

	return __bpf_stream_ksym_exists(__bpf_stream_throw_6_7) ? ret + 1 : 0;
}

static long warning_callback(__u32 i, void *ctx)
{
	bpf_stream_warn_on(!zero);
	bpf_stream_assert_return(zero, 1);
	return 0;
}

SEC("syscall")
WARN("warn_on: !zero")
FATAL("assertion failed: zero")
__retval(1)
int in_callback(void *ctx)
{
	return bpf_loop(9, warning_callback, NULL, 0);
}

/* With a reference held: the report, then the release, then the return */
struct task_struct *bpf_task_from_pid(s32 pid) __ksym __weak;
void bpf_task_release(struct task_struct *p) __ksym __weak;

SEC("syscall")
WARN("warn_on: task->pid == 1")
__retval(3)
__retval_no_streams(3)
int reference_held(void *ctx)
{
	struct task_struct *task;
	int ret = 0;

	if (!__bpf_stream_ksym_exists(bpf_task_from_pid)) {
		bpf_stream_printk(BPF_STDERR, "WARN 1 assert.bpf.c:1: warn_on: task->pid == 1\n");
		return 3; /* 6.1 has no kernel function to get this reference with */
	}
	task = bpf_task_from_pid(1);
	if (!task)
		return 1;
	if (bpf_stream_warn_on(task->pid == 1))
		ret = 3;
	bpf_task_release(task);
	return ret;
}

/* The returning forms: release the reference before the return */
SEC("syscall")
FATAL("assertion failed: pid == 2")
__retval(4)
int reference_released(void *ctx)
{
	struct task_struct *task;
	int pid = 1;

	if (__bpf_stream_ksym_exists(bpf_task_from_pid)) {
		task = bpf_task_from_pid(1);
		if (!task)
			return 1;
		pid = task->pid;
		bpf_task_release(task);
	}
	bpf_stream_assert_return(pid == 2, 4);
	return 5;
}
