// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Programs that print a test's own text: each run writes one message of any bytes but NUL */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

struct words {
	__u32 stream;
	__u32 times;
	char text[504];
};

SEC("syscall")
int say_a(struct words *words)
{
	return bpf_stream_printk(words->stream, "%s", words->text);
}

SEC("syscall")
int say_b(struct words *words)
{
	return bpf_stream_printk(words->stream, "%s", words->text);
}

static long count(__u32 i, __u32 *stream)
{
	bpf_stream_printk(*stream, "%05u\n", i);
	return 0;
}

/* as many lines as words->times */
SEC("syscall")
int flood(struct words *words)
{
	__u32 stream = words->stream;

	bpf_loop(words->times, count, &stream, 0);
	return 0;
}
