/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* bpf_stream/text.h - look at the text of an element. A part of reader.h; nothing to include. */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_TEXT_H
#define BPF_STREAM_TEXT_H

#include <bpf_stream/bpf/loop.h>

__BPF_STREAM_HEADER

/* Levels of a log record, as in log.h. FATAL is what assert.h writes. */
#define BPF_LOG_FATAL 0
#define BPF_LOG_ERROR 1
#define BPF_LOG_WARN  2
#define BPF_LOG_INFO  3
#define BPF_LOG_DEBUG 4
#define BPF_LOG_TRACE 5

/**
 * struct bpf_stream_elem_info - what is known of an element beside its text
 * @len: bytes of text that are there to be read, 0 to 1,024. It is any bytes, not NUL-terminated.
 * @stream_id: BPF_STDOUT or BPF_STDERR
 * @seq: 0 for the first element of this call, then 1, ...
 * @flags: BPF_STREAM_ELEM_REST: a reader has had the beginning of the element already; this is the
 *	rest (peek)
 * @key: the same for the same element each time that it is met (peek), and different for those
 *	that are in the stream together; 0 if it is not known. When the element is gone another one
 *	may get it: compare some of the text too.
 */
struct bpf_stream_elem_info {
	__u32 len;
	__u32 stream_id;
	__u32 seq;
	__u32 flags;
	__u64 key;
};

#define BPF_STREAM_ELEM_REST 1

#define __bpf_stream_dynptr_copy __BPF_STREAM_KFUNC(bpf_dynptr_copy___bpf_stream)
extern int __bpf_stream_dynptr_copy(struct bpf_dynptr *dst_ptr, __u32 dst_off,
				    struct bpf_dynptr *src_ptr, __u32 src_off,
				    __u32 size) __bpf_stream_ksym;

/**
 * bpf_stream_elem_read() - copy text to memory
 * @text, @info: as the callback has them
 * @off: where in the text to begin
 * @dst: at least @size bytes
 * @size: at least 1
 *
 * Return: how many bytes there were, at most @size; 0 behind the end; -errno.
 */
__bpf_stream_inline int
bpf_stream_elem_read(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, __u32 off,
		     void *dst, __u32 size)
{
	__u64 n = info->len;
	int err;

	if (off >= n)
		return 0;
	n -= off;
	if (n > size)
		n = size;
	/* the verifier is to see the limits of n itself, not of what the compiler makes of it */
	__asm__ __volatile__("" : "+r"(n));
	if (n == 0 || n > size)
		return 0;
	err = bpf_dynptr_read(dst, n, text, off, 0);
	return err ? err : (int)n;
}

/**
 * bpf_stream_elem_copy() - copy the whole text to another dynptr, of a ring buffer for example
 * @dst, @dst_off: where to; there must be room
 *
 * Return: 0, or -E2BIG without room and other negative errors of the kernel.
 */
__bpf_stream_inline int
bpf_stream_elem_copy(struct bpf_dynptr *dst, __u32 dst_off, struct bpf_dynptr *text,
		     const struct bpf_stream_elem_info *info)
{
	if (!__bpf_stream_ksym_exists(__bpf_stream_dynptr_copy))
		return -__BPF_STREAM_EOPNOTSUPP;
	return __bpf_stream_dynptr_copy(dst, dst_off, text, 0, info->len);
}

/**
 * bpf_stream_elem_output() - send the text to a BPF ring buffer, as one record
 * @ringbuf: the map, BPF_MAP_TYPE_RINGBUF
 * @head, @head_size: what comes before the text in the record; NULL and 0 for nothing
 *
 * Return: 0, or a negative error (-E2BIG and others: no room). Nothing is left reserved.
 */
__bpf_stream_inline int
bpf_stream_elem_output(void *ringbuf, void *head, __u32 head_size, struct bpf_dynptr *text,
		       const struct bpf_stream_elem_info *info)
{
	struct bpf_dynptr record;
	int err;

	err = bpf_ringbuf_reserve_dynptr(ringbuf, head_size + info->len, 0, &record);
	if (!err && head_size)
		err = bpf_dynptr_write(&record, 0, head, head_size, 0);
	if (!err)
		err = bpf_stream_elem_copy(&record, head_size, text, info);
	if (err)
		bpf_ringbuf_discard_dynptr(&record, 0);
	else
		bpf_ringbuf_submit_dynptr(&record, 0);
	return err;
}

