/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/write.h - write a message. Internal: do not include directly.
 *
 * The steps of a message, the outer one first:
 *	the public macro	stores the text and the arguments (args.h)
 *	__bpf_stream_write()	reports pending losses, pushes, counts the message if that fails
 *	__bpf_stream_push()	calls the kernel (push.h)
 *	__bpf_stream_report()	writes the line about losses (losses.h)
 *	__bpf_stream_lose()	counts a lost message (losses.h)
 */
#ifndef BPF_STREAM_WRITE_H
#define BPF_STREAM_WRITE_H

#include <bpf_stream/bpf/args.h>
#include <bpf_stream/bpf/losses.h>

__BPF_STREAM_HEADER

#ifndef __BPF_STREAM_RING
/* clang-format off */

/*
 * __bpf_stream_push() and __bpf_stream_lose() as one piece of assembly. A program may have hundreds
 * of messages, and clang takes three times as long for the same in C. The assembly has the names of
 * symbols, because each operand costs clang as much as several lines; losses.h and push.h use all of
 * them in C, so they exist. Those of static functions, and the text's, are operands.
 */
#define __BPF_STREAM_ASM_SET(reg, value) reg " = " __BPF_STREAM_STR(value) "\n\t"
#define __BPF_STREAM_ASM_LOAD(reg, symbol) reg " = " __BPF_STREAM_STR(symbol) " ll\n\t"

/*
 * The trace pipe, for kernels without streams. bpf_trace_vprintk() returns the number of bytes. Count a
 * loss without a call: 6.1 cannot track numbers over calls of functions, and would walk loops that have
 * messages again and again.
 */
#ifdef BPF_STREAM_FALLBACK_NONE
#define __BPF_STREAM_ASM_TRACE(text)                                                               \
	__BPF_STREAM_ASM_LOAD("r1", bpf_stream_sink)                                               \
	__BPF_STREAM_ASM_SET("r2", BPF_STREAM_SINK_NOWHERE)                                        \
	"*(u32 *)(r1 + 0) = r2\n\t"                                                                \
	"r0 = -95\n\t"                                                                             \
	"goto 9f\n"
#else
#define __BPF_STREAM_ASM_TRACE(text)                                                               \
	text                                                                                       \
	"r2 = %[size]\n\t"                                                                         \
	"call 177\n\t"                                                                             \
	__BPF_STREAM_ASM_LOAD("r1", bpf_stream_sink)                                               \
	__BPF_STREAM_ASM_SET("r2", BPF_STREAM_SINK_TRACE)                                          \
	"*(u32 *)(r1 + 0) = r2\n\t"                                                                \
	"if r0 s< 0 goto 7f\n\t"                                                                   \
	"r0 = 0\n\t"                                                                               \
	"goto 9f\n"                                                                                \
	"7:\n\t"                                                                                   \
	"r2 = r0\n\t"                                                                              \
	"r2 &= 127\n\t"                                                                            \
	__BPF_STREAM_ASM_LOAD("r1", __bpf_stream_causes)                                           \
	"r1 += r2\n\t"                                                                             \
	"r2 = *(u8 *)(r1 + 0)\n\t"                                                                 \
	"r2 ^= 40\n\t"                                                                             \
	"r2 &= 56\n\t"                                                                             \
	__BPF_STREAM_ASM_LOAD("r1", bpf_stream_lost)                                               \
	"r1 += r2\n\t"                                                                             \
	"r2 = 1\n\t"                                                                               \
	"lock *(u64 *)(r1 + %[offset]) += r2\n\t"                                                  \
	"goto 9f\n"
#endif

/*
 * Each call has its own test: if the branches met before one, the verifier of 6.18 would walk half as
 * much again.
 */
#define __BPF_STREAM_ASM_CALL(symbol, set_r5)                                                      \
	__BPF_STREAM_ASM_LOAD("r0", symbol)                                                        \
	"if r0 == 0 goto 1f\n\t"                                                                   \
	set_r5                                                                                     \
	"call " __BPF_STREAM_STR(symbol) "\n\t"                                                    \
	"if w0 != 0 goto 8f\n\t"                                                                   \
	"goto 9f\n"                                                                                \
	"1:\n\t"

