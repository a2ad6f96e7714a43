/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/hexdump.h - bpf_log_hexdump(). Internal: log.h includes it.
 */
#ifndef BPF_STREAM_HEXDUMP_H
#define BPF_STREAM_HEXDUMP_H

#include <bpf_stream/bpf/stack.h>

__BPF_STREAM_HEADER

/* The most that bpf_log_hexdump() dumps, in bytes */
#define BPF_LOG_HEXDUMP_MAX 4096

/* The head that __bpf_log_dump_bytes() is compiled with; each dump is checked against it. */
#define __BPF_LOG_DUMP_HEAD (BPF_LOG_TIMESTAMP | BPF_LOG_CPU << 1 | BPF_LOG_PID << 2)
enum { __bpf_log_dump_head = __BPF_LOG_DUMP_HEAD };

struct __bpf_log_dump {
	const void *ptr;
	const char *prefix, *line;
	/* 64 bits: 6.1's verifier does not track smaller spills. */
	__bpf_stream_u64 text, len, id, is_dynptr;
	__bpf_stream_u64 done; /* bytes dumped */
};

/* The arguments are those of the head, the prefix, a number, and two strings. */
#define __BPF_STREAM_DUMP_ELSEWHERE(dump)                                                          \
	__BPF_STREAM_ELSEWHERE((dump)->text,                                                       \
			       (1ULL | 1ULL << 6 | 1ULL << 9) * __BPF_STREAM_KIND_STR              \
				       << 3 * __BPF_LOG_OWN)

/* The same in each byte of a word */
#define __BPF_LOG_BYTES(x) ((x)*0x0101010101010101ULL)
/* The hexadecimal digits of 8 numbers below 16 */
#define __BPF_LOG_DIGITS(n)                                                                        \
	((n) + __BPF_LOG_BYTES('0') +                                                              \
	 (((n) + __BPF_LOG_BYTES(6)) >> 4 & __BPF_LOG_BYTES(1)) * ('a' - '9' - 1))
/* Byte @k of a word in memory, and the first @n bytes of one. Two shifts: one by 64 has no value. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __BPF_LOG_BYTE(word, k) ((char)((word) >> 8 * (k)))
#define __BPF_LOG_FIRST(n)	((1ULL << 4 * (n) << 4 * (n)) - 1)
#else
#define __BPF_LOG_BYTE(word, k) ((char)((word) >> (56 - 8 * (k))))
#define __BPF_LOG_FIRST(n)	(0 - (1ULL << (32 - 4 * (n)) << (32 - 4 * (n))))
#endif

/*
 * The first @n of 8 bytes as "00 11 22 33 44 55 66 77 ", and what of them is printable. All at once
 * and without a branch: the verifier walks this for each line that it cannot tell from the one
 * before.
 */
__bpf_stream_inline __bpf_stream_u64 __bpf_log_dump_word(__bpf_stream_u64 word, __bpf_stream_u64 n,
							 char *hex)
{
	__bpf_stream_u64 hi = word >> 4 & __BPF_LOG_BYTES(15), lo = word & __BPF_LOG_BYTES(15);
	__bpf_stream_u64 low = word & __BPF_LOG_BYTES(127), first = __BPF_LOG_FIRST(n), printable;

	hi = (__BPF_LOG_DIGITS(hi) & first) | (__BPF_LOG_BYTES(' ') & ~first);
	lo = (__BPF_LOG_DIGITS(lo) & first) | (__BPF_LOG_BYTES(' ') & ~first);
	for (int k = 0; k < 8; k++) {
		hex[3 * k] = __BPF_LOG_BYTE(hi, k);
		hex[3 * k + 1] = __BPF_LOG_BYTE(lo, k);
		hex[3 * k + 2] = ' ';
	}
	/* Bit 7 of a byte: at least ' ', not 127, not above */
	printable = (low + __BPF_LOG_BYTES(128 - ' ')) & ~(low + __BPF_LOG_BYTES(1)) & ~word;
	printable = (printable >> 7 & __BPF_LOG_BYTES(1)) * 255;
	return ((word & printable) | (__BPF_LOG_BYTES('.') & ~printable)) & first;
}

/*
 * Dump one line of 16 bytes. It is a callback of bpf_loop(), so that the verifier walks it once for
 * any length, and has no branches that depend on the data, for the same reason.
 */
