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
 * The head of a record after its level: "[ <ktime-ns>][ <file>:<line>][ cpu=<n>][ pid=<n>]: ", the
 * grammar of bpf_log_parse() in user.h. It is a table, because a lookup is one step to the verifier,
 * which would follow each branch of a switch.
 */
enum __bpf_stream_head { /* states: what has been read */
			 __BPF_STREAM_HEAD_NO, /* not a head */
			 __BPF_STREAM_HEAD_YES,
			 __BPF_STREAM_HEAD_LEVEL,
			 __BPF_STREAM_HEAD_WORD, /* the space before anything */
			 __BPF_STREAM_HEAD_TIME, /* digits: a time, or the start of a file */
			 __BPF_STREAM_HEAD_TIME_END, /* ":" after digits: of the head or a line */
			 __BPF_STREAM_HEAD_AFTER_TIME, /* the space before a file, cpu= or pid= */
			 __BPF_STREAM_HEAD_FILE,
			 __BPF_STREAM_HEAD_FILE_END, /* ":" before the line */
			 __BPF_STREAM_HEAD_LINE, /* digits */
			 __BPF_STREAM_HEAD_AFTER_FILE, /* the space before cpu= or pid= */
			 __BPF_STREAM_HEAD_AFTER_CPU, /* the space before pid= */
			 __BPF_STREAM_HEAD_END, /* the ":" that ends the head */
			 /* "c", "cp", "cpu", "cpu=", digits: of a CPU, or of a file */
			 __BPF_STREAM_HEAD_FILE_C,
			 __BPF_STREAM_HEAD_FILE_CP,
			 __BPF_STREAM_HEAD_FILE_CPU,
			 __BPF_STREAM_HEAD_FILE_CPU_IS,
			 __BPF_STREAM_HEAD_FILE_CPU_N,
			 __BPF_STREAM_HEAD_FILE_P,
			 __BPF_STREAM_HEAD_FILE_PI,
			 __BPF_STREAM_HEAD_FILE_PID,
			 __BPF_STREAM_HEAD_FILE_PID_IS,
			 __BPF_STREAM_HEAD_FILE_PID_N,
			 __BPF_STREAM_HEAD_FILE_N_END, /* ":" after digits: of the head or a line */
			 /* the same after a file, so of nothing else */
			 __BPF_STREAM_HEAD_C,
			 __BPF_STREAM_HEAD_CP,
			 __BPF_STREAM_HEAD_CPU,
			 __BPF_STREAM_HEAD_CPU_IS,
			 __BPF_STREAM_HEAD_CPU_N,
			 __BPF_STREAM_HEAD_P,
			 __BPF_STREAM_HEAD_PI,
			 __BPF_STREAM_HEAD_PID,
			 __BPF_STREAM_HEAD_PID_IS,
			 __BPF_STREAM_HEAD_PID_N,
			 __BPF_STREAM_HEAD_STATES = 64, /* the size of the table */
			 __BPF_STREAM_HEAD_BYTES = 16,
			 __BPF_STREAM_HEAD_START = 64, /* flags: a number starts with this byte */
			 __BPF_STREAM_HEAD_DIGIT = 128, /* this byte is a digit of it */
			 __BPF_STREAM_HEAD_CHECK = 256, /* the number must fit 64 bits, */
			 __BPF_STREAM_HEAD_32BIT = 512, /* or 32 */
};

enum __bpf_stream_head_byte {
	__BPF_STREAM_BYTE_OTHER,
	__BPF_STREAM_BYTE_CONTROL,
	__BPF_STREAM_BYTE_SPACE,
	__BPF_STREAM_BYTE_COLON,
	__BPF_STREAM_BYTE_DIGIT,
	__BPF_STREAM_BYTE_C,
	__BPF_STREAM_BYTE_P,
	__BPF_STREAM_BYTE_U,
	__BPF_STREAM_BYTE_I,
	__BPF_STREAM_BYTE_D,
	__BPF_STREAM_BYTE_IS,
};

