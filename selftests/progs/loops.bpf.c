// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Everything that prints, in loops of unknown length. The verifier walks such a loop until two rounds
 * look the same, and 6.1 compares only the innermost function's registers before it reports an infinite
 * loop.
 */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "loops.bpf.c")

volatile __u32 rounds = 16 + 2;

/* clang compiles these into different loops: one counts up to n, one is left from the middle */
#define LOOP                                                                                       \
	__u32 n = rounds & 7;                                                                      \
                                                                                                   \
	_Pragma("clang loop unroll(disable)") for (__u32 i = 0; i < n; i++)
#define LOOP_BREAK(max)                                                                            \
	__u32 n = rounds & 7;                                                                      \
                                                                                                   \
	_Pragma("clang loop unroll(disable)") for (__u64 i = 0; i < (max); i++) if (i >= n) break; \
	else

SEC("syscall")
__stdout("a")
__stdout("b 0")
__stdout("a")
__stdout("b 1")
int printk(void *ctx)
{
	LOOP
	{
		bpf_stream_printk(BPF_STDOUT, "a\n");
		bpf_stream_printk(BPF_STDOUT, "b %d\n", (int)i);
	}
	return 0;
}

SEC("syscall")
__stdout("a")
__stdout("b 0")
__stdout("a")
__stdout("b 1")
int printk_break(void *ctx)
{
	LOOP_BREAK(100)
	{
		bpf_stream_printk(BPF_STDOUT, "a\n");
		bpf_stream_printk(BPF_STDOUT, "b %d\n", (int)i);
	}
	return 0;
}

SEC("syscall")
__stdout("a")
__stdout("b")
__stdout("a")
__stdout("b")
int printk_without_arguments(void *ctx)
{
	LOOP
	{
		bpf_stream_printk(BPF_STDOUT, "a\n");
		bpf_stream_printk(BPF_STDOUT, "b\n");
	}
	return 0;
}

SEC("syscall")
__stdout("a")
__stdout("b")
__stdout("a")
__stdout("b")
int printk_without_arguments_break(void *ctx)
{
	LOOP_BREAK(100)
	{
		bpf_stream_printk(BPF_STDOUT, "a\n");
		bpf_stream_printk(BPF_STDOUT, "b\n");
	}
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "i")
__stderr(LOG("WARN") "w 0")
__stdout(LOG("INFO") "i")
__stderr(LOG("WARN") "w 1")
int records(void *ctx)
{
	LOOP
	{
		bpf_log_info("i");
		bpf_log_warn("w %d", (int)i);
	}
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "i")
__stderr(LOG("WARN") "w 0")
__stdout(LOG("INFO") "i")
__stderr(LOG("WARN") "w 1")
int records_break(void *ctx)
{
	LOOP_BREAK(100)
	{
		bpf_log_info("i");
		bpf_log_warn("w %d", (int)i);
	}
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "once")
__stdout(LOG("INFO") "every")
__stdout(LOG("INFO") "ratelimited")
__stdout(LOG("INFO") "ratelimited")
int howoften(void *ctx)
{
	LOOP
	{
		bpf_log_info_once("once");
		bpf_log_info_every(2, "every");
		bpf_log_info_ratelimited("ratelimited");
	}
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "once")
__stdout(LOG("INFO") "every")
__stdout(LOG("INFO") "ratelimited")
__stdout(LOG("INFO") "ratelimited")
int howoften_break(void *ctx)
{
	LOOP_BREAK(100)
	{
		bpf_log_info_once("once");
		bpf_log_info_every(2, "every");
		bpf_log_info_ratelimited("ratelimited");
	}
	return 0;
}

/* 6.1 rejects a loop of the first form, because the callback is also a function. */
SEC("syscall")
__stdout(LOG("INFO") "h 0000: 02 00 00 00                                     \\|....\\|")
__stdout(LOG("INFO") "h 0000: 02 00 00 00                                     \\|....\\|")
int hexdump_break(void *ctx)
{
	LOOP_BREAK(8)
	{
		bpf_log_hexdump(BPF_LOG_INFO, "h ", &n, 4);
	}
	return 0;
}

SEC("syscall")
__stderr(LOG("WARN") "warn_on: n == 2")
__stack
__stderr(LOG("WARN") "warn_on: n == 2")
__stack
int warn_on(void *ctx)
{
	LOOP
	{
		bpf_stream_warn_on(n == 2);
		bpf_stream_assert_return(n < 8, 1);
		bpf_stream_assert(n < 8);
	}
	return 0;
}

SEC("syscall")
__stderr(LOG("WARN") "warn_on: n == 2")
__stack
__stderr(LOG("WARN") "warn_on: n == 2")
__stack
int warn_on_break(void *ctx)
{
	LOOP_BREAK(100)
	{
		bpf_stream_warn_on(n == 2);
		bpf_stream_assert_return(n < 8, 1);
		bpf_stream_assert(n < 8);
	}
	return 0;
}

SEC("syscall")
__stdout("a")
__stdout("b")
__stdout("a")
__stdout("b")
int stage_in_a_loop(void *ctx)
{
	LOOP
	{
		bpf_stream_stage(BPF_STDOUT) {
			bpf_stream_stage_printf("a\n");
			bpf_stream_stage_printf("b\n");
		}
	}
	return 0;
}

SEC("syscall")
__stdout("a")
__stdout("b")
__stdout("a")
__stdout("b")
int stage_in_a_loop_break(void *ctx)
{
	LOOP_BREAK(100)
	{
		bpf_stream_stage(BPF_STDOUT) {
			bpf_stream_stage_printf("a\n");
			bpf_stream_stage_printf("b\n");
		}
	}
	return 0;
}

SEC("syscall")
__stdout("a")
__stdout("b")
__stdout("a")
__stdout("b")
int loop_in_a_stage(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		LOOP
		{
			bpf_stream_stage_printf("a\n");
			bpf_stream_stage_printf("b\n");
		}
	}
	return 0;
}

SEC("syscall")
__stdout("a")
__stdout("b")
__stdout("a")
__stdout("b")
int loop_in_a_stage_break(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		LOOP_BREAK(100)
		{
			bpf_stream_stage_printf("a\n");
			bpf_stream_stage_printf("b\n");
		}
	}
	return 0;
}
