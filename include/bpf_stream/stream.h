/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/stream.h - print to the streams of a BPF program, on every kernel.
 *
 * A BPF program has two streams of its own since Linux 6.17, BPF_STDOUT and BPF_STDERR. Include
 * this header after vmlinux.h or <linux/bpf.h> (of any kernel), and after nothing else:
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/stream.h>
 *
 *	bpf_stream_printk(BPF_STDERR, "no room for flow %d\n", id);
 *
 * One object file runs on Linux 6.1 and up. Where the kernel has no streams, messages go to the
 * trace pipe (bpf_trace_vprintk), unless BPF_STREAM_FALLBACK_NONE is defined before the include.
 *
 * What you may use: bpf_stream_printk(), bpf_stream_supported(), BPF_STDOUT, BPF_STDERR.
 * Names that start with __bpf_stream_ or __BPF_STREAM_ are internal and may change.
 *
 * Needs: a GPL-compatible licence of the program (the kernel asks it of everybody who prints),
 * clang 14 or newer with -O1 or higher, libbpf's headers 1.1 or newer. In the loader libbpf 1.3
 * or newer: an older one does not find the kernel's functions, and everything goes to the trace
 * pipe.
 */
#ifndef BPF_STREAM_STREAM_H
#define BPF_STREAM_STREAM_H

#include <bpf/bpf_helpers.h>

/*
 * The streams of a program. A vmlinux.h of 6.17 or later has enumerators of these names; the
 * values are the same.
 */
#define BPF_STDOUT 1
#define BPF_STDERR 2

#define __BPF_STREAM_EOPNOTSUPP 95

/*
 * The kernel's write function under the three forms that it has had. libbpf drops a name from ___
 * on, and leaves a weak function NULL when the kernel's prototype is another one. So at most one
 * of these is there on any kernel, and the verifier removes the branches of the others. None of
 * the kernel's own names is declared: a vmlinux.h may have done that.
 */
extern int bpf_stream_vprintk___bpf_stream_7_0(int id, const char *fmt__str, const void *args,
					       __u32 len__sz) __weak __ksym;
extern int bpf_stream_vprintk_impl___bpf_stream_6_18(int id, const char *fmt__str, const void *args,
						     __u32 len__sz, void *aux__prog) __weak __ksym;
extern int bpf_stream_vprintk___bpf_stream_6_17(int id, const char *fmt__str, const void *args,
						__u32 len__sz, void *aux__prog) __weak __ksym;

/*
 * libbpf has had bpf_ksym_exists() only since 1.2. The barrier keeps clang from making one "or" of
 * several tests, which the verifier rejects for addresses.
 */
#define __bpf_stream_ksym_exists(sym)                                                              \
	({                                                                                         \
		const void *__bpf_stream_sym = (sym);                                              \
                                                                                                   \
		asm volatile("" : "+r"(__bpf_stream_sym));                                         \
		!!__bpf_stream_sym;                                                                \
	})

/*
 * bpf_stream_supported() - does this kernel (and this loader) have streams?
 *
 * A constant to the verifier: code behind `if (!bpf_stream_supported())` is not even loaded on a
 * kernel that has them. It says nothing about capacity or memory: a write can fail all the same.
 *
 * Return: true when bpf_stream_printk() writes to streams, false when it falls back.
 * Context: any program type, NMI included. Kernels: all, true from 6.17 on.
 */
static __always_inline __attribute__((unused)) _Bool bpf_stream_supported(void)
{
	return __bpf_stream_ksym_exists(bpf_stream_vprintk___bpf_stream_7_0) ||
	       __bpf_stream_ksym_exists(bpf_stream_vprintk_impl___bpf_stream_6_18) ||
	       __bpf_stream_ksym_exists(bpf_stream_vprintk___bpf_stream_6_17);
}

/*
 * Everything that this library knows of the kernels is here. Inline, because a call of its own
 * costs each message a frame and makes printing impossible where calls are not allowed.
 * @trace_fmt is what the trace pipe gets, which ends every message with a newline by itself.
 */
