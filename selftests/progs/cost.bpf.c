// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Programs for test_cost.c, which measures the verifier's work and the stack of a print: 10 and 20 prints
 * behind branches that the verifier cannot decide, and programs whose own array nearly fills the stack.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* libbpf's macro for up to three arguments, which printk.h leaves alone */
#define libbpf_printk(...) __bpf_printk(__VA_ARGS__)

#include <bpf_stream/printk.h>
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define BRANCHES(name, n, print)                                                                   \
	SEC("xdp") __loads int name##_##n(struct xdp_md *ctx)                                      \
	{                                                                                          \
		int x = 0;                                                                         \
                                                                                                   \
		_Pragma("unroll") for (int i = 0; i < n; i++)                                      \
		{                                                                                  \
			__u32 r = bpf_get_prandom_u32();                                           \
                                                                                                   \
			if (r & 1) {                                                               \
				print;                                                             \
				x += r;                                                            \
			}                                                                          \
		}                                                                                  \
		return x & 1;                                                                      \
	}
#define BOTH(name, print) BRANCHES(name, 10, print) BRANCHES(name, 20, print)

BOTH(nothing, asm volatile("" : "+r"(r)))
BOTH(libbpf, libbpf_printk("branch %d %u", i, r))
BOTH(printk, bpf_printk("branch %d %u", i, r))
BOTH(stream, bpf_stream_printk(BPF_STDOUT, "branch %d %u\n", i, r))
BOTH(log, bpf_log_info("branch %d %u", i, r))
BOTH(log_off, bpf_log_debug("branch %d %u", i, r))

#define STRAIGHT(name, n, print)                                                                   \
	SEC("xdp") __loads int name##_##n(struct xdp_md *ctx)                                      \
	{                                                                                          \
		_Pragma("unroll") for (int i = 0; i < n; i++)                                      \
		{                                                                                  \
			print;                                                                     \
		}                                                                                  \
		return 2;                                                                          \
	}
STRAIGHT(straight, 10, bpf_printk("straight %d %u", i, ctx->ingress_ifindex))
STRAIGHT(straight, 20, bpf_printk("straight %d %u", i, ctx->ingress_ifindex))

#define STACK(name, size, print, ...)                                                              \
	SEC("xdp") __loads __VA_ARGS__ int name##_##size(struct xdp_md *ctx)                       \
	{                                                                                          \
		char buf[size];                                                                    \
                                                                                                   \
		for (int i = 0; i < size; i++)                                                     \
			buf[i] = i;                                                                \
		asm volatile("" : : "r"(buf) : "memory");                                          \
		print;                                                                             \
		return 2;                                                                          \
	}
/* 6.1 rounds each frame up to 32 bytes, later ones to 16. An argument takes 8, a time 8 more. */
#define TOO_MUCH_FOR_6_1                                                                           \
	__rejected_before(6, 12, "combined stack size of 2 calls is 544. Too large")
#define RING_TOO_MUCH_FOR_6_1                                                                      \
	__ring_rejected_before(6, 12, "combined stack size of 2 calls is 544. Too large")
/* a message while all registers that survive a call are in use: it takes none of them */
#define WITH_FOUR_REGISTERS(print)                                                                 \
	do {                                                                                       \
		__u32 a = bpf_get_prandom_u32(), b = bpf_get_prandom_u32();                        \
		__u32 c = bpf_get_prandom_u32(), d = bpf_get_prandom_u32();                        \
                                                                                                   \
		print;                                                                             \
		asm volatile("" : : "r"(a), "r"(b), "r"(c), "r"(d));                               \
	} while (0)
STACK(stack_printk, 456, bpf_printk("hello %d", 1))
STACK(stack_stream, 456, bpf_stream_printk(BPF_STDOUT, "hello %d\n", 1))
STACK(stack_log, 448, bpf_log_info("hello %d", 1))
STACK(stack_registers, 448, WITH_FOUR_REGISTERS(bpf_log_info("hello %d", 1)))
STACK(stack_printk, 488, bpf_printk("hello %d", 1), TOO_MUCH_FOR_6_1)
STACK(stack_printk, 472, bpf_printk("hello %d", 1), RING_TOO_MUCH_FOR_6_1)
STACK(stack_stream, 488, bpf_stream_printk(BPF_STDOUT, "hello %d\n", 1), TOO_MUCH_FOR_6_1)
STACK(stack_stream, 472, bpf_stream_printk(BPF_STDOUT, "hello %d\n", 1), RING_TOO_MUCH_FOR_6_1)
STACK(stack_log, 480, bpf_log_info("hello %d", 1), TOO_MUCH_FOR_6_1)
STACK(stack_registers, 480, WITH_FOUR_REGISTERS(bpf_log_info("hello %d", 1)), TOO_MUCH_FOR_6_1)
STACK(stack_log, 464, bpf_log_info("hello %d", 1), RING_TOO_MUCH_FOR_6_1)
STACK(stack_registers, 464, WITH_FOUR_REGISTERS(bpf_log_info("hello %d", 1)), RING_TOO_MUCH_FOR_6_1)
