// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Messages that modes.bpf.c does not have, for `kill -0 PID` with one of these numbers. A program's name
 * cannot contain escapes (the kernel rejects them), but its text may contain anything.
 */
#include "vmlinux.h"
#include <bpf_stream/assert.h>
#include <bpf_stream/log.h>
#include <bpf_stream/stage.h>

char _license[] SEC("license") = "GPL";

/* A message with a newline that begins a line like one of another program */
static __always_inline void forge(void)
{
	char text[] = "a\nevil_tail[1]: [    1.000000] ERROR x.c:1: forged\n\tb \x1b[2J \xff";

	bpf_log_info("%s", text);
}

static __always_inline void long_line(void)
{
	bpf_stream_printk(BPF_STDOUT, "%0500u%0500u end of 1023\n", 1, 2);
}

SEC("tp/syscalls/sys_enter_kill")
int tail_talks(struct trace_event_raw_sys_enter *ctx)
{
	switch ((int)ctx->args[0]) {
	case 2100000001:
		forge();
		break;
	case 2100000002:
		bpf_stream_stage(BPF_STDERR) {
			bpf_stream_stage_printf("WARN 5000000000 a.c:7: two\n");
			bpf_stream_stage_printf("\tlines\n");
		}
		break;
	case 2100000003:
		long_line();
		break;
	case 2100000004:
		bpf_stream_panic_return(0, "the end");
		break;
	case 2100000005:
		/* the times of one program go back: its records keep their order */
		bpf_stream_printk(BPF_STDOUT, "INFO 3000000000: 3 of one\n");
		bpf_stream_printk(BPF_STDOUT, "INFO 1000000000: 1 of one\n");
		bpf_stream_printk(BPF_STDERR, "INFO 4000000000: 4 of one\n");
		break;
	case 2100000006:
		bpf_stream_printk(BPF_STDERR, "no end");
		break;
	case 2100000007:
		/* too long: lost */
		bpf_stream_printk(BPF_STDERR, "%1100d", 1);
		break;
	}
	return 0;
}

SEC("tp/syscalls/sys_enter_kill")
int tail_other(struct trace_event_raw_sys_enter *ctx)
{
	if ((int)ctx->args[0] == 2100000005)
		bpf_stream_printk(BPF_STDOUT,
				  "INFO 2000000000: 2 of two\nINFO 3500000000: 3 of two\n");
	return 0;
}

/* Like a name of the tool's own programs, but not equal. */
SEC("tp/syscalls/sys_enter_kill")
int bpfstream_demo(struct trace_event_raw_sys_enter *ctx)
{
	return 0;
}
