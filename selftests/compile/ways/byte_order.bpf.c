// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * For byte_order.sh, compiled for both byte orders: the compiler itself computes each of these, so
 * that the whole function is "return 1". The last ones are instructions written as numbers.
 */
#include "vmlinux.h"
#include <bpf_stream/ring.h>
#include <bpf_stream/elem.h>
#include <bpf_stream/log.h>
#include <bpf_stream/bpf/ring.h>

union word {
	char bytes[9];
	__u64 word;
};

#define WORD(text) (((union word){text}).word)

int bytes(void);
int bytes(void)
{
	return __bpf_stream_byte(WORD("abcdefgh"), 0) == 'a' &&
	       __bpf_stream_byte(WORD("abcdefgh"), 3) == 'd' &&
	       __bpf_stream_byte(WORD("abcdefgh"), 7) == 'h' &&
	       __bpf_stream_byte(WORD("abcdefgh"), 12) == 'e';
}

int hexdump(void);
int hexdump(void)
{
	char all[24], some[24];

	return __bpf_log_dump_word(WORD("a\x7f cdefg"), 8, all) == WORD("a. cdefg") &&
	       __bpf_log_dump_word(WORD("ab\xf0xxxxx"), 3, some) == WORD("ab.") && all[0] == '6' &&
	       all[1] == '1' && all[2] == ' ' && all[3] == '7' && all[4] == 'f' && all[22] == '7' &&
	       some[0] == '6' && some[6] == 'f' && some[7] == '0' && some[9] == ' ' &&
	       some[22] == ' ' && __bpf_log_dump_word(WORD("abc"), 0, some) == 0 && some[0] == ' ';
}

int levels(void);
int levels(void)
{
	return __bpf_stream_word_level(WORD("FATAL a.")) == BPF_LOG_FATAL &&
	       __bpf_stream_word_level(WORD("ERROR a.")) == BPF_LOG_ERROR &&
	       __bpf_stream_word_level(WORD("WARN a.c")) == BPF_LOG_WARN &&
	       __bpf_stream_word_level(WORD("INFO a.c")) == BPF_LOG_INFO &&
	       __bpf_stream_word_level(WORD("DEBUG a.")) == BPF_LOG_DEBUG &&
	       __bpf_stream_word_level(WORD("TRACE a.")) == BPF_LOG_TRACE &&
	       __bpf_stream_word_level(WORD("INFOS a.")) == -1 &&
	       __bpf_stream_word_level(WORD("OFNI a.c")) == -1;
}

/* as user/samples.h reads it */
union head {
	__u64 word;
	struct {
		__s32 text;
		__u8 args;
		__u8 stream;
		__u16 data;
	} is;
};

int head(void);
int head(void)
{
	union head head = {__BPF_STREAM_RING_ADD(
		__BPF_STREAM_RING_HEAD(0x11223344, 12, BPF_STDERR | __BPF_STREAM_RING_DATA),
		(__u64)0x1ff)};

	return head.is.text == 0x11223344 && head.is.args == 12 && head.is.stream == 0x82 &&
	       head.is.data == 0x1ff && __BPF_STREAM_RING_NR(head.word) == 12;
}

__u64 fetch_add(__u64 *p, __u64 v);
__u64 fetch_add(__u64 *p, __u64 v)
{
	return __bpf_stream_fetch_add(p, v);
}

__u64 fetch_or(__u64 *p, __u64 v);
__u64 fetch_or(__u64 *p, __u64 v)
{
	return __bpf_stream_fetch_or(p, v);
}

__u64 xchg(__u64 *p, __u64 v);
__u64 xchg(__u64 *p, __u64 v)
{
	return __bpf_stream_xchg(p, v);
}

int cmpxchg(__u64 *p, __u64 old, __u64 v);
int cmpxchg(__u64 *p, __u64 old, __u64 v)
{
	return __bpf_stream_cmpxchg(p, old, v);
}