static __always_inline __attribute__((unused)) int __bpf_stream_write(int id, const char *fmt,
								      const char *trace_fmt,
								      __u32 trace_fmt_size,
								      const void *args, __u32 len)
{
	/* 7.0 and up: the last argument became implicit */
	if (__bpf_stream_ksym_exists(bpf_stream_vprintk___bpf_stream_7_0))
		return bpf_stream_vprintk___bpf_stream_7_0(id, fmt, args, len);
	/* 6.18 and 6.19 */
	if (__bpf_stream_ksym_exists(bpf_stream_vprintk_impl___bpf_stream_6_18))
		return bpf_stream_vprintk_impl___bpf_stream_6_18(id, fmt, args, len, (void *)0);
	/* 6.17 */
	if (__bpf_stream_ksym_exists(bpf_stream_vprintk___bpf_stream_6_17))
		return bpf_stream_vprintk___bpf_stream_6_17(id, fmt, args, len, (void *)0);
#ifndef BPF_STREAM_FALLBACK_NONE
	{
		long ret = bpf_trace_vprintk(trace_fmt, trace_fmt_size, args, len);

		return ret < 0 ? (int)ret : 0;
	}
#else
	(void)trace_fmt;
	(void)trace_fmt_size;
	return -__BPF_STREAM_EOPNOTSUPP;
#endif
}

#define __BPF_STREAM_CAT(a, b)	 a##b
#define __BPF_STREAM_PASTE(a, b) __BPF_STREAM_CAT(a, b)

/* The number of arguments, 0 to 12, and 13 for more (up to 48) */
#define __BPF_STREAM_NARG(...)                                                                     \
	__BPF_STREAM_PICK(_ __VA_OPT__(, ) __VA_ARGS__, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13,    \
			  13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13,  \
			  13, 13, 13, 13, 13, 13, 13, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,   \
			  0)
#define __BPF_STREAM_PICK(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15,    \
			  _16, _17, _18, _19, _20, _21, _22, _23, _24, _25, _26, _27, _28, _29,    \
			  _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, _41, _42, _43,    \
			  _44, _45, _46, _47, _48, n, ...)                                         \
	n

