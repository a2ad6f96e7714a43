// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* bpf_stream_stage(): output, the limit, leaving the block, program types */
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf_stream/stage.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define DIGITS	"0123456789"
#define FIFTY	DIGITS DIGITS DIGITS DIGITS DIGITS
#define HUNDRED FIFTY FIFTY

SEC("syscall")
__stdout("not of the block")
__stdout("first 1")
__stdout("second 2 two, same line")
__stdout("third 3<no newline>")
int simple(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("first %d\n", 1);
		/* comes first: the block is written at its end */
		bpf_stream_printk(BPF_STDOUT, "not of the block\n");
		bpf_stream_stage_printf("second %d %s", 2, "two");
		bpf_stream_stage_printf(", same line\n");
	}
	bpf_stream_stage(BPF_STDOUT)
		bpf_stream_stage_printf("third %d", 3);
	return 0;
}

SEC("syscall")
__stdout("0 1 1 2")
__stdout("1 2 3 4 5 6 7 8 9 10 11 12")
__stdout("-1 ff x% 192.0.2.7")
__retval(3)
int arguments(void *ctx)
{
	__u8 v4[4] = {192, 0, 2, 7};
	int n = 0, id = BPF_STDOUT - 1;

	bpf_stream_stage(++id) {
		bpf_stream_stage_printf("0 ");
		bpf_stream_stage_printf("1 %d 2\n", ({
						n++;
						n;
					}));
		bpf_stream_stage_printf("%d %d %d %d %d %d %d %d %d %d %d %d\n", 1, 2, 3, 4, 5, 6,
					7, 8, 9, 10, 11, 12);
		n += bpf_stream_stage_printf("%d %x %c%% %pI4\n", -1, 255, 'x', v4) ?: 1;
	}
	return n + id;
}

SEC("syscall")
__stdout("line 0 of 20")
__stdout("line 1 of 20")
__stdout("line 2 of 20")
__stdout("line 3 of 20")
__stdout("line 4 of 20")
__stdout("line 5 of 20")
__stdout("line 6 of 20")
__stdout("line 7 of 20")
__stdout("line 8 of 20")
__stdout("line 9 of 20")
__stdout("line 10 of 20")
__stdout("line 11 of 20")
__stdout("line 12 of 20")
__stdout("line 13 of 20")
__stdout("line 14 of 20")
__stdout("line 15 of 20")
__stdout("line 16 of 20")
__stdout("line 17 of 20")
__stdout("line 18 of 20")
__stdout("line 19 of 20")
int many_lines(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
#pragma clang loop unroll(disable)
		for (int i = 0; i < 20; i++)
			bpf_stream_stage_printf("line %d of 20\n", i);
	}
	return 0;
}

SEC("syscall")
__stdout("not this one")
int nothing(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_printk(BPF_STDOUT, "not this one\n");
	}
	bpf_stream_stage(BPF_STDERR) {
	}
	bpf_stream_stage(BPF_STDERR)
		bpf_stream_stage_printf("");
	return bpf_stream_lost[1].busy;
}

/* The limit: 511 bytes arrive whole; of 512 and more 476 are left, with a mark */

SEC("syscall")
__stdout(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED "0123456789")
int at_the_limit(void *ctx)
{
	__u64 cut = bpf_stream_stage_cut;
	int ret = 0;

	bpf_stream_stage(BPF_STDOUT) {
		ret |= bpf_stream_stage_printf(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED);
		ret |= bpf_stream_stage_printf(DIGITS "\n");
	}
	return ret ?: bpf_stream_stage_cut - cut;
}

#define KEPT HUNDRED HUNDRED HUNDRED HUNDRED FIFTY DIGITS DIGITS "012345"
SEC("syscall")
__stdout(KEPT)
__stdout("\t\\[36 bytes cut\\]")
__retval(-7)
int one_over_the_limit(void *ctx)
{
	__u64 cut = bpf_stream_stage_cut;
	int ret = 0;

	bpf_stream_stage(BPF_STDOUT) {
		ret |= bpf_stream_stage_printf(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED);
		ret = ret ? 1 : bpf_stream_stage_printf(DIGITS "x\n");
	}
	return bpf_stream_stage_cut - cut == 1 ? ret : 2;
}

