// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Functions that log, in shapes found in programs: with pointers to their caller's stack that are
 * printed, read, written or ignored; several, nested, global, called back. functions_pairs.bpf.c has
 * every pair of argument counts.
 */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "functions.bpf.c")

struct flow {
	__u32 len, mark;
};

#define NOINLINE static __noinline

/* A pointer into a stack; "volatile" keeps clang from handing over the value in its place. */
NOINLINE void show_len(const volatile struct flow *f)
{
	bpf_log_info("flow of %u bytes", f->len);
}

NOINLINE int verdict(__u32 len, __u32 mark)
{
	bpf_log_info("verdict for %u, mark %u", len, mark);
	return len > 100;
}

SEC("tc")
__stdout(LOG("INFO") "flow of 64 bytes")
__stdout(LOG("INFO") "verdict for 64, mark 0")
int natural(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};

	show_len(&flow);
	return verdict(flow.len, flow.mark);
}

/* the text of a pointer's target, with the pointer as an argument */
NOINLINE void print_string(const char *why)
{
	bpf_log_info("%s", why);
}

NOINLINE void print_bytes(const __u8 *addr)
{
	bpf_log_info("%pI4 and %pI4", addr, addr + 4);
}

SEC("tc")
__stdout(LOG("INFO") "stk")
__stdout(LOG("INFO") "192.0.2.1 and 192.0.2.2")
__stdout(LOG("INFO") "verdict for 64, mark 0")
int pointer_printed(struct __sk_buff *skb)
{
	char why[8] = "stk";
	__u8 addr[8] = {192, 0, 2, 1, 192, 0, 2, 2};

	print_string(why);
	print_bytes(addr);
	return verdict(skb->len, skb->mark);
}

NOINLINE int ignore(const void *p, int n)
{
	asm volatile("" : : "r"(p));
	bpf_log_info("ignored, %d", n);
	return n;
}

SEC("tc")
__stdout(LOG("INFO") "ignored, 1")
__stdout(LOG("INFO") "verdict for 64, mark 0")
__stdout(LOG("INFO") "ignored, 2")
__retval(0)
int pointer_ignored(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};

	asm volatile("" : : "r"(&flow) : "memory");
	ignore(&flow, 1);
	verdict(skb->len, skb->mark);
	return ignore(&flow, 2) - 2;
}

NOINLINE void change(struct flow *f)
{
	bpf_log_info("before %u %u", f->len, f->mark);
	f->len += 1;
	f->mark = f->len * 2;
	bpf_log_info("after %u %u", f->len, f->mark);
}

SEC("tc")
__stdout(LOG("INFO") "before 64 0")
__stdout(LOG("INFO") "after 65 130")
__stdout(LOG("INFO") "before 65 130")
__stdout(LOG("INFO") "after 66 132")
__stdout(LOG("INFO") "verdict for 66, mark 132")
int pointer_written(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};

	change(&flow);
	change(&flow);
	return verdict(flow.len, flow.mark);
}

/* Several, in an order in which counts of arguments rise and fall */
NOINLINE void many_args(const volatile struct flow *f)
{
	bpf_log_info("%u %u %u %u %u %u %u %u %u %u %u", f->len, f->mark, f->len, f->mark, f->len,
		     f->mark, f->len, f->mark, f->len, f->mark, f->len);
}

NOINLINE void no_args(const volatile struct flow *f)
{
	if (f->len)
		bpf_log_info("no arguments");
}

#define MANY_ARGS LOG("INFO") "64 0 64 0 64 0 64 0 64 0 64"
SEC("tc")
__stdout(LOG("INFO") "no arguments")
__stdout(MANY_ARGS)
__stdout(LOG("INFO") "flow of 64 bytes")
__stdout(MANY_ARGS)
__stdout(LOG("INFO") "no arguments")
__stdout(LOG("INFO") "verdict for 64, mark 0")
int several(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};

	no_args(&flow);
	many_args(&flow);
	show_len(&flow);
	many_args(&flow);
	no_args(&flow);
	return verdict(flow.len, flow.mark);
}

/* A function that logs only on some paths, called twice in a row */
NOINLINE int sometimes(const volatile struct flow *f, int n)
{
	if (f->len > 100)
		bpf_log_warn("too long: %u of %d, %d", f->len, n, 3);
	else if (f->mark == 7)
		bpf_log_info("marked");
	if (n)
		bpf_log_info("n %d, len %u, mark %u, %s", n, f->len, f->mark, "x");
	return n;
}

SEC("tc")
__stdout(LOG("INFO") "n 1, len 64, mark 0, x")
__stderr(LOG("WARN") "too long: 164 of 2, 3")
__stdout(LOG("INFO") "n 2, len 164, mark 0, x")
__retval(3)
int some_ways(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark}, other = {skb->len + 100, skb->mark};

	return sometimes(&flow, 1) + sometimes(&other, 2) + sometimes(&flow, 0);
}

/* The pointer goes down through functions that also log, and each has an array of its own. */
NOINLINE int inner(const volatile struct flow *f, const char *text)
{
	bpf_log_info("inner %u %s", f->len, text);
	return 1;
}

