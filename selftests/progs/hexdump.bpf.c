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

/* Every byte */
SEC("syscall")
__stdout(LOG("INFO") "every 0000: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 0010: 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 0020: 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f "
		     "\\| !\"#\\$%&'\\(\\)\\*\\+,-\\./\\|")
__stdout(LOG("INFO") "every 0030: 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f "
		     "\\|0123456789:;<=>\\?\\|")
__stdout(LOG("INFO") "every 0040: 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f "
		     "\\|@ABCDEFGHIJKLMNO\\|")
__stdout(LOG("INFO") "every 0050: 50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f "
		     "\\|PQRSTUVWXYZ\\[\\\\\\]\\^_\\|")
__stdout(LOG("INFO") "every 0060: 60 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f "
		     "\\|`abcdefghijklmno\\|")
__stdout(LOG("INFO") "every 0070: 70 71 72 73 74 75 76 77 78 79 7a 7b 7c 7d 7e 7f "
		     "\\|pqrstuvwxyz\\{\\|\\}~\\.\\|")
__stdout(LOG("INFO") "every 0080: 80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8e 8f "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 0090: 90 91 92 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 00a0: a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 00b0: b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 00c0: c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 ca cb cc cd ce cf "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 00d0: d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 da db dc dd de df "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 00e0: e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 ea eb ec ed ee ef "
		     "\\|\\.{16}\\|")
__stdout(LOG("INFO") "every 00f0: f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff "
		     "\\|\\.{16}\\|")
int every_byte(void *ctx)
{
	static const unsigned char bytes[256] = {
		0,   1,	  2,   3,   4,	 5,   6,   7,	8,   9,	  10,  11,  12,	 13,  14,  15,
		16,  17,  18,  19,  20,	 21,  22,  23,	24,  25,  26,  27,  28,	 29,  30,  31,
		32,  33,  34,  35,  36,	 37,  38,  39,	40,  41,  42,  43,  44,	 45,  46,  47,
		48,  49,  50,  51,  52,	 53,  54,  55,	56,  57,  58,  59,  60,	 61,  62,  63,
		64,  65,  66,  67,  68,	 69,  70,  71,	72,  73,  74,  75,  76,	 77,  78,  79,
		80,  81,  82,  83,  84,	 85,  86,  87,	88,  89,  90,  91,  92,	 93,  94,  95,
		96,  97,  98,  99,  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
		112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127,
		128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143,
		144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159,
		160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175,
		176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191,
		192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207,
		208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218, 219, 220, 221, 222, 223,
		224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239,
		240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255,
	};

	bpf_log_hexdump(BPF_LOG_INFO, "every ", bytes, sizeof(bytes));
	return 0;
}

/* Every length of a line, unknown to the verifier: it would walk rounds that it can tell apart one by one */
unsigned char lengths[18] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};

SEC("syscall")
__stdout(LOG("INFO") "1 0000: 61 {45} \\|a\\|")
__stdout(LOG("INFO") "2 0000: 61 62 {42} \\|ab\\|")
__stdout(LOG("INFO") "3 0000: 61 62 63 {39} \\|abc\\|")
__stdout(LOG("INFO") "4 0000: 61 62 63 64 {36} \\|abcd\\|")
__stdout(LOG("INFO") "5 0000: 61 62 63 64 65 {33} \\|abcde\\|")
__stdout(LOG("INFO") "6 0000: 61 62 63 64 65 66 {30} \\|abcdef\\|")
__stdout(LOG("INFO") "7 0000: 61 62 63 64 65 66 67 {27} \\|abcdefg\\|")
__stdout(LOG("INFO") "8 0000: 61 62 63 64 65 66 67 68 {24} \\|abcdefgh\\|")
__stdout(LOG("INFO") "9 0000: 61 62 63 64 65 66 67 68 69 {21} \\|abcdefghi\\|")
__stdout(LOG("INFO") "0 0000: 61 62 63 64 65 66 67 68 69 6a {18} \\|abcdefghij\\|")
__stdout(LOG("INFO") "1 0000: 61 62 63 64 65 66 67 68 69 6a 6b {15} \\|abcdefghijk\\|")
__stdout(LOG("INFO") "2 0000: 61 62 63 64 65 66 67 68 69 6a 6b 6c {12} \\|abcdefghijkl\\|")
__stdout(LOG("INFO") "3 0000: 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d {9} \\|abcdefghijklm\\|")
__stdout(LOG("INFO") "4 0000: 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e {6} \\|abcdefghijklmn\\|")
__stdout(LOG(
	"INFO") "5 0000: 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f {3} \\|abcdefghijklmno\\|")
__stdout(LOG(
	"INFO") "6 0000: 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 \\|abcdefghijklmnop\\|")
__stdout(LOG(
	"INFO") "7 0000: 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 \\|abcdefghijklmnop\\|")
__stdout(LOG("INFO") "7 0010: 71 {45} \\|q\\|")
int every_length(void *ctx)
{
	static const char text[] = "abcdefghijklmnopq";
	char prefix[] = "0 ";

	for (int i = 0; i < 18; i++) {
		__u32 n = lengths[i] & 31;

		prefix[0] = (char)('0' + n % 10);
		bpf_log_hexdump(BPF_LOG_INFO, prefix, text, n);
	}
	return 0;
}
