// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A message of 1,023 bytes arrives whole; the compiler refuses a longer one, or it is lost. */
#include "vmlinux.h"
#define BPF_STREAM_REPORT_INTERVAL 0 /* report each loss immediately */
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define X10   "xxxxxxxxxx"
#define X100  X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X1000 X100 X100 X100 X100 X100 X100 X100 X100 X100 X100

SEC("syscall")
__stdout("x{1020}yz")
int literal(void *ctx)
{
	return bpf_stream_printk(BPF_STDOUT, X1000 X10 X10 "yz\n");
}

/* The compiler does not count a width. */
SEC("syscall")
__stdout(" {1022}7<no newline>")
int width_of_1023(void *ctx)
{
	return bpf_stream_printk(BPF_STDOUT, "%1023d", 7);
}

/* -ENOMEM up to 7.3, and -E2BIG from then on */
SEC("syscall")
__stdout("WARN: 1 messages lost by the programs of this object .*")
__stdout("after")
__trace(" +")
__trace("after")
__retval(1)
__retval_no_streams(0)
__ring_retval(0) __ring_stdout(" +7after") int width_of_1025(void *ctx)
{
	int ret = bpf_stream_printk(BPF_STDOUT, "%1025d", 7);

	bpf_stream_printk(BPF_STDOUT, "after\n");
	return ret == -12 || ret == -7 ? 1 : ret;
}
