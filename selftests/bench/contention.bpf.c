// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Programs for contention.c: each writes a message 2,000 times in a run, from a callback, so that
 * clang keeps no state from one to the next.
 */
#include <linux/bpf.h>
/* suppress during the whole run */
#define BPF_LOG_RATELIMIT_INTERVAL 3600000000000ULL
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

#define TIMES 2000 /* the same number is in contention.c */

#define MSG "flow %d has %d bytes"
#define ROW(name, ...)                                                                             \
	static long each_##name(__u32 i, void *ctx)                                                \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
		return 0;                                                                          \
	}                                                                                          \
	SEC("tc") int name(struct __sk_buff *ctx)                                                  \
	{                                                                                          \
		bpf_loop(TIMES, each_##name, (void *)0, 0);                                        \
		return 0;                                                                          \
	}

/* the kernel's function alone; no failure is counted */
static __always_inline void bare(int i)
{
	static const char text[] __attribute__((section(".rodata.bpf_log"))) = MSG "\n";
	unsigned long long args[] = {i, 7};

	__bpf_stream_push(BPF_STDOUT, text, args, sizeof(args), sizeof(text));
}

ROW(empty, asm volatile("" : "+r"(i)))
ROW(off, bpf_log_debug(MSG, i, 7))
ROW(once, bpf_log_info_once(MSG, i, 7))
ROW(every, bpf_log_info_every(1 << 30, MSG, i, 7))
ROW(ratelimited, bpf_log_info_ratelimited(MSG, i, 7))
ROW(write, bare(i))
ROW(printk, bpf_stream_printk(BPF_STDOUT, MSG "\n", i, 7))
