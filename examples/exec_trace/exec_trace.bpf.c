// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Logs every program that is started, with its name and arguments. These are any bytes that
 * somebody chose. bpfstream shows escape sequences and what is no UTF-8 as \x1b, so they do not
 * reach a terminal; but a newline ends a record, and what follows could pass for another one. So
 * the program itself lets none through: '?' stands in its place. At debug a hexdump has all bytes.
 *
 *	bpfstream run build/examples/exec_trace.bpf.o --level debug
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf_stream/log.h>

#define ARGS_MAX 128 /* bytes of the arguments that are shown */

char _license[] SEC("license") = "Dual BSD/GPL";

/* Of the kernel's types what is used here, so that no vmlinux.h is needed */
struct mm_struct {
	unsigned long arg_start, arg_end;
} __attribute__((preserve_access_index));

struct task_struct {
	struct mm_struct *mm;
} __attribute__((preserve_access_index));

/*
 * Make one line of a text: newlines become '?', and each NUL @nul. Without branches: the verifier
 * would go both ways at each byte.
 */
static __always_inline void one_line(char *text, int size, char nul)
{
#pragma clang loop unroll(disable)
	for (int i = 0; i < size; i++) {
		int c = (__u8)text[i];
		int newline = ((c ^ '\n') - 1) >> 31; /* all ones if it is one */

		text[i] = c ^ (newline & ('\n' ^ '?')) ^ ((c - 1) >> 31 & nul);
	}
}

SEC("tp/sched/sched_process_exec")
int exec_trace(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long len = BPF_CORE_READ(task, mm, arg_end) - start;
	unsigned long shown = len < ARGS_MAX ? len : ARGS_MAX;
	int pid = bpf_get_current_pid_tgid() >> 32;
	char comm[16], args[ARGS_MAX] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	one_line(comm, sizeof(comm), 0);
	if (bpf_probe_read_user(args, shown, (void *)start)) {
		bpf_log_warn_ratelimited("pid %d, %s: its arguments cannot be read", pid, comm);
		return 0;
	}
	bpf_log_hexdump(BPF_LOG_DEBUG, "argv ", args, shown);
	/* each argument has a NUL behind it */
	one_line(args, ARGS_MAX, ' ');
	args[(shown - 1) % ARGS_MAX] = 0;
	bpf_log_info("pid %d, %s: %s%s", pid, comm, args, len > ARGS_MAX ? "..." : "");
	return 0;
}
