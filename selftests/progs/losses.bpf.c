// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Writes that fail: counted by cause, and reported before the next message on that stream */
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOST "WARN: "
#define CAUSES(full, no_memory, busy, invalid)                                                     \
	" messages lost by the programs of this object \\(full: " #full ", no memory: " #no_memory \
	", busy: " #busy ", invalid: " #invalid ", too long: 0, other: 0\\)"

#pragma clang diagnostic ignored "-Wformat"

SEC("syscall")
__retval(-22)
__stdout("before")
__stderr("not this stream")
__stdout(LOST "1" CAUSES(0, 0, 0, 1)) /* reported before the second, which then also fails */
__stdout(LOST "1" CAUSES(0, 0, 0, 1))
__stdout("after")
__stdout("reported once")
__trace("before")
__trace("not this stream")
__trace("after")
__trace("reported once")
__ring_retval(0) /* the reader finds it */
	__ring_stdout("before") __ring_stdout(
		"WARN: a damaged record in the ring: format that the kernel rejects")
		__ring_stdout("WARN: a damaged record in the ring: format that the kernel rejects")
			__ring_stderr("not this stream") __ring_stdout("after")
				__ring_stdout("reported once") int invalid(void *ctx)
{
	int ret;

	bpf_stream_printk(BPF_STDOUT, "before\n");
	ret = bpf_stream_printk(BPF_STDOUT, "%d\n");
	bpf_stream_printk(BPF_STDOUT, "%d\n");
	bpf_stream_printk(BPF_STDERR, "not this stream\n");
	bpf_stream_printk(BPF_STDOUT, "after\n");
	bpf_stream_printk(BPF_STDOUT, "reported once\n");
	return ret;
}

/* Strings of more than 512 bytes together: the kernel returns -ENOSPC, as for a full stream */
char long_string[600] = {[0 ... 590] = 'x'};

SEC("syscall")
__retval(-28)
__stderr(LOST "1" CAUSES(1, 0, 0, 0))
__stderr("after")
__trace("after")
__ring_retval(0) __ring_stderr("x{511}\\[cut\\]")
	__ring_stderr("after") int strings_too_long(void *ctx)
{
	int ret;

	ret = bpf_stream_printk(BPF_STDERR, "%s%s\n", long_string, long_string);
	bpf_stream_printk(BPF_STDERR, "after\n");
	return ret;
}

/* Over 1,024 bytes by a width, which the compiler does not count: -ENOMEM up to 7.3 */
SEC("syscall")
__retval(-12)
__retval_no_streams(0)
__stderr(LOST "1" CAUSES(0, 1, 0, 0))
__stderr("after")
__trace(" +1?")
__trace("after")
__ring_retval(0) __ring_stderr(" +1") __ring_stderr("after") int too_long(void *ctx)
{
	int ret;

	ret = bpf_stream_printk(BPF_STDERR, "%1100d\n", 1);
	bpf_stream_printk(BPF_STDERR, "after\n");
	return ret;
}

/* A lost log record is reported like any other message; filtered ones are not lost */
SEC("syscall")
__stdout(LOST "1" CAUSES(1, 0, 0, 0))
__stdout(HEAD("INFO", "losses.bpf.c") "after")
__trace(HEAD("INFO", "losses.bpf.c") "after")
__ring_stdout(HEAD("INFO", "losses.bpf.c") "x{511}\\[cut\\]")
	__ring_stdout(HEAD("INFO", "losses.bpf.c") "after") int log_record(void *ctx)
{
	bpf_log_debug("%s%s", long_string, long_string);
	bpf_log_info("%s%s", long_string, long_string);
	bpf_log_info("after");
	return 0;
}

/* The counters can be read by the program itself */
SEC("syscall")
__retval(103)
__stderr(LOST "1" CAUSES(0, 0, 0, 1))
__stderr(LOST "1" CAUSES(0, 0, 0, 1))
__stderr(LOST "1" CAUSES(0, 0, 0, 1))
__stderr("reported")
__trace("reported")
__ring_retval(100) __ring_stderr(
	"WARN: a damaged record in the ring: format that the kernel rejects")
	__ring_stderr("WARN: a damaged record in the ring: format that the kernel rejects")
		__ring_stderr("WARN: a damaged record in the ring: format that the kernel rejects")
			__ring_stderr("reported") int counters(void *ctx)
{
	__u64 before = bpf_stream_lost[BPF_STDERR - 1].invalid;

	for (int i = 0; i < 3; i++)
		bpf_stream_printk(BPF_STDERR, "%d\n");
	bpf_stream_printk(BPF_STDERR, "reported\n");
	return 100 + bpf_stream_lost[BPF_STDERR - 1].invalid - before;
}