/* m(a), m(b), ... for 0 to 12 arguments; nothing for 13, which an assertion has refused by then */
#define __BPF_STREAM_MAP(m, ...)                                                                   \
	__BPF_STREAM_PASTE(__BPF_STREAM_MAP_, __BPF_STREAM_NARG(__VA_ARGS__))                      \
	(m __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_STREAM_MAP_0(m)
#define __BPF_STREAM_MAP_1(m, a)       m(a)
#define __BPF_STREAM_MAP_2(m, a, ...)  m(a) __BPF_STREAM_MAP_1(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_3(m, a, ...)  m(a) __BPF_STREAM_MAP_2(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_4(m, a, ...)  m(a) __BPF_STREAM_MAP_3(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_5(m, a, ...)  m(a) __BPF_STREAM_MAP_4(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_6(m, a, ...)  m(a) __BPF_STREAM_MAP_5(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_7(m, a, ...)  m(a) __BPF_STREAM_MAP_6(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_8(m, a, ...)  m(a) __BPF_STREAM_MAP_7(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_9(m, a, ...)  m(a) __BPF_STREAM_MAP_8(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_10(m, a, ...) m(a) __BPF_STREAM_MAP_9(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_11(m, a, ...) m(a) __BPF_STREAM_MAP_10(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_12(m, a, ...) m(a) __BPF_STREAM_MAP_11(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_13(m, ...)

#define __BPF_STREAM_ARG(a) (unsigned long long)(a),

/*
 * The longest text that a format can turn into. A number takes 20 characters at most, for at least
 * two of the format's own; all strings together take 512 (the kernel's buffer for them; anything
 * that is not a number comes as a pointer). An explicit width or precision is not seen here.
 */
#define __BPF_STREAM_IS_PTR(a) || __builtin_classify_type(a) == 5 /* a pointer or an array */
#define __BPF_STREAM_MAX_TEXT(fmt, ...)                                                            \
	(sizeof(fmt) - 1 + 18 * __BPF_STREAM_NARG(__VA_ARGS__) +                                   \
	 (0 __BPF_STREAM_MAP(__BPF_STREAM_IS_PTR __VA_OPT__(, ) __VA_ARGS__) ? 512 : 0))

/* Ours do not go to .rodata: that one is the user's, for his configuration. */
#define __BPF_STREAM_TEXT static const char __attribute__((section(".rodata.bpf_log")))

/* A call of it under if (0) makes the compiler compare arguments with the format, at no cost. */
extern void __bpf_stream_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The promises of bpf_stream_printk() that the compiler can check, in words */
#define __BPF_STREAM_CHECK_LITERAL(fmt)                                                            \
	_Static_assert(__builtin_constant_p(fmt), "bpf_stream: the format must be a string "       \
						  "literal")
#define __BPF_STREAM_CHECK_LENGTH(fmt, ...)                                                        \
	_Static_assert(__BPF_STREAM_MAX_TEXT(fmt __VA_OPT__(, ) __VA_ARGS__) < 1024,               \
		       "bpf_stream: the format is too long: with its arguments the message could " \
		       "pass 1,024 bytes, and the kernel would drop it")
#define __BPF_STREAM_CHECK(fmt, ...)                                                               \
	__BPF_STREAM_CHECK_LITERAL(fmt);                                                           \
	_Static_assert(__BPF_STREAM_NARG(__VA_ARGS__) <= 12,                                       \
		       "bpf_stream: more than 12 arguments; the kernel takes 12 at most");         \
	__BPF_STREAM_CHECK_LENGTH(fmt __VA_OPT__(, ) __VA_ARGS__);                                 \
	if (0)                                                                                     \
	__bpf_stream_format(fmt __VA_OPT__(, ) __VA_ARGS__)

/* Write a message: @line to the stream, @text (an array) to the trace pipe */
#define __bpf_stream_emit(id, line, text, ...)                                                     \
	({                                                                                         \
		/* the kernel wants memory here also where there are no arguments (6.17, 6.18) */  \
		unsigned long long __bpf_stream_args[__BPF_STREAM_NARG(__VA_ARGS__) ?: 1] = {      \
			__BPF_STREAM_MAP(__BPF_STREAM_ARG __VA_OPT__(, ) __VA_ARGS__)};            \
                                                                                                   \
		__bpf_stream_write(id, line, text, sizeof(text), __bpf_stream_args,                \
				   8 * __BPF_STREAM_NARG(__VA_ARGS__));                            \
	})

/* libbpf 1.6 and 1.7 define one that fits one kernel each */
#undef bpf_stream_printk

/**
 * bpf_stream_printk() - print a message to a stream of this program
 * @id: BPF_STDOUT or BPF_STDERR
 * @fmt: a string literal, as for bpf_printk(): %d %i %u %x %X with l and ll, %c, %s, %p, and of the
 *	kernel's own %pI4 %pi4 %pI6 %pi6 %pks %pus %ps %pS %pB %pK %px; no flags such as %#x. No newline is added (the trace pipe of
 *	kernels without streams adds one).
 * @...: up to 12 arguments, evaluated once. Integers are extended to 64 bits.
 *
 * The message is one unit: never torn and never mixed with another, on any number of CPUs.
 *
 * More than 12 arguments, a format that is no literal, and a format so long that the message could
 * pass 1,024 bytes do not compile: the kernel drops a longer message and, up to 7.3 at least,
 * never gives back the space that it was charged for it. A width or precision given in the format
 * is not counted; keep them small. Arguments that do not fit the format are a compiler warning.
 *
 * Return: 0, or a negative error of the kernel:
 *	-ENOSPC: the stream is full (100,000 bytes that nobody has read), or the strings of this
 *		message take more than 512 bytes together
 *	-ENOMEM: no memory, or a message over 1,024 bytes
 *	-EBUSY: more than three such calls nested on this CPU
 *	-EINVAL: a format that the kernel does not know
 *	-ENOENT: no such stream
 *	-EOPNOTSUPP: a kernel without streams, with BPF_STREAM_FALLBACK_NONE
 * Context: any program type, NMI included. Under a bpf_spin_lock from 7.0 on; the verifier of
 *	6.17 to 6.19 rejects it there.
 * Kernels: stream 6.17 and up, trace pipe before.
 */
#define bpf_stream_printk(id, fmt, ...)                                                            \
	({                                                                                         \
		__BPF_STREAM_CHECK(fmt __VA_OPT__(, ) __VA_ARGS__);                                \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt;                                       \
                                                                                                   \
		__bpf_stream_emit(id, __bpf_stream_text,                                           \
				  __bpf_stream_text __VA_OPT__(, ) __VA_ARGS__);                   \
	})

#endif /* BPF_STREAM_STREAM_H */
