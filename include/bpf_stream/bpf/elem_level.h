/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/elem_level.h - the level of the record in an element's text. Internal: elem.h
 * includes it.
 */
#ifndef BPF_STREAM_ELEM_LEVEL_H
#define BPF_STREAM_ELEM_LEVEL_H

#include <bpf_stream/bpf/levels.h>
#include <bpf_stream/bpf/elem_text.h>

__BPF_STREAM_HEADER

/*
 * The head of a record after its level: "[ <ktime-ns>][ <file>:<line>]: ", the grammar of
 * bpf_log_parse() in user.h. It is a table, because a lookup is one step to the verifier, which
 * would follow each branch of a switch.
 */
enum __bpf_stream_head { /* states: what has been read */
			 __BPF_STREAM_HEAD_NO, /* not a head */
			 __BPF_STREAM_HEAD_YES,
			 __BPF_STREAM_HEAD_LEVEL,
			 __BPF_STREAM_HEAD_WORD, /* the space before the time or the file */
			 __BPF_STREAM_HEAD_TIME, /* digits: a time, or the start of a file */
			 __BPF_STREAM_HEAD_NAME, /* a file, without a time before it */
			 __BPF_STREAM_HEAD_TIME_END, /* ":" after digits: of the head or a line */
			 __BPF_STREAM_HEAD_FILE, /* the space before the file, after a time */
			 __BPF_STREAM_HEAD_FILE_NAME,
			 __BPF_STREAM_HEAD_FILE_END, /* ":" before the line */
			 __BPF_STREAM_HEAD_LINE, /* digits */
			 __BPF_STREAM_HEAD_END, /* the ":" that ends the head */
			 __BPF_STREAM_HEAD_STATES = 16, /* the size of the table */
			 __BPF_STREAM_HEAD_BYTES = 8,
			 __BPF_STREAM_HEAD_START = 16, /* flags: a number starts with this byte */
			 __BPF_STREAM_HEAD_DIGIT = 32, /* this byte is a digit of it */
			 __BPF_STREAM_HEAD_CHECK = 64, /* the number must fit 64 bits, */
			 __BPF_STREAM_HEAD_32BIT = 128, /* or 32 */
};

enum __bpf_stream_head_byte {
	__BPF_STREAM_BYTE_OTHER,
	__BPF_STREAM_BYTE_CONTROL,
	__BPF_STREAM_BYTE_SPACE,
	__BPF_STREAM_BYTE_COLON,
	__BPF_STREAM_BYTE_DIGIT,
};

static const __u8 __bpf_stream_head_bytes[256] __bpf_stream_unused
	__bpf_stream_section(".rodata.bpf_log") = {
		[0 ... 31] = __BPF_STREAM_BYTE_CONTROL,	 [127] = __BPF_STREAM_BYTE_CONTROL,
		[' '] = __BPF_STREAM_BYTE_SPACE,	 [':'] = __BPF_STREAM_BYTE_COLON,
		['0' ... '9'] = __BPF_STREAM_BYTE_DIGIT,
};