SEC("syscall")
__stdout(KEPT)
__stdout("\t\\[3000725 bytes cut\\]")
__stdout("not cut")
int far_over_the_limit(void *ctx)
{
	int i, ok = 0;

	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf(HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED);
		/* longer than the rest of the buffer */
#pragma clang loop unroll(disable)
		for (i = 0; i < 5; i++)
			bpf_stream_stage_printf(HUNDRED HUNDRED "\n");
		bpf_stream_stage_printf("%2999496d", 1);
	}
	bpf_stream_stage(BPF_STDOUT)
		ok = bpf_stream_stage_printf("not cut\n");
	return ok;
}

/* The text is cut after a newline */
SEC("syscall")
__stdout(HUNDRED HUNDRED HUNDRED HUNDRED FIFTY DIGITS DIGITS "01234")
__stdout("\t\\[100 bytes cut\\]")
__stdout("next")
int cut_at_the_end_of_a_line(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf(HUNDRED HUNDRED HUNDRED HUNDRED FIFTY DIGITS DIGITS
					"01234\n");
		bpf_stream_stage_printf(HUNDRED);
	}
	bpf_stream_stage(BPF_STDOUT)
		bpf_stream_stage_printf("next\n");
	return 0;
}

/* The strings of one call are too long for the kernel: the message is lost as a whole */
char long_string[600] = {[0 ... 590] = 'x'};

SEC("syscall")
__stderr("WARN: 1 messages lost by the programs of this object \\(full: 1, .*")
__stderr("after")
__trace("after")
__retval(-28)
int strings_too_long(void *ctx)
{
	int ret = 0;

	bpf_stream_stage(BPF_STDERR) {
		bpf_stream_stage_printf("before\n");
		ret = bpf_stream_stage_printf("%s%s\n", long_string, long_string);
		bpf_stream_stage_printf("behind\n");
	}
	bpf_stream_stage(BPF_STDERR)
		bpf_stream_stage_printf("after\n");
	return ret;
}

SEC("syscall")
__stderr("inner 1")
__stderr("inner 2")
__stdout("outer 1")
__stdout("outer 2")
int nested(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("outer 1\n");
		bpf_stream_stage(BPF_STDERR) {
			bpf_stream_stage_printf("inner 1\n");
			bpf_stream_stage_printf("inner 2\n");
		}
		bpf_stream_stage_printf("outer 2\n");
	}
	return 0;
}

/* More blocks at once than there are slots: one loss for all prints of a block */
SEC("syscall")
__stdout("4")
__stdout("WARN: 1 messages lost by the programs of this object \\(full: 0, no memory: 0, busy: 1, "
	 ".*")
__stdout("3")
__stdout("2")
__stdout("1")
__stdout("again")
__trace("4")
__trace("3")
__trace("2")
__trace("1")
__trace("again")
__retval(-16)
int no_slot(void *ctx)
{
	__u64 lost = bpf_stream_lost[0].busy;
	int ret = 0;

	bpf_stream_stage(1) {
		bpf_stream_stage_printf("1\n");
		bpf_stream_stage(1) {
			bpf_stream_stage_printf("2\n");
			bpf_stream_stage(1) {
				bpf_stream_stage_printf("3\n");
				bpf_stream_stage(1) {
					bpf_stream_stage_printf("4\n");
					bpf_stream_stage(1) {
					}
				}
				bpf_stream_stage(2) {
					bpf_stream_stage(1) {
						bpf_stream_stage_printf("5\n");
						ret = bpf_stream_stage_printf("6\n");
					}
				}
			}
			if (bpf_stream_supported())
				continue;
		}
	}
	bpf_stream_stage(1)
		bpf_stream_stage_printf("again\n");
	return bpf_stream_lost[0].busy - lost == 1 ? ret : 1;
}