/* The 8 bytes at @off, zeros behind the end */
__bpf_stream_inline __u64 __bpf_stream_text_word(struct bpf_dynptr *text,
									    __u32 len, __u32 off)
{
	__u64 word = 0, n = (__u64)len - off;

	if (off >= len)
		return 0;
	if (n >= 8) {
		bpf_dynptr_read(&word, 8, text, off, 0);
		return word;
	}
	__asm__ __volatile__("" : "+r"(n));
	if (n > 0 && n < 8)
		bpf_dynptr_read(&word, n, text, off, 0);
	return word;
}

/* Byte @i of 8, in the order of memory */
__bpf_stream_inline __u8 __bpf_stream_byte(__u64 word, __u32 i)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return word >> 8 * (i & 7);
#else
	return word >> 8 * (~i & 7);
#endif
}

__bpf_stream_noinline int
__bpf_stream_text_find(struct bpf_dynptr *text, __u32 len, __u32 off, __u8 byte)
{
	__u64 word = 0;
	__u32 i;

	__bpf_stream_for (i, 1 << 20) {
		if (off + i >= len)
			break;
		if (!(i & 7))
			word = __bpf_stream_text_word(text, len, off + i);
		if (__bpf_stream_byte(word, i) == byte)
			return off + i;
	}
	return -__BPF_STREAM_ENOENT;
}

/**
 * bpf_stream_elem_find() - look for a byte
 * @off: where in the text to begin
 *
 * Return: where in the text it is, or -ENOENT.
 */
__bpf_stream_inline int
bpf_stream_elem_find(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, __u32 off,
		     __u8 byte)
{
	return __bpf_stream_text_find(text, info->len, off, byte);
}

/**
 * bpf_stream_elem_line() - where the line that begins at @off ends
 *
 * To split an element into its lines: begin with 0, go on with what was returned as long as that
 * is less than the element's length.
 *
 * Return: the place behind its newline, or the length of the element if it has none.
 */
__bpf_stream_inline __u32
bpf_stream_elem_line(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, __u32 off)
{
	int at = __bpf_stream_text_find(text, info->len, off, '\n');

	return at < 0 ? info->len : (__u32)at + 1;
}

#define __BPF_STREAM_PREFIX_MAX 64

/* @prefix is padded with zeros to a multiple of 8 */
__bpf_stream_noinline int
__bpf_stream_text_starts(struct bpf_dynptr *text, __u32 len, __u32 off, const __u64 *prefix, __u32 n)
{
	__u32 i;

	if (off > len || len - off < n)
		return 0;
	__bpf_stream_for (i, __BPF_STREAM_PREFIX_MAX / 8) {
		if (i * 8 >= n)
			break;
		/* to the prefix's end, so that there are zeros behind it too */
		if (__bpf_stream_text_word(text, off + n, off + i * 8) !=
		    prefix[i % (__BPF_STREAM_PREFIX_MAX / 8)])
			return 0;
	}
	return 1;
}

/**
 * bpf_stream_elem_starts_with() - does the text at @off begin with this?
 * @prefix: a string literal of up to 63 bytes
 *
 * Return: 1 or 0.
 */
#define bpf_stream_elem_starts_with(text, info, off, prefix)                                       \
	__BPF_STREAM_QUIET __bpf_stream_elem_starts_with(text, info, off, prefix) __BPF_STREAM_LOUD
