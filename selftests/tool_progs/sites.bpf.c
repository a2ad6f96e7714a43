// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Statements of all kinds, for tool_sites.sh, which has the list: each statement that says "listed"
 * must be in it, and none that says "not". Both clangs, -mcpu=v1 and v3, streams and the ring.
 */
#include "vmlinux.h"
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_DEBUG
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf/bpf_helpers.h>
#include <bpf_stream/printk.h>

char _license[] SEC("license") = "GPL";

int n = 1;

static void never_called(void)
{
	bpf_log_info("not: a function that is never called");
}

static inline __attribute__((always_inline)) void inlined(int i)
{
	bpf_log_info("listed once: inlined, %d", i);
}

static __attribute__((noinline)) int called(int i)
{
	bpf_log_info("listed once: called, %d\n", i);
	return i;
}

static __attribute__((noinline)) int removed(void)
{
	const int zero = 0;

	bpf_log_trace("not: above BPF_LOG_COMPILE_LEVEL");
	if (0)
		bpf_log_info("not: if (0)");
	if (sizeof(int) == 8)
		bpf_log_info("not: a condition that is never true");
	if (zero)
		bpf_log_info("not: a constant variable");
	if (0)
		never_called();
	return n;
	bpf_log_info("not: after return");
}

static __attribute__((noinline)) int levels(void)
{
	int i;

	bpf_log_error("listed: error");
	bpf_log_warn_ratelimited("listed: warn, limited");
	bpf_log_info_once("listed: info, once");
	bpf_log_debug_every(2, "listed: debug, every second");
	bpf_log(n, "listed four times: level %d", n);
	bpf_log(BPF_LOG_ERROR, "listed: %s of 100%%", "a constant level");
#pragma clang loop unroll(full)
	for (i = 0; i < 4; i++)
		bpf_log_info("listed once: unrolled, %d", i);
	bpf_log_hexdump(BPF_LOG_DEBUG, "dump ", &n, sizeof(n));
	return 0;
}

/* clang-format off */
static __attribute__((noinline)) int line_twice(void)
{
	bpf_log_info("listed once: twice in a line"); bpf_log_info("listed once: twice in a line");
	bpf_log_info("listed: another in a line"); bpf_log_warn("listed: another in a line");
	return 0;
}
/* clang-format on */

static __attribute__((noinline)) int reports(void)
{
	bpf_stream_warn_on(n % 2 == 0);
	bpf_stream_assert_return(n > -1, 0);
	bpf_stream_assert_return(
		n != 1000000 && n != 1000007 && n != 1000014 && n != 1000021 && n != 1000028 &&
			n != 1000035 && n != 1000042 && n != 1000049 && n != 1000056 &&
			n != 1000063 && n != 1000070 && n != 1000077 && n != 1000084 &&
			n != 1000091 && n != 1000098 && n != 1000105 && n != 1000112,
		0);
	if (n == 5)
		bpf_stream_panic_return(0, "listed: panic %s", "now");
	return 0;
}

static __attribute__((noinline)) int plain(void)
{
	bpf_stream_printk(BPF_STDERR, "ERROR: listed, without a level %d\n", n);
	bpf_stream_printk(BPF_STDOUT, "same text\n");
	bpf_stream_printk(BPF_STDOUT, "same text\n");
	bpf_printk("bpf_printk %d", n);
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("stage %d,", n);
		bpf_stream_stage_printf(" and end\n");
	}
	return 0;
}

BPF_LOG_DECLARE_COMPONENT(nat);
#define BPF_LOG_COMPONENT nat
#undef BPF_LOG_CPU
#define BPF_LOG_CPU 1
#undef BPF_LOG_PID
#define BPF_LOG_PID 1
static __attribute__((noinline)) int component(void)
{
	bpf_log_info("listed: of a component");
	bpf_stream_warn_on(n == 7);
	return 0;
}
#undef BPF_LOG_COMPONENT
#undef BPF_LOG_CPU
#define BPF_LOG_CPU 0
#undef BPF_LOG_PID
#define BPF_LOG_PID 0

/* What a hostile object has there */
static const char hostile[] __attribute__((used, nodebug, section(".rodata.bpf_log"))) =
	"INFO %llu \x1b[2J.c:1: \0INFO %llu \x1b[2J.c:1: \n\0\1\x1b\0WARN %llu a%%b.c:7: "
	"\x9b\0WARN %llu a%%b.c:7: \x9b\n\0\x1b[31mred\xff";

SEC("tp/syscalls/sys_enter_kill")
int a_program_with_sites(void *ctx)
{
	if (n == 3) {
		inlined(1);
		inlined(2);
		return called(1) + called(n) + levels() + reports() + plain() + component() +
		       removed();
	}
	return 0;
}

/* Not loaded: its statements are listed as those of the object */
SEC("?tp/syscalls/sys_enter_kill")
int not_loaded(void *ctx)
{
	bpf_log_info("listed: of a program that is not loaded");
	inlined(3);
	return line_twice();
}

SEC("tp/syscalls/sys_enter_kill")
int another_program(void *ctx)
{
	if (n == 4)
		bpf_log_info("listed: of another program");
	return 0;
}