/* Offsets are apart from symbols: for a global one the assembler drops what is added to it. */
#define __BPF_STREAM_ASM_WRITE(ret, id, to, get, args, bytes, old, lose, get_old, ...)             \
	__asm__ __volatile__(                                                                      \
		get "r4 = %[len]\n\t"                                                              \
		__BPF_STREAM_ASM_CALL(__bpf_stream_vprintk_7_0, "")                                \
		__BPF_STREAM_ASM_CALL(__bpf_stream_vprintk_6_18, "r5 = 0\n\t")                     \
		__BPF_STREAM_ASM_CALL(__bpf_stream_vprintk_6_17, "r5 = 0\n\t")                     \
		__BPF_STREAM_ASM_TRACE(get_old)                                                    \
		"8:\n\t"                                                                           \
		"r1 = %[stream]\n\t"                                                               \
		"r2 = r0\n\t"                                                                      \
		"call " lose "\n"                                                                  \
		"9:\n"                                                                             \
		: "=&r"(ret), "+r"(to), "+r"(args)                                                 \
		: [stream] "i"(id), [offset] "i"(sizeof(bpf_stream_lost[0]) * ((id)-1)),           \
		  [len] "i"(bytes), [size] "ri"((long)(old)), __VA_ARGS__                          \
		: "r2", "r4", "r5", "memory")

