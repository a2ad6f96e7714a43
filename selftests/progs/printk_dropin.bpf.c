// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* printk.h: bpf_printk() as programs use it, careless ones included, with only the include changed */
#define BPF_NO_GLOBAL_DATA
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf/bpf_helpers.h>
#include <bpf_stream/printk.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

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
int printk_arguments(void *ctx)
{
	bpf_printk("0");
	bpf_printk("1 %d", 1);
	bpf_printk("2 %d %d", 1, 2);
	bpf_printk("3 %d %d %d", 1, 2, 3);
	bpf_printk("4 %d %d %d %d", 1, 2, 3, 4);
	bpf_printk("5 %d %d %d %d %d", 1, 2, 3, 4, 5);
	bpf_printk("6 %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6);
	bpf_printk("7 %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7);
	bpf_printk("8 %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8);
	bpf_printk("9 %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9);
	bpf_printk("10 %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
	bpf_printk("11 %d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
	bpf_printk("12 %d %d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
	return 0;
}

/* One newline, whether or not the format has one; newlines inside stay */
SEC("syscall")
__stdout("none")
__stdout("one")
__stdout("")
__stdout("")
__stdout("in the\nmiddle|in the")
__stdout("middle")
__trace("none")
__trace("one")
__trace("in the")
__trace("middle")
int printk_newlines(void *ctx)
{
	bpf_printk("none");
	bpf_printk("one\n");
	bpf_printk("");
	bpf_printk("\n");
	bpf_printk("in the\nmiddle");
	return 0;
}

SEC("syscall")
__stdout("none")
__stdout("last 1")
__no_empty_lines
int printk_no_empty_lines(void *ctx)
{
	bpf_printk("none");
	bpf_printk("last %d", 1);
	return 0;
}

/* Types that libbpf's macro takes, and formats that do not fit (no warning there, none here) */
enum color { RED, GREEN };

SEC("syscall")
__stdout("1 -2 3 x 1 7")
__stdout("-5 18446744073709551611 text text")
__stdout("1 0 192.0.2.7")
int printk_types(void *ctx)
{
	struct {
		__u32 three : 3;
	} bits = {7};
	const volatile __s16 minus = -2;
	const char *text = "text";
	char array[] = "text";
	__u8 v4[4] = {192, 0, 2, 7};
	_Bool yes = 1;
	__s64 five = -5;

	bpf_printk("%u %d %llu %c %d %d", (__u8)1, minus, 3, 'x', GREEN, bits.three);
	bpf_printk("%d %lu %s %s", five, five, text, array);
	bpf_printk("%lld %d %pI4", yes, NULL, (void *)v4);
	return 0;
}

/* In expressions, in other macros, without braces, nested */
#define debug(fmt, ...)	   bpf_printk("debug: " fmt, ##__VA_ARGS__)
#define debug_old(args...) bpf_printk(args)
#define WORDS		   "%s and %s", "one", "two"

SEC("syscall")
__stdout("in an expression")
__stdout("comma")
__stdout("debug: none")
__stdout("debug: 1")
__stdout("old 2")
__stdout("one and two")
__stdout("inner")
__stdout("outer 0")
__retval(3)
int printk_expressions(void *ctx)
{
	int n = 0;
	long ret = bpf_printk("in an expression") < 0 ? 100 : 1;

	for (n = 0; n < 1; n++, bpf_printk("comma"))
		;
	if (n == 1)
		debug("none");
	else
		bpf_printk("not this one");
	debug("%d", n++);
	debug_old("old %d", n);
	bpf_printk(WORDS);
	bpf_printk("outer %d", bpf_printk("inner"));
	return ret + n;
}

/* The values of bpf_stream_printk() */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat"
SEC("syscall")
__retval(-22)
__stdout("WARN: 1 messages lost by the programs of this object .*invalid: 1, .*")
__stdout("after")
__trace("after")
__ring_retval(0) __ring_stdout("WARN: a damaged record in the ring: format that the kernel rejects")
	__ring_stdout("after") int printk_errors(void *ctx)
{
	long ret = bpf_printk("%d");

	bpf_printk("after");
	return ret;
}
#pragma clang diagnostic pop

SEC("xdp")
__stdout("packet of 64 bytes")
__retval(2) /* XDP_PASS */
int printk_in_xdp(struct xdp_md *ctx)
{
	bpf_printk("packet of %ld bytes", ctx->data_end - ctx->data);
	return XDP_PASS;
}

SEC("ksyscall/getpgid")
__stdout("kprobe")
int printk_in_kprobe(void *ctx)
{
	bpf_printk("kprobe");
	return 0;
}
