// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* bpf_stream_printk(): arguments, formats, values, program types */
#include "vmlinux.h"
#include <bpf_stream/stream.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

SEC("syscall")
__stdout("to stdout 1")
__stderr("to stderr 2")
int both_streams(void *ctx)
{
	bpf_stream_printk(BPF_STDOUT, "to stdout %d\n", BPF_STDOUT);
	bpf_stream_printk(BPF_STDERR, "to stderr %d\n", BPF_STDERR);
	return 0;
}

SEC("syscall")
__stdout("0")
__stdout("1 1")
__stdout("2 1 2")
__stdout("3 1 2 3")
__stdout("4 1 2 3 4")
__stdout("5 1 2 3 4 5")
__stdout("6 1 2 3 4 5 6")
__stdout("7 1 2 3 4 5 6 7")
__stdout("8 1 2 3 4 5 6 7 8")
__stdout("9 1 2 3 4 5 6 7 8 9")
__stdout("10 1 2 3 4 5 6 7 8 9 10")
__stdout("11 1 2 3 4 5 6 7 8 9 10 11")
__stdout("12 1 2 3 4 5 6 7 8 9 10 11 12")
int every_number_of_arguments(void *ctx)
{
	bpf_stream_printk(1, "0\n");
	bpf_stream_printk(1, "1 %d\n", 1);
	bpf_stream_printk(1, "2 %d %d\n", 1, 2);
	bpf_stream_printk(1, "3 %d %d %d\n", 1, 2, 3);
	bpf_stream_printk(1, "4 %d %d %d %d\n", 1, 2, 3, 4);
	bpf_stream_printk(1, "5 %d %d %d %d %d\n", 1, 2, 3, 4, 5);
	bpf_stream_printk(1, "6 %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6);
	bpf_stream_printk(1, "7 %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7);
	bpf_stream_printk(1, "8 %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8);
	bpf_stream_printk(1, "9 %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9);
	bpf_stream_printk(1, "10 %d %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
	bpf_stream_printk(1, "11 %d %d %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
			  11);
	bpf_stream_printk(1, "12 %d %d %d %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9,
			  10, 11, 12);
	return 0;
}

SEC("syscall")
__stdout("-1 4294967295 -9000000000 18446744073709551615 ff AB x%")
int numbers(void *ctx)
{
	__s32 minus = -1;

	bpf_stream_printk(1, "%d %u %lld %llu %x %X %c%%\n", minus, (__u32)minus, -9000000000LL,
			  ~0ULL, 255, 0xab, 'x');
	return 0;
}

SEC("syscall")
__stdout("192.0.2.7 2001:0db8:0000:0000:0000:0000:0000:0001 text array")
int pointers(void *ctx)
{
	struct {
		__u8 b[16];
	} v6 = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
	__u8 v4[4] = {192, 0, 2, 7};
	char array[] = "array";

	bpf_stream_printk(1, "%pI4 %pI6 %s %s\n", v4, &v6, "text", array);
	return 0;
}

/* Nothing but addresses of constants: these must be relocated in the program, not in its data */
const char constant[] = "constant";

SEC("syscall")
__stdout("literal other literal constant")
int constant_strings(void *ctx)
{
	bpf_stream_printk(1, "%s %s %s\n", "literal", "other literal", constant);
	return 0;
}

SEC("syscall")
__stdout("one<no newline>")
int adds_no_newline(void *ctx)
{
	bpf_stream_printk(1, "one");
	return 0;
}

SEC("syscall")
__stdout("1 2")
__retval(2)
int evaluates_arguments_once(void *ctx)
{
	int n = 0, id = BPF_STDOUT - 1;

	bpf_stream_printk(++id, "%d %d\n", ({
		n++;
		n;
	}),
			  ({
				  n++;
				  n;
			  }));
	return id == 1 ? n : -1;
}

SEC("syscall")
__stdout("in an expression")
__stdout("7")
__retval(7)
int is_an_expression(void *ctx)
{
	int ret = bpf_stream_printk(1, "in an expression\n") ?: 7;

	return bpf_stream_printk(1, "%d\n", ret) ? -1 : ret;
}

/* The names that libbpf's own macro captures */
SEC("syscall")
__stdout("1 2 3")
int captures_no_names(void *ctx)
{
	int ___param = 1, args = 2, fmt = 3;

	bpf_stream_printk(1, "%d %d %d\n", ___param, args, fmt);
	return 0;
}

SEC("syscall")
__stdout("inner 4")
__stdout("outer 5")
int nests(void *ctx)
{
	int four = 4;

	bpf_stream_printk(1, "outer %d\n", ({
				  bpf_stream_printk(1, "inner %d\n", four);
				  four + 1;
			  }));
	return 0;
}

/* Errors are returned (losses.bpf.c has more) */
SEC("syscall")
__retval(-2)
__retval_no_streams(0)
__no_trace
__ring_retval(0) int no_such_stream(void *ctx)
{
	if (!bpf_stream_supported())
		return 0;
	return bpf_stream_printk(7, "lost\n");
}

SEC("syscall")
__retval(1)
__retval_no_streams(0)
__ring_retval(0) int supported(void *ctx)
{
	return bpf_stream_supported();
}

/* The longest format that is allowed arrives whole */
#define TEN(x)	   x x x x x x x x x x
#define HUNDRED(x) TEN(TEN(x))
SEC("syscall")
__stdout(TEN("(" TEN("0123456789") ")") "01234567890123456789012<no newline>")
int longest_literal(void *ctx)
{
	return bpf_stream_printk(BPF_STDOUT, HUNDRED("0123456789") "01234567890123456789012");
}

/* Program types */

SEC("xdp")
__stdout("xdp 64")
__retval(2) /* XDP_PASS */
int in_xdp(struct xdp_md *ctx)
{
	bpf_stream_printk(1, "xdp %d\n", (int)(ctx->data_end - ctx->data));
	return XDP_PASS;
}

SEC("tc")
__stderr("tc 64")
int in_tc(struct __sk_buff *skb)
{
	bpf_stream_printk(2, "tc %d\n", (int)(skb->data_end - skb->data));
	return 0;
}

SEC("raw_tp/sys_enter")
__stdout("raw_tp")
int in_raw_tp(void *ctx)
{
	bpf_stream_printk(1, "raw_tp\n");
	return 0;
}

SEC("tp/syscalls/sys_enter_getpgid")
__stdout("tp")
int in_tracepoint(void *ctx)
{
	bpf_stream_printk(1, "tp\n");
	return 0;
}

SEC("ksyscall/getpgid")
__stdout("kprobe")
int in_kprobe(void *ctx)
{
	bpf_stream_printk(1, "kprobe\n");
	return 0;
}

SEC("fentry/security_task_getpgid")
__stdout("fentry")
int in_fentry(void *ctx)
{
	bpf_stream_printk(1, "fentry\n");
	return 0;
}

static __noinline int sub(int n)
{
	bpf_stream_printk(BPF_STDOUT, "subprogram %d\n", n);
	return n + 1;
}

SEC("syscall")
__stdout("subprogram 3")
__retval(4)
int in_subprogram(void *ctx)
{
	return sub(3);
}

static long each(__u32 i, void *ctx)
{
	bpf_stream_printk(BPF_STDOUT, "callback %d\n", i);
	return 0;
}

SEC("syscall")
__stdout("callback 0")
__stdout("callback 1")
int in_callback(void *ctx)
{
	bpf_loop(2, each, NULL, 0);
	return 0;
}