__bpf_stream_inline long __bpf_log_dump_bytes(__bpf_stream_u32 i, struct __bpf_log_dump *dump,
					      _Bool arena)
{
	__bpf_stream_u64 off = (__bpf_stream_u64)i * 16, n = dump->len - off;
	__bpf_stream_u64 record[__BPF_STREAM_ROOM + __BPF_LOG_OWN + 4];
	__bpf_stream_u64 *args = record + __BPF_STREAM_ROOM;
	__bpf_stream_u64 data[2] = {}, ascii[3], two;
	char hex[48];
	long err = 0;

	if (n > 16)
		n = 16;
	if (!n)
		return 1;
	if (arena)
		__bpf_stream_arena_copy((__bpf_stream_u8 *)data, (__bpf_stream_u64)dump->ptr + off,
					n);
	else if (dump->is_dynptr)
		err = __bpf_stream_helper_dynptr_read(data, n, dump->ptr, off, 0);
	else
		err = __bpf_stream_helper_probe_read_kernel(data, n, (const char *)dump->ptr + off);
	if (err)
		return 1;
	/* All ones if the line has 8 bytes or more; clang would make a branch of it */
	two = 0 - ((n | n >> 1) >> 3 & 1);
	__asm__("" : "+r"(two));
	ascii[0] = __bpf_log_dump_word(data[0], (n & ~two) | (8 & two), hex);
	ascii[1] = __bpf_log_dump_word(data[1], (n - 8) & two, hex + 24);
	ascii[2] = 0;
	hex[47] = 0;
	args[__BPF_LOG_OWN] = (__bpf_stream_u64)dump->prefix;
	args[__BPF_LOG_OWN + 1] = off;
	args[__BPF_LOG_OWN + 2] = (__bpf_stream_u64)hex;
	args[__BPF_LOG_OWN + 3] = (__bpf_stream_u64)ascii;
	__BPF_LOG_SET_HEAD(args, 0)
	__bpf_stream_write((int)dump->id, dump->line, args, 8 * (__BPF_LOG_OWN + 4),
			   __BPF_STREAM_DUMP_ELSEWHERE(dump), 0, 0);
	dump->done = off + n;
	return 0;
}

/*
 * Dump all lines; the address space of @ptr selects one of two functions. Loads from an arena need
 * a callback of their own, because the verifier refuses them in a program without an arena.
 */
__bpf_stream_noinline long __bpf_log_dump_line(__bpf_stream_u32 i, struct __bpf_log_dump *dump)
{
	return __bpf_log_dump_bytes(i, dump, 0);
}

__attribute__((__overloadable__)) __bpf_stream_inline void
__bpf_log_dump_lines(struct __bpf_log_dump *dump, const volatile void *ptr)
{
	dump->ptr = (const void *)ptr;
	__bpf_stream_helper_loop((__bpf_stream_u32)(dump->len + 15) / 16,
				 (void *)__bpf_log_dump_line, dump, 0);
}

#ifdef __bpf_stream_arena
__bpf_stream_noinline long __bpf_log_dump_arena_line(__bpf_stream_u32 i,
						     struct __bpf_log_dump *dump)
{
	return __bpf_log_dump_bytes(i, dump, 1);
}

__attribute__((__overloadable__)) __bpf_stream_inline void
__bpf_log_dump_lines(struct __bpf_log_dump *dump, const volatile void __bpf_stream_arena *ptr)
{
	/* as a number: a change of the address space would be an instruction */
	dump->ptr = (const void *)(__bpf_stream_u64)ptr;
	__bpf_stream_helper_loop((__bpf_stream_u32)(dump->len + 15) / 16,
				 (void *)__bpf_log_dump_arena_line, dump, 0);
}

/* A null pointer constant is of both address spaces; after a comma it is a plain pointer. */
#define __BPF_LOG_DUMP_PTR(ptr) ((void)0, (ptr))
#else
#define __BPF_LOG_DUMP_PTR(ptr) (ptr)
#endif