static const __u8 __bpf_stream_head_bytes[256] __bpf_stream_unused
	__bpf_stream_section(".rodata.bpf_log") = {
		[0 ... 31] = __BPF_STREAM_BYTE_CONTROL,
		[127] = __BPF_STREAM_BYTE_CONTROL,
		[' '] = __BPF_STREAM_BYTE_SPACE,
		[':'] = __BPF_STREAM_BYTE_COLON,
		['0' ... '9'] = __BPF_STREAM_BYTE_DIGIT,
		['c'] = __BPF_STREAM_BYTE_C,
		['p'] = __BPF_STREAM_BYTE_P,
		['u'] = __BPF_STREAM_BYTE_U,
		['i'] = __BPF_STREAM_BYTE_I,
		['d'] = __BPF_STREAM_BYTE_D,
		['='] = __BPF_STREAM_BYTE_IS,
};

#define __BPF_STREAM_STEP(at, byte, to, flags)                                                     \
	[__BPF_STREAM_HEAD_##at * __BPF_STREAM_HEAD_BYTES + __BPF_STREAM_BYTE_##byte] =            \
		__BPF_STREAM_HEAD_##to | (flags)
#define __BPF_STREAM_GO(at, byte, to) __BPF_STREAM_STEP(at, byte, to, 0)
/* The first digit of a number, further ones, and what ends it if it has at most 32 bits */
#define __BPF_STREAM_NUMBER(at, to)                                                                \
	__BPF_STREAM_STEP(at, DIGIT, to, __BPF_STREAM_HEAD_START | __BPF_STREAM_HEAD_DIGIT)
#define __BPF_STREAM_DIGITS(at) __BPF_STREAM_STEP(at, DIGIT, at, __BPF_STREAM_HEAD_DIGIT)
#define __BPF_STREAM_32BIT(at, byte, to)                                                           \
	__BPF_STREAM_STEP(at, byte, to, __BPF_STREAM_HEAD_CHECK | __BPF_STREAM_HEAD_32BIT)
/* Where a file may be: any byte of its name, of which what follows takes some away again */
#define __BPF_STREAM_FILE(at)                                                                      \
	__BPF_STREAM_GO(at, OTHER, FILE), __BPF_STREAM_GO(at, DIGIT, FILE),                        \
		__BPF_STREAM_GO(at, C, FILE), __BPF_STREAM_GO(at, P, FILE),                        \
		__BPF_STREAM_GO(at, U, FILE), __BPF_STREAM_GO(at, I, FILE),                        \
		__BPF_STREAM_GO(at, D, FILE), __BPF_STREAM_GO(at, IS, FILE)
#define __BPF_STREAM_NAME(at) __BPF_STREAM_FILE(at), __BPF_STREAM_GO(at, COLON, FILE_END)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
static const __u16 __bpf_stream_head_steps[__BPF_STREAM_HEAD_STATES *
					   __BPF_STREAM_HEAD_BYTES] __bpf_stream_unused
	__bpf_stream_section(".rodata.bpf_log") = {
		__BPF_STREAM_GO(LEVEL, COLON, END),
		__BPF_STREAM_GO(LEVEL, SPACE, WORD),
		__BPF_STREAM_FILE(WORD),
		__BPF_STREAM_NUMBER(WORD, TIME),
		__BPF_STREAM_GO(WORD, C, FILE_C),
		__BPF_STREAM_GO(WORD, P, FILE_P),
		__BPF_STREAM_FILE(TIME),
		__BPF_STREAM_DIGITS(TIME),
		__BPF_STREAM_STEP(TIME, SPACE, AFTER_TIME, __BPF_STREAM_HEAD_CHECK),
		__BPF_STREAM_GO(TIME, COLON, TIME_END),
		__BPF_STREAM_STEP(TIME_END, SPACE, YES, __BPF_STREAM_HEAD_CHECK),
		__BPF_STREAM_NUMBER(TIME_END, LINE),
		__BPF_STREAM_FILE(AFTER_TIME),
		__BPF_STREAM_GO(AFTER_TIME, C, FILE_C),
		__BPF_STREAM_GO(AFTER_TIME, P, FILE_P),
		__BPF_STREAM_NAME(FILE),
		__BPF_STREAM_NUMBER(FILE_END, LINE),
		__BPF_STREAM_DIGITS(LINE),
		__BPF_STREAM_32BIT(LINE, COLON, END),
		__BPF_STREAM_32BIT(LINE, SPACE, AFTER_FILE),
		__BPF_STREAM_GO(END, SPACE, YES),
		__BPF_STREAM_NAME(FILE_C),
		__BPF_STREAM_GO(FILE_C, P, FILE_CP),
		__BPF_STREAM_NAME(FILE_CP),
		__BPF_STREAM_GO(FILE_CP, U, FILE_CPU),
		__BPF_STREAM_NAME(FILE_CPU),
		__BPF_STREAM_GO(FILE_CPU, IS, FILE_CPU_IS),
		__BPF_STREAM_NAME(FILE_CPU_IS),
		__BPF_STREAM_NUMBER(FILE_CPU_IS, FILE_CPU_N),
		__BPF_STREAM_FILE(FILE_CPU_N),
		__BPF_STREAM_DIGITS(FILE_CPU_N),
		__BPF_STREAM_GO(FILE_CPU_N, COLON, FILE_N_END),
		__BPF_STREAM_32BIT(FILE_CPU_N, SPACE, AFTER_CPU),
		__BPF_STREAM_NAME(FILE_P),
		__BPF_STREAM_GO(FILE_P, I, FILE_PI),
		__BPF_STREAM_NAME(FILE_PI),
		__BPF_STREAM_GO(FILE_PI, D, FILE_PID),
		__BPF_STREAM_NAME(FILE_PID),
		__BPF_STREAM_GO(FILE_PID, IS, FILE_PID_IS),
		__BPF_STREAM_NAME(FILE_PID_IS),
		__BPF_STREAM_NUMBER(FILE_PID_IS, FILE_PID_N),
		__BPF_STREAM_FILE(FILE_PID_N),
		__BPF_STREAM_DIGITS(FILE_PID_N),
		__BPF_STREAM_GO(FILE_PID_N, COLON, FILE_N_END),
		__BPF_STREAM_32BIT(FILE_N_END, SPACE, YES),
		__BPF_STREAM_NUMBER(FILE_N_END, LINE),
		__BPF_STREAM_GO(AFTER_FILE, C, C),
		__BPF_STREAM_GO(AFTER_FILE, P, P),
		__BPF_STREAM_GO(AFTER_CPU, P, P),
		__BPF_STREAM_GO(C, P, CP),
		__BPF_STREAM_GO(CP, U, CPU),
		__BPF_STREAM_GO(CPU, IS, CPU_IS),
		__BPF_STREAM_NUMBER(CPU_IS, CPU_N),
		__BPF_STREAM_DIGITS(CPU_N),
		__BPF_STREAM_32BIT(CPU_N, COLON, END),
		__BPF_STREAM_32BIT(CPU_N, SPACE, AFTER_CPU),
		__BPF_STREAM_GO(P, I, PI),
		__BPF_STREAM_GO(PI, D, PID),
		__BPF_STREAM_GO(PID, IS, PID_IS),
		__BPF_STREAM_NUMBER(PID_IS, PID_N),
		__BPF_STREAM_DIGITS(PID_N),
		__BPF_STREAM_32BIT(PID_N, COLON, END),
};
#pragma clang diagnostic pop
#undef __BPF_STREAM_STEP
#undef __BPF_STREAM_GO
#undef __BPF_STREAM_NUMBER
#undef __BPF_STREAM_DIGITS
#undef __BPF_STREAM_32BIT
#undef __BPF_STREAM_FILE
#undef __BPF_STREAM_NAME

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
		step = __bpf_stream_head_steps
			[(at * __BPF_STREAM_HEAD_BYTES + __bpf_stream_head_bytes[c]) %
			 (sizeof(__bpf_stream_head_steps) / sizeof(__bpf_stream_head_steps[0]))];
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