/* Leaving the block in any way writes it and gives the slot back */

static __noinline int leave(int how)
{
	for (int i = 0; i < 2; i++) {
		bpf_stream_stage(BPF_STDOUT) {
			bpf_stream_stage_printf("how %d ", how);
			if (how == 0)
				break;
			if (how == 1)
				continue;
			if (how == 2)
				return bpf_stream_stage_printf("return\n") ?: 10;
			if (how == 3)
				goto out;
			bpf_stream_stage_printf("end ");
		}
		bpf_stream_printk(BPF_STDOUT, "round %d\n", i);
	}
	return 0;
out:
	bpf_stream_printk(BPF_STDOUT, "goto\n");
	return 5;
}

#define BOTH_ROUNDS(s)                                                                             \
	__stdout(s " round 0")                                                                     \
	__stdout(s " round 1")

SEC("syscall")
BOTH_ROUNDS("how 0")
BOTH_ROUNDS("how 1")
__stdout("how 2 return")
__stdout("how 3 goto")
BOTH_ROUNDS("how 4 end")
__trace("how 0 ")
__trace("round 0")
__trace("how 0 ")
__trace("round 1")
__trace("how 1 ")
__trace("round 0")
__trace("how 1 ")
__trace("round 1")
__trace("how 2 return")
__trace("how 3 ")
__trace("goto")
__trace("how 4 end ")
__trace("round 0")
__trace("how 4 end ")
__trace("round 1")
__retval(15)
int left_early(void *ctx)
{
	int ret = 0;

#pragma clang loop unroll(disable)
	for (int how = 0; how < 5; how++)
		ret += leave(how);
	return ret;
}

/* Program types */

#define HALVES()                                                                                   \
	bpf_stream_stage(BPF_STDOUT) {                                                             \
		bpf_stream_stage_printf("one half\n");                                             \
		bpf_stream_stage_printf("%s half\n", "other");                                     \
	}

SEC("xdp")
__stdout("one half")
__stdout("other half")
__retval(2) /* XDP_PASS */
int in_xdp(struct xdp_md *ctx)
{
	HALVES();
	return XDP_PASS;
}

SEC("tc")
__stdout("one half")
__stdout("other half")
int in_tc(struct __sk_buff *skb)
{
	HALVES();
	return 0;
}

SEC("raw_tp/sys_enter")
__stdout("one half")
__stdout("other half")
int in_raw_tp(void *ctx)
{
	HALVES();
	return 0;
}

SEC("tp/syscalls/sys_enter_getpgid")
__stdout("one half")
__stdout("other half")
int in_tracepoint(void *ctx)
{
	HALVES();
	return 0;
}

SEC("ksyscall/getpgid")
__stdout("one half")
__stdout("other half")
int in_kprobe(void *ctx)
{
	HALVES();
	return 0;
}

SEC("fentry/security_task_getpgid")
__stdout("one half")
__stdout("other half")
int in_fentry(void *ctx)
{
	HALVES();
	return 0;
}

static long each(__u32 i, void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("callback %d\n", i);
		bpf_stream_stage_printf("\tof %d\n", 2);
	}
	return 0;
}

SEC("syscall")
__stdout("callback 0")
__stdout("\tof 2")
__stdout("callback 1")
__stdout("\tof 2")
int in_callback(void *ctx)
{
	bpf_loop(2, each, NULL, 0);
	return 0;
}

/* In callbacks that are called from within a block */
SEC("syscall")
__stdout("callback 0")
__stdout("\tof 2")
__stdout("callback 1")
__stdout("\tof 2")
__stdout("around")
int around_a_callback(void *ctx)
{
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("around\n");
		bpf_loop(2, each, NULL, 0);
	}
	return 0;
}