/* The line is a constant, as in messages, or (a hexdump) in a register. */
#define __BPF_STREAM_ASM_WRITE_FIXED(ret, id, to, at, args, bytes, old, lose, ...)                 \
	__BPF_STREAM_ASM_WRITE(ret, id, to, "r2 = %[text]+%[skip] ll\n\t", args, bytes,            \
			       (old)&0xffff, lose, "r1 = %[text] ll\n\t",                          \
			       [text] "i"((at) - ((old) >> 16)),                                   \
			       [skip] "i"((old) >> 16) __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_STREAM_ASM_WRITE_ANY(ret, id, to, at, args, bytes, old, lose)                        \
	__BPF_STREAM_ASM_WRITE(ret, id, to, "r2 = %[line]\n\t", args, bytes, (old)&0xffff, lose,   \
			       "r1 = %[line]\n\tr1 -= %[before]\n\t", [line] "r"(at),              \
			       [before] "r"((long)((old) >> 16)))

/*
 * Report the losses before this message, if __bpf_stream_pending[] says so. Not where there are no
 * streams: on their way, the call of __bpf_stream_report() would be as bad as one on a loss. The
 * report comes first and leaves a number that the verifier does not know, so that it walks what
 * follows once.
 *
 * It has an assembly of its own. In one with the write, the address of the arguments would take a
 * register over the call: a program with four values in registers would spill one, and then the
 * verifier does not always know the bounds that the program has checked.
 */
#define __BPF_STREAM_ASM_REPORT(to, id, report, ...)                                               \
	__asm__ __volatile__(                                                                      \
		"%0 = %[stream]\n\t"                                                               \
		__BPF_STREAM_ASM_LOAD("r2", __bpf_stream_vprintk_7_0)                              \
		"if r2 != 0 goto 1f\n\t"                                                           \
		__BPF_STREAM_ASM_LOAD("r2", __bpf_stream_vprintk_6_18)                             \
		"if r2 != 0 goto 1f\n\t"                                                           \
		__BPF_STREAM_ASM_LOAD("r2", __bpf_stream_vprintk_6_17)                             \
		"if r2 == 0 goto 2f\n"                                                             \
		"1:\n\t"                                                                           \
		__BPF_STREAM_ASM_LOAD("r2", __bpf_stream_pending)                                  \
		"r2 = *(u32 *)(r2 + %[offset])\n"                                                  \
		"2:\n\t"                                                                           \
		"if r2 == 0 goto 3f\n\t"                                                           \
		"call " report "\n\t"                                                              \
		"r1 = r0\n"                                                                        \
		"3:\n"                                                                             \
		: "=r"(to)                                                                         \
		: [stream] "i"(id), [offset] "i"(4 * ((id)-1)) __VA_OPT__(, ) __VA_ARGS__          \
		: "r0", "r2", "r3", "r4", "r5", "memory")
/* clang-format on */
#endif

#ifdef __BPF_STREAM_RING
/*
 * What comes before and after a write, as global functions: a call costs a few ns, and the verifier
 * finds no branch in a message without a level. __bpf_stream_begin() returns 0, or what refuses the
 * message, and __bpf_stream_end() what the message returns.
 */
__bpf_stream_inline long __bpf_stream_begin_body(long id, _Bool locked)
{
	if (__builtin_expect(__bpf_stream_pending[(id - 1) & 1] == 0, 1))
		return 0;
	return __bpf_stream_report_body((int)id, locked) & __BPF_STREAM_REFUSE;
}

__bpf_stream_inline long __bpf_stream_end_body(long id, long ret)
{
	if (__builtin_expect(ret == 0, 1))
		return 0;
	if (!bpf_stream_supported())
		ret = __bpf_stream_ring_error(ret);
	return __bpf_stream_lose_body((int)id, (int)ret);
}

__bpf_stream_global long __bpf_stream_begin(long id)
{
	return __bpf_stream_begin_body(id, 0);
}

__bpf_stream_global long __bpf_stream_end(long id, long ret)
{
	return __bpf_stream_end_body(id, ret);
}

__bpf_stream_noinline long __bpf_stream_begin_locked(long id)
{
	return __bpf_stream_begin_body(id, 1);
}

__bpf_stream_noinline long __bpf_stream_end_locked(long id, long ret)
{
	return __bpf_stream_end_body(id, ret);
}
#endif

/*
 * Write a message or count it as lost. @text is as for __bpf_stream_push(); @fixed is 1 if the line is in
 * a static array. While nothing is lost this costs one load and two branches on top of the kernel's
 * call. The value is 0 or a negative errno.
 *
 * The first of two functions takes a constant @id. clang's front end chooses one, because the inliner
 * would inline both ways.
 */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat" /* see format.h */
__bpf_stream_inline __bpf_stream_nodebug int
__bpf_stream_write(const int id, const char *line, const volatile void *args, int len,
		   __bpf_stream_u64 text, const int locked, const int fixed)
	__BPF_STREAM_FMT_IF(id == __BPF_STREAM_STDOUT || id == __BPF_STREAM_STDERR)
{
#ifdef __BPF_STREAM_RING
	long to = locked ? __bpf_stream_begin_locked(id) : __bpf_stream_begin(id);
	long ret;

	(void)fixed;
	if (bpf_stream_supported())
		ret = __bpf_stream_push((int)to | id, line, (const void *)args, len, text);
	else
		ret = __bpf_stream_ring_push(id, (__bpf_stream_u64)to, line, (const void *)args,
					     len, text, locked);
	/*
	 * In a record, a branch in place of the call saves 8 ns, and the verifier walks one to three
	 * instructions more. In a message without a level it would walk ten more: there it does not
	 * merge the two ways before the next branch.
	 */
	if (text & __BPF_STREAM_RING_RECORD && __builtin_expect(ret == 0, 1))
		return 0;
	return (int)(locked ? __bpf_stream_end_locked(id, ret) : __bpf_stream_end(id, ret));
#elif defined(__bpf__)
	register long ret __asm__("r0");
	register long r1 __asm__("r1");
	register const volatile void *r3 __asm__("r3");

	if (locked)
		__BPF_STREAM_ASM_REPORT(r1, id,
					"%[report]", [report] "i"(__bpf_stream_report_locked));
	else
		__BPF_STREAM_ASM_REPORT(r1, id, "__bpf_stream_report");
	r3 = args;
	if (!fixed)
		__BPF_STREAM_ASM_WRITE_ANY(ret, id, r1, line, r3, len, text, "__bpf_stream_lose");
	else if (locked)
		__BPF_STREAM_ASM_WRITE_FIXED(ret, id, r1, line, r3, len, text,
					     "%[lose]", [lose] "i"(__bpf_stream_lose_locked));
	else
		__BPF_STREAM_ASM_WRITE_FIXED(ret, id, r1, line, r3, len, text, "__bpf_stream_lose");
	return (int)ret;
#else /* base.h has reported the error */
	(void)locked, (void)fixed;
	return __bpf_stream_push(id, line, (const void *)args, len, text);
#endif
}

__bpf_stream_inline __bpf_stream_nodebug int __attribute__((__overloadable__))
__bpf_stream_write(const int id, const char *line, const volatile void *args, int len,
		   __bpf_stream_u64 text, const int locked, const int fixed)
{
	if (id == __BPF_STREAM_STDOUT)
		return __bpf_stream_write(__BPF_STREAM_STDOUT, line, args, len, text, locked,
					  fixed);
	if (id == __BPF_STREAM_STDERR)
		return __bpf_stream_write(__BPF_STREAM_STDERR, line, args, len, text, locked,
					  fixed);
	return __bpf_stream_push(id, line, (const void *)args, len, text);
}
#pragma clang diagnostic pop

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_WRITE_H */