#define __bpf_stream_elem_starts_with(text, info, off, prefix)                                     \
	({                                                                                         \
		_Static_assert(sizeof(prefix) <= __BPF_STREAM_PREFIX_MAX,                          \
			       "bpf_stream: a prefix has 63 bytes at most");                       \
		static const union {                                                               \
			char __bytes[__BPF_STREAM_PREFIX_MAX];                                      \
			__u64 __words[__BPF_STREAM_PREFIX_MAX / 8];                                \
		} __bpf_stream_prefix                                                              \
			__attribute__((section(".rodata.bpf_log"))) = {.__bytes = prefix};           \
                                                                                                   \
		__bpf_stream_text_starts(text, (info)->len, off, __bpf_stream_prefix.__words,      \
					 sizeof(prefix) - 1);                                      \
	})

/*
 * The head of a record, behind the level: "[ <ktime-ns>][ <file>:<line>]: ". The same grammar as
 * that of bpf_log_parse() in user.h, as a table: the verifier takes a lookup for one step, where
 * it would follow each branch of a switch.
 */
enum __bpf_stream_head { /* what has been read */
	__BPF_STREAM_HEAD_NO, /* what cannot be a head */
	__BPF_STREAM_HEAD_YES,
	__BPF_STREAM_HEAD_LEVEL,
	__BPF_STREAM_HEAD_WORD, /* " " of the time, or of the file */
	__BPF_STREAM_HEAD_TIME, /* digits: either */
	__BPF_STREAM_HEAD_NAME, /* no time: the file */
	__BPF_STREAM_HEAD_TIME_END, /* ":" behind digits: of the head, or of a line */
	__BPF_STREAM_HEAD_FILE, /* " " of the file, behind the time */
	__BPF_STREAM_HEAD_FILE_NAME,
	__BPF_STREAM_HEAD_FILE_END, /* ":" of a line */
	__BPF_STREAM_HEAD_LINE, /* digits */
	__BPF_STREAM_HEAD_END, /* ":" of the head */
	__BPF_STREAM_HEAD_STATES = 16, /* room for so many: a power of two, as all of this */
	__BPF_STREAM_HEAD_BYTES = 8,
	__BPF_STREAM_HEAD_START = 16, /* with this byte a number begins */
	__BPF_STREAM_HEAD_DIGIT = 32, /* it is of a number */
	__BPF_STREAM_HEAD_CHECK = 64, /* the number must have been one of 64 bits, */
	__BPF_STREAM_HEAD_32BIT = 128, /* or of 32 */
};

enum __bpf_stream_head_byte {
	__BPF_STREAM_BYTE_OTHER,
	__BPF_STREAM_BYTE_CONTROL,
	__BPF_STREAM_BYTE_SPACE,
	__BPF_STREAM_BYTE_COLON,
	__BPF_STREAM_BYTE_DIGIT,
};

static const __u8 __bpf_stream_head_bytes[256]
	__attribute__((unused, section(".rodata.bpf_log"))) = {
		[0 ... 31] = __BPF_STREAM_BYTE_CONTROL,	  [127] = __BPF_STREAM_BYTE_CONTROL,
		[' '] = __BPF_STREAM_BYTE_SPACE,	  [':'] = __BPF_STREAM_BYTE_COLON,
		['0' ... '9'] = __BPF_STREAM_BYTE_DIGIT,
};