#define __BPF_STREAM_STEP(at, byte, to)                                                            \
	[__BPF_STREAM_HEAD_##at * __BPF_STREAM_HEAD_BYTES + __BPF_STREAM_BYTE_##byte] = (to)
#define __BPF_STREAM_STEPS(at, from, to) __BPF_STREAM_STEP(at, from, __BPF_STREAM_HEAD_##to)
static const __u8 __bpf_stream_head_steps[__BPF_STREAM_HEAD_STATES *
					  __BPF_STREAM_HEAD_BYTES] __bpf_stream_unused
	__bpf_stream_section(".rodata.bpf_log") = {
		__BPF_STREAM_STEPS(LEVEL, COLON, END),
		__BPF_STREAM_STEPS(LEVEL, SPACE, WORD),
		__BPF_STREAM_STEP(WORD, DIGIT,
				  __BPF_STREAM_HEAD_TIME | __BPF_STREAM_HEAD_DIGIT |
					  __BPF_STREAM_HEAD_START),
		__BPF_STREAM_STEPS(WORD, OTHER, NAME),
		__BPF_STREAM_STEP(TIME, DIGIT, __BPF_STREAM_HEAD_TIME | __BPF_STREAM_HEAD_DIGIT),
		__BPF_STREAM_STEPS(TIME, OTHER, NAME),
		__BPF_STREAM_STEP(TIME, SPACE, __BPF_STREAM_HEAD_FILE | __BPF_STREAM_HEAD_CHECK),
		__BPF_STREAM_STEPS(TIME, COLON, TIME_END),
		__BPF_STREAM_STEP(TIME_END, SPACE, __BPF_STREAM_HEAD_YES | __BPF_STREAM_HEAD_CHECK),
		__BPF_STREAM_STEP(TIME_END, DIGIT,
				  __BPF_STREAM_HEAD_LINE | __BPF_STREAM_HEAD_DIGIT |
					  __BPF_STREAM_HEAD_START),
		__BPF_STREAM_STEPS(NAME, DIGIT, NAME),
		__BPF_STREAM_STEPS(NAME, OTHER, NAME),
		__BPF_STREAM_STEPS(NAME, COLON, FILE_END),
		__BPF_STREAM_STEPS(FILE, DIGIT, FILE_NAME),
		__BPF_STREAM_STEPS(FILE, OTHER, FILE_NAME),
		__BPF_STREAM_STEPS(FILE_NAME, DIGIT, FILE_NAME),
		__BPF_STREAM_STEPS(FILE_NAME, OTHER, FILE_NAME),
		__BPF_STREAM_STEPS(FILE_NAME, COLON, FILE_END),
		__BPF_STREAM_STEP(FILE_END, DIGIT,
				  __BPF_STREAM_HEAD_LINE | __BPF_STREAM_HEAD_DIGIT |
					  __BPF_STREAM_HEAD_START),
		__BPF_STREAM_STEP(LINE, DIGIT, __BPF_STREAM_HEAD_LINE | __BPF_STREAM_HEAD_DIGIT),
		__BPF_STREAM_STEP(LINE, COLON,
				  __BPF_STREAM_HEAD_END | __BPF_STREAM_HEAD_CHECK |
					  __BPF_STREAM_HEAD_32BIT),
		__BPF_STREAM_STEPS(END, SPACE, YES),
};
#undef __BPF_STREAM_STEP
#undef __BPF_STREAM_STEPS

__bpf_stream_noinline int __bpf_stream_text_is_head(struct bpf_dynptr *text, __u32 len, __u32 off)
{
	__u64 word = 0, number = 0, over = 0, digit, start, low, high;
	__u32 i, at = __BPF_STREAM_HEAD_LEVEL, step;
	__u8 c;

	__bpf_stream_for(i, 1024) {
		if (off + i >= len)
			return 0;
		if (!(i & 7))
			word = __bpf_stream_text_word(text, len, off + i);
		c = __bpf_stream_byte(word, i);
		step = __bpf_stream_head_steps[(at * __BPF_STREAM_HEAD_BYTES +
						__bpf_stream_head_bytes[c]) %
					       sizeof(__bpf_stream_head_steps)];
		at = step % __BPF_STREAM_HEAD_STATES;
		digit = -(__u64)(step / __BPF_STREAM_HEAD_DIGIT & 1);
		start = -(__u64)(step / __BPF_STREAM_HEAD_START & 1);
		number &= ~start;
		over &= ~start;
		low = (__u32)number * 10ULL + (__u8)(c - '0');
		high = (number >> 32) * 10 + (low >> 32);
		number ^= (number ^ (high << 32 | (__u32)low)) & digit;
		over |= high >> 32 & digit;
		over |= number >> 32 & -(__u64)(step / __BPF_STREAM_HEAD_32BIT & 1);
		if (over & -(__u64)(step / __BPF_STREAM_HEAD_CHECK & 1))
			return 0;
		if (at == __BPF_STREAM_HEAD_NO || at == __BPF_STREAM_HEAD_YES)
			return at;
	}
	return 0;
}

/* 0xff in each byte of @word that is not 0; for ASCII */
__bpf_stream_inline __u64 __bpf_stream_text_mask(__u64 word)
{
	return ((word + 0x7f7f7f7f7f7f7f7fULL & 0x8080808080808080ULL) >> 7) * 0xff;
}

/* Whether this is a kernel report. They look like ERROR records. Both loops are fully unrolled. */
__bpf_stream_noinline int __bpf_stream_text_is_report(struct bpf_dynptr *text, __u32 len, __u32 off)
{
	static const union {
		char text[__BPF_STREAM_PREFIX_MAX];
		__u64 words[__BPF_STREAM_PREFIX_MAX / 8];
	} reports[] = {
#define __BPF_STREAM_REPORT(prefix) {prefix},
		__BPF_LOG_REPORTS(__BPF_STREAM_REPORT)
#undef __BPF_STREAM_REPORT
	};
	__u64 head[__BPF_STREAM_PREFIX_MAX / 8] = {};

	__bpf_stream_text_read(text, len, off, head, sizeof(head));
#pragma unroll
	for (__u32 r = 0; r < sizeof(reports) / sizeof(*reports); r++) {
		__u64 differs = 0;

#pragma unroll
		for (__u32 i = 0; i < __BPF_STREAM_PREFIX_MAX / 8; i++)
			differs |= (head[i] ^ reports[r].words[i]) &
				   __bpf_stream_text_mask(reports[r].words[i]);
		if (!differs)
			return 1;
	}
	return 0;
}

/* The level whose name these 8 bytes begin with, or -1 */
__bpf_stream_inline int __bpf_stream_word_level(__u64 word)
{
	__u64 five, four;

#define __BPF_STREAM_LEVEL(a, b, c, d, e)                                                          \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32)
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	five = word & 0xffffffffffULL;
	four = word & 0x40ffffffffULL; /* and the fifth byte is not a letter */
	if (five == __BPF_STREAM_LEVEL('E', 'R', 'R', 'O', 'R'))
		return BPF_LOG_ERROR;
	if (five == __BPF_STREAM_LEVEL('D', 'E', 'B', 'U', 'G'))
		return BPF_LOG_DEBUG;
	if (five == __BPF_STREAM_LEVEL('T', 'R', 'A', 'C', 'E'))
		return BPF_LOG_TRACE;
	if (five == __BPF_STREAM_LEVEL('F', 'A', 'T', 'A', 'L'))
		return BPF_LOG_FATAL;
	if (four == __BPF_STREAM_LEVEL('I', 'N', 'F', 'O', 0))
		return BPF_LOG_INFO;
	if (four == __BPF_STREAM_LEVEL('W', 'A', 'R', 'N', 0))
		return BPF_LOG_WARN;
#undef __BPF_STREAM_LEVEL
	return -1;
}

__bpf_stream_noinline int __bpf_stream_text_level(struct bpf_dynptr *text, __u32 len, __u32 off)
{
	__u64 word = __bpf_stream_text_word(text, len, off);
	int level;

	/*
	 * Bit 6 of the fifth byte is set for letters: the level has five of them, otherwise four.
	 * Check the head before the level, or the verifier would walk it once for each level.
	 */
	if (!__bpf_stream_text_is_head(text, len, off + 4 + (__bpf_stream_byte(word, 4) >> 6 & 1)))
		return -1;
	level = __bpf_stream_word_level(word);
	if (level == BPF_LOG_ERROR && __bpf_stream_text_is_report(text, len, off))
		return -1;
	return level;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_ELEM_LEVEL_H */