#define __BPF_LOG_DUMP_LINE "%s%04x: %-47s |%s|"
#define __bpf_log_dump_if(level, name, prefix_, ptr_, len_)                                        \
	({                                                                                         \
		if (__bpf_log_on(level)) {                                                         \
			__BPF_STREAM_TEXT __bpf_stream_text[] =                                    \
				__BPF_LOG_HEAD(name) __BPF_LOG_DUMP_LINE "\0" __BPF_LOG_HEAD(name) \
					__BPF_LOG_DUMP_LINE "\n" __BPF_LOG_NOTE;                   \
			const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_size =            \
				sizeof(__BPF_LOG_HEAD(name) __BPF_LOG_DUMP_LINE);                  \
			const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_len =             \
				(__bpf_stream_u32)(len_);                                          \
			struct __bpf_log_dump __bpf_stream_nodebug __bpf_stream_dump;              \
                                                                                                   \
			/* one by one, see __BPF_STREAM_SET_ARG() */                               \
			__bpf_stream_dump.prefix = (prefix_);                                      \
			__bpf_stream_dump.line = __bpf_stream_text + __bpf_stream_size;            \
			__bpf_stream_dump.text =                                                   \
				__BPF_STREAM_PLACE(__bpf_stream_size, __bpf_stream_size);          \
			__bpf_stream_dump.len = __bpf_stream_len > BPF_LOG_HEXDUMP_MAX             \
							? BPF_LOG_HEXDUMP_MAX                      \
							: __bpf_stream_len;                        \
			__bpf_stream_dump.id = BPF_LOG_STREAM_OF(level);                           \
			__bpf_stream_dump.done = 0;                                                \
			__bpf_stream_dump.is_dynptr =                                              \
				_Generic((ptr_), struct bpf_dynptr * : 1,                          \
					 const struct bpf_dynptr * : 1, default : 0);              \
			__bpf_log_dump_lines(&__bpf_stream_dump, __BPF_LOG_DUMP_PTR(ptr_));        \
			if (__bpf_stream_dump.done < __bpf_stream_dump.len) {                      \
				__bpf_log_record(                                                  \
					BPF_LOG_STREAM_OF(level), name,                            \
					"%s%u bytes cannot be read", __bpf_stream_dump.prefix,     \
					__bpf_stream_len -                                         \
						(__bpf_stream_u32)__bpf_stream_dump.done);         \
			} else if (__bpf_stream_len > BPF_LOG_HEXDUMP_MAX) {                       \
				__bpf_log_record(BPF_LOG_STREAM_OF(level), name,                   \
						 "%s%u bytes more", __bpf_stream_dump.prefix,      \
						 __bpf_stream_len - BPF_LOG_HEXDUMP_MAX);          \
			}                                                                          \
		}                                                                                  \
	})

/**
 * bpf_log_hexdump() - log memory as hexadecimal and printable characters
 * @level: BPF_LOG_ERROR to BPF_LOG_TRACE
 * @prefix: a string, written before each line
 * @ptr: any kernel memory (map value, stack, packet data), a struct bpf_dynptr *, or a pointer into
 *	an arena that still has its address space
 * @len: number of bytes. At most BPF_LOG_HEXDUMP_MAX (4,096) are dumped; for more, one record says
 *	"<prefix>N bytes more".
 *
 * Writes a record for each 16 bytes, "<prefix><offset>: <16 bytes in hex> |<as text>|", so that
 * each makes sense among the records of other CPUs. A line with a byte that cannot be read ends the
 * dump, and one record says "<prefix>N bytes cannot be read".
 *
 * It has the time, the CPU and the PID as BPF_LOG_TIMESTAMP, BPF_LOG_CPU and BPF_LOG_PID were at the
 * include; with one of them redefined later, it does not compile.
 *
 * Return: nothing.
 * Context: as bpf_log_info(), but not under a bpf_spin_lock (bpf_loop() is not allowed there). To
 *	the verifier it takes two call frames, one more than a message.
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_log_hexdump(level, prefix, ptr, len)                                                   \
	__BPF_STREAM_QUIET __bpf_log_hexdump(level, prefix, ptr, len) __BPF_STREAM_LOUD
#define __bpf_log_hexdump(level, prefix, ptr, len)                                                 \
	({                                                                                         \
		const int __bpf_stream_nodebug __bpf_stream_level = (level);                       \
                                                                                                   \
		_Static_assert(__BPF_LOG_CHECK(1) && __BPF_LOG_DUMP_HEAD == __bpf_log_dump_head,   \
			       "bpf_log_hexdump(): BPF_LOG_TIMESTAMP, BPF_LOG_CPU or BPF_LOG_PID " \
			       "has changed since the include");                                   \
                                                                                                   \
		if (__bpf_stream_level <= BPF_LOG_ERROR)                                           \
			__bpf_log_dump_if(BPF_LOG_ERROR, "ERROR", prefix, ptr, len);               \
		else if (__bpf_stream_level == BPF_LOG_WARN)                                       \
			__bpf_log_dump_if(BPF_LOG_WARN, "WARN", prefix, ptr, len);                 \
		else if (__bpf_stream_level == BPF_LOG_INFO)                                       \
			__bpf_log_dump_if(BPF_LOG_INFO, "INFO", prefix, ptr, len);                 \
		else if (__bpf_stream_level == BPF_LOG_DEBUG)                                      \
			__bpf_log_dump_if(BPF_LOG_DEBUG, "DEBUG", prefix, ptr, len);               \
		else                                                                               \
			__bpf_log_dump_if(BPF_LOG_TRACE, "TRACE", prefix, ptr, len);               \
		__BPF_LOG_FORGET(__bpf_stream_level);                                              \
	})

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_HEXDUMP_H */