NOINLINE int middle(const volatile struct flow *f)
{
	char text[16] = "of the middle";

	bpf_log_info("middle %u", f->mark);
	return inner(f, text) + inner(f, text + 7);
}

SEC("tc")
__stdout(LOG("INFO") "middle 0")
__stdout(LOG("INFO") "inner 64 of the middle")
__stdout(LOG("INFO") "inner 64 middle")
__stdout(LOG("INFO") "middle 0")
__stdout(LOG("INFO") "inner 64 of the middle")
__stdout(LOG("INFO") "inner 64 middle")
__retval(4)
int nested(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};

	return middle(&flow) + middle(&flow);
}

/* A global function is verified alone */
__noinline int global(struct flow *f, int n)
{
	if (!f)
		return 0;
	bpf_log_info("global %u %d", f->len, n);
	show_len(f);
	return verdict(f->len, f->mark);
}

SEC("tc")
__stdout(LOG("INFO") "global 64 5")
__stdout(LOG("INFO") "flow of 64 bytes")
__stdout(LOG("INFO") "verdict for 64, mark 0")
__stdout(LOG("INFO") "flow of 64 bytes")
int global_function(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};
	int ret = global(&flow, 5);

	show_len(&flow);
	return ret;
}

static long each(__u32 i, struct flow *f)
{
	bpf_log_info("callback %u: %u, %u", i, f->len, f->mark);
	show_len(f);
	f->mark++;
	return 0;
}

SEC("tc")
__stdout(LOG("INFO") "callback 0: 64, 0")
__stdout(LOG("INFO") "flow of 64 bytes")
__stdout(LOG("INFO") "callback 1: 64, 1")
__stdout(LOG("INFO") "flow of 64 bytes")
__stdout(LOG("INFO") "verdict for 64, mark 2")
int callback(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};

	bpf_loop(2, each, &flow, 0);
	return verdict(flow.len, flow.mark);
}

/* Everything that prints, with a pointer to the caller's stack */
NOINLINE int everything(const struct flow *f, const char *text)
{
	bpf_stream_printk(BPF_STDOUT, "printk %u %s\n", f->len, text);
	bpf_log_info_once("once %u %s", f->len, text);
	bpf_log_info_every(2, "every %u %s", f->len, text);
	bpf_log_info_ratelimited("ratelimited %u %s", f->len, text);
	bpf_log_hexdump(BPF_LOG_INFO, "hex ", f, sizeof(*f));
	bpf_stream_stage(BPF_STDOUT)
		bpf_stream_stage_printf("stage %u %s\n", f->len, text);
	if (bpf_stream_warn_on(f->len == 65))
		return 2;
	bpf_stream_assert_return(f->len == 64, 3);
	bpf_stream_assert_msg(f->mark == 0, "mark %u", f->mark);
	return 4;
}

#define EVERYTHING                                                                                 \
	__stdout("printk 64 text")                                                                 \
	__stdout(LOG("INFO") "once 64 text")                                                       \
	__stdout(LOG("INFO") "every 64 text")                                                      \
	__stdout(LOG("INFO") "ratelimited 64 text")                                                \
	__stdout(LOG("INFO") "hex 0000: 40 00 00 00 00 00 00 00 +\\|@\\.{7}\\|")                   \
	__stdout("stage 64 text")

SEC("tc")
EVERYTHING
__stdout(LOG("INFO") "verdict for 64, mark 0")
__stdout(LOG("INFO") "flow of 64 bytes")
__retval(4)
int all_that_prints(struct __sk_buff *skb)
{
	struct flow flow = {skb->len, skb->mark};
	char text[8] = "text";
	int ret = everything(&flow, text);

	verdict(flow.len, flow.mark);
	show_len(&flow);
	return ret;
}

/*
 * Depth: the kernel allows 8 frames. bpf_printk() takes none of them; a message takes one before 7.1.
 * The assembly keeps clang from merging the functions.
 */
NOINLINE int depth_8(int n)
{
	bpf_log_info("depth %d", n);
	return n + 1;
}
#define DEPTH(n, next)                                                                             \
	NOINLINE int depth_##n(int i)                                                              \
	{                                                                                          \
		asm volatile("" : "+r"(i));                                                        \
		return depth_##next(i) + 1;                                                        \
	}
/* clang-format does not converge here. */
/* clang-format off */
DEPTH(7, 8)
DEPTH(6, 7)
DEPTH(5, 6)
DEPTH(4, 5)
DEPTH(3, 4)
DEPTH(2, 3)

SEC("tc")
__stdout(LOG("INFO") "depth 7")
__retval(13)
int seven_frames(struct __sk_buff *skb)
{
	return depth_3(7);
}

SEC("tc")
__rejected_before(7, 1, "the call stack of [89] frames is too deep") __stdout(LOG("INFO") "depth 8")
__retval(15)
int eight_frames(struct __sk_buff *skb)
{
	return depth_2(8);
}
/* clang-format on */
