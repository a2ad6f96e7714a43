// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Log every program that is started, with its name and arguments, which may be any bytes. bpfstream
 * shows escape sequences and invalid UTF-8 as \x1b, so they do not reach a terminal. But a newline
 * ends a record, and what follows could pass for another one, so the program replaces each newline
 * with '?'. At debug, a hexdump shows all bytes.
 *
 *	bpfstream run build/examples/exec_trace.bpf.o --level debug
 */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf_stream/log.h>

#define ARGS_MAX 128 /* bytes of the arguments that are shown */

char _license[] SEC("license") = "Dual BSD/GPL";

/* The fields of the kernel's types that are used here, so that no vmlinux.h is needed */
struct mm_struct {
	unsigned long arg_start, arg_end;
} __attribute__((preserve_access_index));

struct task_struct {
	struct mm_struct *mm;
} __attribute__((preserve_access_index));

#define EACH_BYTE(c) (0x0101010101010101ULL * (__u8)(c))

/* Ones in each byte that is 0 */
static __u64 zeros(__u64 word)
{
	const __u64 low = EACH_BYTE(0x7f);

	return (~(((word & low) + low) | word | low) >> 7) * 0xff;
}

/*
 * Make one line of a text: newlines become '?', and each NUL @nul. Eight bytes at a time and without
 * branches, because the verifier walks every step of it.
 */
static void one_line(__u64 *text, int words, char nul)
{
	for (int i = 0; i < words; i++) {
		__u64 newlines = zeros(text[i] ^ EACH_BYTE('\n')), nuls = zeros(text[i]);

		text[i] ^= (newlines & EACH_BYTE('\n' ^ '?')) | (nuls & EACH_BYTE(nul));
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
	__u64 comm[16 / 8], args[ARGS_MAX / 8] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	one_line(comm, 16 / 8, 0);
	if (bpf_probe_read_user(args, shown, (void *)start)) {
		bpf_log_warn_ratelimited("pid %d, %s: its arguments cannot be read", pid,
					 (char *)comm);
		return 0;
	}
	bpf_log_hexdump(BPF_LOG_DEBUG, "argv ", args, shown);
	/* each argument ends in a NUL */
	one_line(args, ARGS_MAX / 8, ' ');
	((char *)args)[(shown - 1) % ARGS_MAX] = 0;
	bpf_log_info("pid %d, %s: %s%s", pid, (char *)comm, (char *)args,
		     len > ARGS_MAX ? "..." : "");
	return 0;
}
