// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What writes to a ring by the headers, for the reader in user.h */
#include "vmlinux.h"
#define BPF_STREAM_RING_SIZE (64 * 1024)
#include <bpf_stream/ring.h>
#include <bpf_stream/log.h>
#include <bpf_stream/stage.h>

char _license[] SEC("license") = "GPL";

SEC("syscall")
int speak(void *ctx)
{
	__u8 address[4] = {10, 0, 0, 1}, bytes[20] = "0123456789abcdefghi";
	char name[] = "name";

	bpf_log_info("number %d, string %s, literal %s", -7, name, "words");
	bpf_log_error("address %pI4", address);
	bpf_stream_printk(BPF_STDOUT, "in %s", "pieces");
	bpf_stream_printk(BPF_STDOUT, ", %c\n", '!');
	bpf_log_hexdump(BPF_LOG_INFO, "dump ", bytes, sizeof(bytes));
	bpf_stream_stage(BPF_STDERR) {
		bpf_stream_stage_printf("WARN: staged %d\n", 1);
		bpf_stream_stage_printf("\tand %s\n", name);
	}
	return 0;
}

char long_string[600] = {[0 ... 590] = 'x'};

/* The second string and the address find no room. */
SEC("syscall")
int cut(void *ctx)
{
	__u8 address[4] = {10, 0, 0, 1};

	bpf_stream_printk(BPF_STDOUT, "%s, %s, %d, %pI4\n", long_string, long_string, 7, address);
	return bpf_stream_ring_cut;
}

static long fill(__u32 i, void *ctx)
{
	bpf_stream_printk(BPF_STDOUT, "%u\n", i);
	return 0;
}

/* more than a ring has room for */
SEC("syscall")
int flood(void *ctx)
{
	bpf_loop(20000, fill, NULL, 0);
	return 0;
}