#define __BPF_STREAM_STEP(at, byte, to)                                                            \
	[__BPF_STREAM_HEAD_##at * __BPF_STREAM_HEAD_BYTES + __BPF_STREAM_BYTE_##byte] = (to)
#define __BPF_STREAM_STEPS(at, from, to) __BPF_STREAM_STEP(at, from, __BPF_STREAM_HEAD_##to)
static const __u8 __bpf_stream_head_steps[__BPF_STREAM_HEAD_STATES * __BPF_STREAM_HEAD_BYTES]
	__attribute__((unused, section(".rodata.bpf_log"))) = {
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
		__BPF_STREAM_STEP(LINE, COLON, __BPF_STREAM_HEAD_END | __BPF_STREAM_HEAD_CHECK | __BPF_STREAM_HEAD_32BIT),
		__BPF_STREAM_STEPS(END, SPACE, YES),
};
#undef __BPF_STREAM_STEP
#undef __BPF_STREAM_STEPS

__bpf_stream_noinline int
__bpf_stream_text_is_head(struct bpf_dynptr *text, __u32 len, __u32 off)
{
	__u64 word = 0, number = 0, over = 0, digit, start, low, high;
	__u32 i, at = __BPF_STREAM_HEAD_LEVEL, step;
	__u8 c;

	__bpf_stream_for (i, 1024) {
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

/* In each byte that is not 0, ones; for ASCII */
__bpf_stream_inline __u64 __bpf_stream_text_mask(__u64 word)
{
	return ((word + 0x7f7f7f7f7f7f7f7fULL & 0x8080808080808080ULL) >> 7) * 0xff;
}

/* Does the kernel say this of a program? Its reports begin like a record. No loop is left of it. */
__bpf_stream_noinline int
__bpf_stream_text_is_report(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info,
			    __u32 off)
{
	static const union {
		char text[__BPF_STREAM_PREFIX_MAX];
		__u64 words[__BPF_STREAM_PREFIX_MAX / 8];
	} reports[] = {
		{"ERROR: Timeout detected for may_goto instruction"},
		{"ERROR: Timeout detected for bpf_res_spin_lock"},
		{"ERROR: AA or ABBA deadlock detected for bpf_res_spin_lock"},
		{"ERROR: Arena READ access at unmapped address 0x"},
		{"ERROR: Arena WRITE access at unmapped address 0x"},
	};
	__u64 head[__BPF_STREAM_PREFIX_MAX / 8] = {};

	bpf_stream_elem_read(text, info, off, head, sizeof(head));
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

__bpf_stream_noinline int
__bpf_stream_text_level(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, __u32 off)
{
	__u64 word = __bpf_stream_text_word(text, info->len, off), five, four;
	int level = -1;

	/*
	 * Bit 6 of the fifth byte is that of a letter: is the level one of five? The head is looked
	 * at once, before the level, rather than by the verifier once for each.
	 */
	if (!__bpf_stream_text_is_head(text, info->len, off + 4 + (__bpf_stream_byte(word, 4) >> 6 & 1)))
		return -1;
#define __BPF_STREAM_LEVEL(a, b, c, d, e)                                                          \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32)
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	five = word & 0xffffffffffULL;
	four = word & 0x40ffffffffULL; /* and no fifth letter */
	if (five == __BPF_STREAM_LEVEL('E', 'R', 'R', 'O', 'R'))
		level = BPF_LOG_ERROR;
	else if (five == __BPF_STREAM_LEVEL('D', 'E', 'B', 'U', 'G'))
		level = BPF_LOG_DEBUG;
	else if (five == __BPF_STREAM_LEVEL('T', 'R', 'A', 'C', 'E'))
		level = BPF_LOG_TRACE;
	else if (five == __BPF_STREAM_LEVEL('F', 'A', 'T', 'A', 'L'))
		level = BPF_LOG_FATAL;
	else if (four == __BPF_STREAM_LEVEL('I', 'N', 'F', 'O', 0))
		level = BPF_LOG_INFO;
	else if (four == __BPF_STREAM_LEVEL('W', 'A', 'R', 'N', 0))
		level = BPF_LOG_WARN;
#undef __BPF_STREAM_LEVEL
	if (level == BPF_LOG_ERROR && __bpf_stream_text_is_report(text, info, off))
		return -1;
	return level;
}

/**
 * bpf_stream_elem_level() - the level of the log record that begins at @off
 * @off: the beginning of a line
 *
 * A record is what bpf_log_parse() of user.h takes for one, in every detail.
 *
 * Return: BPF_LOG_FATAL (0) to BPF_LOG_TRACE (5), or -1 if it is no record: a plain line, the
 * continuation of one, a report of the kernel.
 */
__bpf_stream_inline int
bpf_stream_elem_level(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, __u32 off)
{
	int level = __bpf_stream_text_level(text, info, off);

	/* The compiler knows the limits, the verifier (6.17) may not: one check for both */
	__asm__ __volatile__("" : "+r"(level));
	return level < BPF_LOG_FATAL || level > BPF_LOG_TRACE ? -1 : level;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_TEXT_H */
