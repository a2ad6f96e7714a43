// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Programs that print on demand: a script runs `kill -0 PID` with one of the numbers in
 * selftests/tool.sh, where no process has that PID. The kernel keeps 15 characters of a name; these two
 * names have the same.
 */
#include "vmlinux.h"
#include <bpf_stream/log.h>

#define A10  "aaaaaaaaaa"
#define A100 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10

char _license[] SEC("license") = "GPL";

__u32 number;

static long six_bytes(__u32 i, void *ctx)
{
	bpf_stream_printk(BPF_STDOUT, "%05u\n", i);
	return 0;
}

/* the number at both ends, so that a line made of two is noticed */
static long long_line(__u32 i, void *ctx)
{
	__u32 n = __sync_fetch_and_add(&number, 1);

	bpf_stream_printk(BPF_STDOUT, "%08u " A100 A100 A100 A100 A100 A100 A100 " %08u\n", n, n);
	return 0;
}

static __always_inline void hostile(void)
{
	char text[] = "esc \x1b[31m bel \a cr \r c1 \xc2\x9b lone \x9b bad \xff\xc0\xaf del \x7f "
		      "good \xc3\xa4 \xe2\x82\xac tab\t bs \\x1b";

	bpf_stream_printk(BPF_STDERR, "%s\n", text);
}

/* looks like a record of another program to a reader that takes lines for messages */
static __always_inline void forged(void)
{
	char text[] = "mine\nMESSAGE=forged\nSYSLOG_IDENTIFIER=sshd\n<0>1 - - sshd 1 - - forged\n"
		      "\"] [x@1 y=\"z\"] forged";

	bpf_log_info("%s", text);
}

static long continued(__u32 i, void *ctx)
{
	bpf_stream_printk(BPF_STDOUT, "\t" A100 A100 A100 A100 A100 A100 A100 A100 A100 "\n");
	return 0;
}

static __always_inline void levels(void)
{
	bpf_log_error("e %d", 1);
	bpf_log_warn("w %d", 2);
	bpf_log_info("i %d", 3);
	bpf_log_debug("d %d", 4);
	bpf_log_trace("t %d", 5);
}

/* the strings of one message have 512 bytes in a ring */
char long_text[600] = {[0 ... 598] = 'x'};

SEC("tp/syscalls/sys_enter_kill")
int a_program_with_modes(struct trace_event_raw_sys_enter *ctx)
{
	switch ((int)ctx->args[0]) {
	case 2000000001:
		bpf_stream_printk(BPF_STDOUT, "to stdout\n");
		bpf_stream_printk(BPF_STDERR, "to stderr\n");
		break;
	case 2000000002:
		/* fill a stream */
		bpf_loop(16666, six_bytes, NULL, 0);
		break;
	case 2000000003:
		bpf_loop(15, long_line, NULL, 0);
		break;
	case 2000000004:
		hostile();
		break;
	case 2000000005:
		bpf_stream_printk(BPF_STDOUT, "no newline,");
		break;
	case 2000000006:
		bpf_stream_printk(BPF_STDOUT, " and the rest\n");
		break;
	case 2000000007:
		levels();
		break;
	case 2000000009:
		forged();
		break;
	case 2000000010:
		bpf_log_info("begin");
		bpf_loop(7, continued, NULL, 0);
		break;
	case 2000000011:
		/* too long: dropped, but charged for ever (kernels up to 7.3) */
		bpf_stream_printk(BPF_STDERR, "%1100d", 1);
		break;
	case 2000000013:
		bpf_stream_printk(BPF_STDOUT, "%s, %s\n", long_text, long_text);
		break;
	}
	return 0;
}

SEC("tp/syscalls/sys_enter_kill")
int a_program_with_one_line(struct trace_event_raw_sys_enter *ctx)
{
	if ((int)ctx->args[0] == 2000000008)
		bpf_stream_printk(BPF_STDOUT, "from the other\n");
	return 0;
}
