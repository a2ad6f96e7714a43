// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* bpf_log_hexdump() of stack, map value, packet and dynptr */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "hexdump.bpf.c")

unsigned char value[BPF_LOG_HEXDUMP_MAX + 904] = {[0] = 'A', [4095] = 0xff};

SEC("syscall")
__stdout(LOG("INFO") "stack 0000: 00 1f 20 7e 7f ff 61 5c 41 42 43 44 45 46 47 48 \\|\\.\\. "
		     "~\\.\\.a.ABCDEFGH\\|")
__stdout(LOG("INFO") "stack 0010: 49 4a 4b {39} \\|IJK\\|")
int stack(void *ctx)
{
	unsigned char data[] = "\x00\x1f\x20\x7e\x7f\xff"
			       "a\\ABCDEFGHIJK";

	bpf_log_hexdump(BPF_LOG_INFO, "stack ", data, sizeof(data) - 1);
	return 0;
}

/* the longest, and a longer one */
#define ZERO __stderr(LOG("WARN") "[0-9a-f]{4}: 00 00 00 .* \\|\\.{16}\\|")
#define TEN  ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO
SEC("syscall")
__stderr(LOG("WARN") "0000: 41 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \\|A\\.{15}\\|")
TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
	ZERO ZERO ZERO ZERO
	__stderr(LOG("WARN") "0ff0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ff \\|\\.{16}\\|")
__stderr(LOG("WARN") "904 bytes more")
int map_value(void *ctx)
{
	bpf_log_hexdump(BPF_LOG_WARN, "", value, sizeof(value));
	return 0;
}

SEC("xdp")
__retval(2)
__level(5)
__stdout(LOG("TRACE") "0000: 00 00 00 00 00 00 00 00 00 00 00 00 08 00 00 00 \\|\\.{16}\\|")
__stdout(LOG("TRACE") "0010: (00 ){15}00 \\|\\.{16}\\|")
__stdout(LOG("TRACE") "0020: (00 ){15}00 \\|\\.{16}\\|")
__stdout(LOG("TRACE") "0030: (00 ){15}00 \\|\\.{16}\\|")
int packet(struct xdp_md *ctx)
{
	bpf_log_hexdump(BPF_LOG_TRACE, "", (void *)(long)ctx->data, ctx->data_end - ctx->data);
	return XDP_PASS;
}

SEC("syscall")
__stderr(LOG("ERROR") "d 0000: 64 79 6e 70 74 72 {31}\\|dynptr\\|")
int dynptr(void *ctx)
{
	static char data[] = "dynptr";
	struct bpf_dynptr ptr;

	bpf_dynptr_from_mem(data, 6, 0, &ptr);
	bpf_log_hexdump(BPF_LOG_ERROR, "d ", &ptr, 6);
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "null 4 bytes cannot be read")
int null(void *ctx)
{
	bpf_log_hexdump(BPF_LOG_INFO, "null ", (void *)0, 4);
	return 0;
}

/* The dynptr has 20 of the 40 bytes: the dump ends before the line that cannot be read whole */
SEC("syscall")
__stderr(LOG("ERROR") "d 0000: 64 79 6e 70 74 72 (00 ){9}00 \\|dynptr\\.{10}\\|")
__stderr(LOG("ERROR") "d 24 bytes cannot be read")
int beyond_a_dynptr(void *ctx)
{
	static char data[20] = "dynptr";
	struct bpf_dynptr ptr;

	bpf_dynptr_from_mem(data, 20, 0, &ptr);
	bpf_log_hexdump(BPF_LOG_ERROR, "d ", &ptr, 40);
	return 0;
}

SEC("syscall")
__stderr(LOG("ERROR") "8 bytes cannot be read")
int no_memory(void *ctx)
{
	bpf_log_hexdump(BPF_LOG_ERROR, "", (void *)8, 8);
	return 0;
}

/* off, and empty */
SEC("syscall")
int nothing(void *ctx)
{
	bpf_log_hexdump(BPF_LOG_DEBUG, "", value, 16);
	bpf_log_hexdump(BPF_LOG_INFO, "", value, 0);
	return 0;
}
