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

#ifdef BPF_STREAM_FALLBACK_NONE
#define __BPF_STREAM_ASM_TRACE "r0 = -95\n\t"
#else
/* bpf_trace_vprintk() returns the number of bytes. */
#define __BPF_STREAM_ASM_TRACE                                                                     \
	"r1 = r2\n\t"                                                                              \
	"r1 -= %[before]\n\t"                                                                      \
	"r2 = %[size]\n\t"                                                                         \
	"call 177\n\t"                                                                             \
	"if r0 s< 0 goto 8f\n\t"                                                                   \
	"r0 = 0\n\t"                                                                               \
	"goto 9f\n"
#endif

/*
 * __bpf_stream_push() and __bpf_stream_lose() as one piece of assembly. A program may have hundreds
 * of messages, and clang takes three times as long for the same in C. Each call has its own test:
 * if the branches met before one, the verifier of 6.18 would walk half as much again.
 */
#define __BPF_STREAM_ASM_CALL(func, set_r5)                                                        \
	"r0 = %[" func "] ll\n\t"                                                                  \
	"if r0 == 0 goto 1f\n\t" set_r5 "call %[" func "]\n\t"                                     \
	"if w0 != 0 goto 8f\n\t"                                                                   \
	"goto 9f\n"                                                                                \
	"1:\n\t"

#define __BPF_STREAM_ASM_WRITE(ret, id, to, line, args, len, text, lose_fn)                        \
	__asm__ __volatile__(                                                                      \
		__BPF_STREAM_ASM_CALL("f70", "") __BPF_STREAM_ASM_CALL("f618", "r5 = 0\n\t")       \
			__BPF_STREAM_ASM_CALL("f617", "r5 = 0\n\t") __BPF_STREAM_ASM_TRACE         \
		"8:\n\t"                                                                           \
		"r1 = %[stream]\n\t"                                                               \
		"r2 = r0\n\t"                                                                      \
		"call %[lose]\n"                                                                   \
		"9:\n"                                                                             \
		: "=&r"(ret), "+r"(to), "+r"(line), "+r"(args), "+r"(len)                          \
		: [f70] "i"(__bpf_stream_vprintk_7_0), [f618] "i"(__bpf_stream_vprintk_6_18),      \
		  [f617] "i"(__bpf_stream_vprintk_6_17), [lose] "i"(lose_fn), [stream] "ri"(id),   \
		  [before] "ri"((long)((text) >> 16)), [size] "ri"((text)&0xffff)                  \
		: "r5", "memory")

/*
 * Write a message or count it as lost. @text is as for __bpf_stream_push(). While nothing is lost
 * this costs one load and two branches on top of the kernel's call. Return 0 or a negative errno.
 */
__bpf_stream_inline __bpf_stream_nodebug int
__bpf_stream_write(int id, const char *line, const void *args, __bpf_stream_u32 len,
		   __bpf_stream_u64 text, const _Bool locked)
{
	long stream = id;

#ifdef BPF_STREAM_FALLBACK_NONE
	if (!bpf_stream_supported()) {
		bpf_stream_sink = BPF_STREAM_SINK_NOWHERE;
		return -__BPF_STREAM_EOPNOTSUPP;
	}
#endif
	if (__builtin_expect(__bpf_stream_pending[(id - 1) & 1] != 0, 0))
		stream = locked ? __bpf_stream_report_locked(id) : __bpf_stream_report(id);
#ifdef __bpf__
	{
		register long ret __asm__("r0");
		register long r1 __asm__("r1") = stream;
		register const char *r2 __asm__("r2") = line;
		register const void *r3 __asm__("r3") = args;
		register long r4 __asm__("r4") = len;

		if (locked)
			__BPF_STREAM_ASM_WRITE(ret, id, r1, r2, r3, r4, text,
					       __bpf_stream_lose_locked);
		else
			__BPF_STREAM_ASM_WRITE(ret, id, r1, r2, r3, r4, text, __bpf_stream_lose);
		return (int)ret;
	}
#else /* base.h has reported the error */
	return __bpf_stream_push((int)stream, line, args, len, (__bpf_stream_u32)text);
#endif
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_WRITE_H */
