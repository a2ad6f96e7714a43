// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * What modes.bpf.c does not say: a name with escapes cannot be had (the kernel lets none in), but
 * text can have anything in it. `kill -0 PID` with one of these numbers.
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
		/* times of one program go back: it stays in its own order */
		bpf_stream_printk(BPF_STDOUT, "INFO 3000000000: 3 of one\n");
		bpf_stream_printk(BPF_STDOUT, "INFO 1000000000: 1 of one\n");
		bpf_stream_printk(BPF_STDERR, "INFO 4000000000: 4 of one\n");
		break;
	case 2100000006:
		bpf_stream_printk(BPF_STDERR, "no end");
		break;
	case 2100000007:
		/* over-long: lost */
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

/* The tool's own programs are called so, but not exactly so. */
SEC("tp/syscalls/sys_enter_kill")
int bpfstream_demo(struct trace_event_raw_sys_enter *ctx)
{
	return 0;
}
