// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Programs for tail.c, which write when they are run */
#include <linux/bpf.h>
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

struct args {
	__u32 lines;
};

__u64 seq;

/* bpf(BPF_PROG_STREAM_READ_BY_FD), by any process */
__u64 reads;

struct sys_enter {
	__u64 common;
	long id;
	unsigned long args[6];
};

SEC("tp/raw_syscalls/sys_enter")
int count_reads(struct sys_enter *ctx)
{
	if (ctx->id == 321 && ctx->args[0] == 37)
		__sync_fetch_and_add(&reads, 1);
	return 0;
}

/* @lines records of some 60 bytes, with numbers; two programs, so that each has a stream */
#define WRITER(name)                                                                               \
	static long name##_one(__u32 i, void *ctx)                                                 \
	{                                                                                          \
		bpf_log_info("record %llu of a program", seq++);                                   \
		return 0;                                                                          \
	}                                                                                          \
	SEC("syscall")                                                                             \
	int name(struct args *args)                                                                \
	{                                                                                          \
		bpf_loop(args->lines, name##_one, (void *)0, 0);                                   \
		return 0;                                                                          \
	}
WRITER(write_0)
WRITER(write_1)
