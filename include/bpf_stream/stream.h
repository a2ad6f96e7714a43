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
 * No message vanishes in silence. A write that fails is counted by stream and cause in
 * bpf_stream_lost, and the next one that succeeds on that stream is preceded by one line:
 *
 *	WARN: 312 messages lost (full: 312, no memory: 0, busy: 0, invalid: 0, too long: 0, other: 0)
 *
 * (In the trace pipe there is no such line; it belongs to all programs, and has no end.)
 *
 * What you may use: bpf_stream_printk(), bpf_stream_supported(), bpf_stream_dump_stack(),
 * bpf_stream_lost, BPF_STDOUT, BPF_STDERR. Names that start with __bpf_stream_ or __BPF_STREAM_
 * are internal and may change.
 *
 * Needs: a GPL-compatible licence of the program (the kernel asks it of everybody who prints),
 * clang 14 or newer with -O1 or higher, libbpf's headers 1.1 or newer. In the loader libbpf 1.3
 * or newer: an older one does not find the kernel's functions, and everything goes to the trace
 * pipe.
 */
#ifndef BPF_STREAM_STREAM_H
#define BPF_STREAM_STREAM_H

#include <bpf_stream/atomic.h>

#define __bpf_stream_vprintk_7_0     __BPF_STREAM_KFUNC(bpf_stream_vprintk___bpf_stream_7_0)
#define __bpf_stream_vprintk_6_18    __BPF_STREAM_KFUNC(bpf_stream_vprintk_impl___bpf_stream_6_18)
#define __bpf_stream_vprintk_6_17    __BPF_STREAM_KFUNC(bpf_stream_vprintk___bpf_stream_6_17)
#define __bpf_stream_print_stack_7_0 __BPF_STREAM_KFUNC(bpf_stream_print_stack___bpf_stream)

/*
 * The kernel's write function under the three forms that it has had. libbpf drops a name from ___
 * on, and leaves a weak function NULL when the kernel's prototype is another one. So at most one
 * of these is there on any kernel, and the verifier removes the branches of the others. None of
 * the kernel's own names is declared: a vmlinux.h may have done that.
 */
extern int __bpf_stream_vprintk_7_0(int id, const char *fmt__str, const void *args,
				    __u32 len__sz) __weak __ksym;
extern int __bpf_stream_vprintk_6_18(int id, const char *fmt__str, const void *args, __u32 len__sz,
				     void *aux__prog) __weak __ksym;
extern int __bpf_stream_vprintk_6_17(int id, const char *fmt__str, const void *args, __u32 len__sz,
				     void *aux__prog) __weak __ksym;

/* Print the stack: 7.0 and up */
extern int __bpf_stream_print_stack_7_0(int stream_id) __weak __ksym;

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
	return __bpf_stream_ksym_exists(__bpf_stream_vprintk_7_0) ||
	       __bpf_stream_ksym_exists(__bpf_stream_vprintk_6_18) ||
	       __bpf_stream_ksym_exists(__bpf_stream_vprintk_6_17);
}

/*
 * Messages that could not be written, since load, by cause; [0] is BPF_STDOUT, [1] BPF_STDERR. In
 * a map of its own (with the live log level), so that a tool finds it. Weak, so that objects that
 * are linked together count in one place. The programs of one object share it, and what one of
 * them lost may be told in the stream of another.
 */
#define __BPF_STREAM_CAUSES 6
#define __BPF_STREAM_DATA   __weak __attribute__((section(".data.bpf_log")))

/*
 * A struct without a name: these variables are in the skeleton of the program, where nothing
 * declares one of ours.
 */
volatile struct {
	__u64 full; /* -ENOSPC: the stream is full, or the strings of a message are too long */
	__u64 no_memory; /* -ENOMEM */
	__u64 busy; /* -EBUSY: too many formatting calls nested on one CPU */
	__u64 invalid; /* -EINVAL: a format that the kernel does not take */
	__u64 too_long; /* -E2BIG: over 1,024 bytes; kernels up to 7.3 say -ENOMEM */
	__u64 other;
	__u64 reserved[2];
} bpf_stream_lost[2] __BPF_STREAM_DATA = {};
/* those of them that have not been told on the stream */
__typeof__(bpf_stream_lost) __bpf_stream_untold __BPF_STREAM_DATA = {};
/* 0, or __BPF_STREAM_PENDING when there may be some to tell */
volatile __u32 __bpf_stream_pending[2] __BPF_STREAM_DATA = {};
#define __BPF_STREAM_PENDING 256 /* or-ed to a stream's number it makes one that does not exist */

/*
 * One call to the kernel. All that this library knows of the write functions is here. @text is
 * what the trace pipe gets, which ends every message with a newline by itself: where it begins
 * (bytes before @line, upper half) and its size with the NUL (lower half).
 */
static __always_inline __attribute__((unused)) int
__bpf_stream_push(int id, const char *line, const void *args, __u32 len, __u32 text)
{
	/* 7.0 and up: the last argument became implicit */
	if (__bpf_stream_ksym_exists(__bpf_stream_vprintk_7_0))
		return __bpf_stream_vprintk_7_0(id, line, args, len);
	/* 6.18 and 6.19 */
	if (__bpf_stream_ksym_exists(__bpf_stream_vprintk_6_18))
		return __bpf_stream_vprintk_6_18(id, line, args, len, (void *)0);
	/* 6.17 */
	if (__bpf_stream_ksym_exists(__bpf_stream_vprintk_6_17))
		return __bpf_stream_vprintk_6_17(id, line, args, len, (void *)0);
#ifndef BPF_STREAM_FALLBACK_NONE
	{
		long ret = bpf_trace_vprintk(line - (text >> 16), text & 0xffff, args, len);

		return ret < 0 ? (int)ret : 0;
	}
#else
	(void)text;
	return -__BPF_STREAM_EOPNOTSUPP;
#endif
}

/* Ours do not go to .rodata: that one is the user's, for his configuration. */
#define __BPF_STREAM_TEXT static const char __attribute__((section(".rodata.bpf_log")))

/*
 * The rest of this part is written for the verifier, which walks it again for every call and for
 * every round of a loop around one: no branch that can be done without.
 */

/*
 * Count a message that is lost. The cause comes from a table for the reason above; what it has
 * nothing for, 0, means the last one.
 */
static __always_inline void __bpf_stream_count(int i, int ret)
{
	static const __u8 __attribute__((section(".rodata.bpf_log"))) causes[128] = {
		[__BPF_STREAM_ENOSPC] = 0x0 ^ 5, [__BPF_STREAM_ENOMEM] = 0x1 ^ 5,
		[__BPF_STREAM_EBUSY] = 0x2 ^ 5,	 [__BPF_STREAM_EINVAL] = 0x3 ^ 5,
		[__BPF_STREAM_E2BIG] = 0x4 ^ 5,
	};
	__u32 err = -ret, cause;

	asm volatile("" : "+r"(err));
	cause = causes[err & 127] ^ 5;
	asm volatile("" : "+r"(cause));
	__sync_fetch_and_add((volatile __u64 *)&bpf_stream_lost[i] + (cause & 7), 1);
	__sync_fetch_and_add((volatile __u64 *)&__bpf_stream_untold[i] + (cause & 7), 1);
	__bpf_stream_pending[i] = __BPF_STREAM_PENDING;
}

/*
 * Tell on the stream what was lost there and not told yet. 0 also if there was nothing (any more).
 * Without the time: helpers may not be called while a lock is held, the kernel's write function may.
 */
static __always_inline int __bpf_stream_tell(int id, int i)
{
	volatile __u64 *untold = (volatile __u64 *)&__bpf_stream_untold[i];
	__u64 args[1 + __BPF_STREAM_CAUSES];
	int ret;

	__BPF_STREAM_TEXT line[] = "WARN: %llu messages lost (full: %llu, no memory: %llu, "
				   "busy: %llu, invalid: %llu, too long: %llu, other: %llu)\n";

	/* first this, so that a loss from now on sets it again */
	__bpf_stream_pending[i] = 0;
	args[0] = args[1] = __bpf_stream_xchg(&untold[0], 0);
	args[0] += args[2] = __bpf_stream_xchg(&untold[1], 0);
	args[0] += args[3] = __bpf_stream_xchg(&untold[2], 0);
	args[0] += args[4] = __bpf_stream_xchg(&untold[3], 0);
	args[0] += args[5] = __bpf_stream_xchg(&untold[4], 0);
	args[0] += args[6] = __bpf_stream_xchg(&untold[5], 0);
	if (!args[0])
		return 0; /* another CPU tells it */
	ret = __bpf_stream_push(id, line, args, sizeof(args), sizeof(line));
	if (ret) {
		__sync_fetch_and_add(&untold[0], args[1]);
		__sync_fetch_and_add(&untold[1], args[2]);
		__sync_fetch_and_add(&untold[2], args[3]);
		__sync_fetch_and_add(&untold[3], args[4]);
		__sync_fetch_and_add(&untold[4], args[5]);
		__sync_fetch_and_add(&untold[5], args[6]);
	}
	return ret;
}

/*
 * What to do about a write that failed. The message is lost also when the report of earlier losses
 * cannot be written: nothing may come after a gap that was not told.
 */
static __noinline __attribute__((unused)) int
__bpf_stream_settle(int id, const char *line, const void *args, __u32 len, int ret)
{
	int i = (id - 1) & 1;

	if (id != __BPF_STREAM_STDOUT && id != __BPF_STREAM_STDERR)
		return ret;
	if (bpf_stream_supported() && ret == -__BPF_STREAM_ENOENT) {
		/* refused only because of __BPF_STREAM_PENDING */
		ret = __bpf_stream_tell(id, i);
		if (!ret)
			ret = __bpf_stream_push(id, line, args, len, 0);
		if (!ret)
			return 0;
	}
	__bpf_stream_count(i, ret);
	return ret;
}

/*
 * Write a message, or count it. A function for the sake of the programs' size: a call of it takes
 * no more instructions than one of the kernel's own. As long as nothing is lost it costs one load
 * and one branch: losses that have to be told first make the kernel refuse the write (-ENOENT).
 */
static __noinline __attribute__((unused)) int
__bpf_stream_write(int id, const char *line, const void *args, __u32 len, __u32 text)
{
	int ret;

#ifdef BPF_STREAM_FALLBACK_NONE
	if (!bpf_stream_supported())
		return -__BPF_STREAM_EOPNOTSUPP;
#endif
	ret = __bpf_stream_push(id | __bpf_stream_pending[(id - 1) & 1], line, args, len, text);
	if (ret)
		return __bpf_stream_settle(id, line, args, len, ret);
	return 0;
}

/*
 * Has the kernel's verifier outgrown that of 6.1? That one looks for endless loops by the registers
 * of the innermost function alone, and in __bpf_stream_write() they can be the same in every round
 * of a loop around it. So there the trace pipe is written to at the place of the call. The helper is
 * of 6.2; asked for with CO-RE it costs one instruction.
 */
enum bpf_func_id___bpf_stream { BPF_FUNC_cgrp_storage_get___bpf_stream = 210 };
#define __bpf_stream_since_6_2()                                                                   \
	__builtin_preserve_enum_value(                                                             \
		*(enum bpf_func_id___bpf_stream *)BPF_FUNC_cgrp_storage_get___bpf_stream, 0)

static __always_inline __attribute__((unused)) int
__bpf_stream_put(int id, const char *line, const void *args, __u32 len, __u32 text)
{
#ifndef BPF_STREAM_FALLBACK_NONE
	if (!__bpf_stream_since_6_2()) {
		long ret = bpf_trace_vprintk(line - (text >> 16), text & 0xffff, args, len);

		return ret < 0 ? __bpf_stream_settle(id, line, args, len, ret) : 0;
	}
#endif
	return __bpf_stream_write(id, line, args, len, text);
}

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

/*
 * m(2, a) m(1, b): for each of 0 to 12 arguments, with how many there are from it on. Nothing for
 * 13, which an assertion has refused by then.
 */
#define __BPF_STREAM_MAP(m, ...)                                                                   \
	__BPF_STREAM_PASTE(__BPF_STREAM_MAP_, __BPF_STREAM_NARG(__VA_ARGS__))                      \
	(m __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_STREAM_MAP_0(m)
#define __BPF_STREAM_MAP_1(m, a)       m(1, a)
#define __BPF_STREAM_MAP_2(m, a, ...)  m(2, a) __BPF_STREAM_MAP_1(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_3(m, a, ...)  m(3, a) __BPF_STREAM_MAP_2(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_4(m, a, ...)  m(4, a) __BPF_STREAM_MAP_3(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_5(m, a, ...)  m(5, a) __BPF_STREAM_MAP_4(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_6(m, a, ...)  m(6, a) __BPF_STREAM_MAP_5(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_7(m, a, ...)  m(7, a) __BPF_STREAM_MAP_6(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_8(m, a, ...)  m(8, a) __BPF_STREAM_MAP_7(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_9(m, a, ...)  m(9, a) __BPF_STREAM_MAP_8(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_10(m, a, ...) m(10, a) __BPF_STREAM_MAP_9(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_11(m, a, ...) m(11, a) __BPF_STREAM_MAP_10(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_12(m, a, ...) m(12, a) __BPF_STREAM_MAP_11(m, __VA_ARGS__)
#define __BPF_STREAM_MAP_13(m, ...)

/*
 * The longest text that a format can turn into. A number takes 20 characters at most, for at least
 * two of the format's own; all strings together take 512 (the kernel's buffer for them; anything
 * that is not a number comes as a pointer). Not seen here: an explicit width or precision, and the
 * names of symbols (%pS and the like), which are not in that buffer: a few dozen bytes each.
 */
#define __BPF_STREAM_IS_PTR(n, a) || __builtin_classify_type(a) == 5 /* a pointer or an array */
#define __BPF_STREAM_MAX_TEXT(fmt, ...)                                                            \
	(sizeof(fmt) - 1 + 18 * __BPF_STREAM_NARG(__VA_ARGS__) +                                   \
	 (0 __BPF_STREAM_MAP(__BPF_STREAM_IS_PTR __VA_OPT__(, ) __VA_ARGS__) ? 512 : 0))

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

/*
 * Write a message: @line to the stream; @text as for __bpf_stream_push(). One assignment for each
 * argument: of an initializer with addresses clang makes a constant that libbpf does not relocate.
 * The kernel wants memory also where there are no arguments (6.17, 6.18).
 */
#define __BPF_STREAM_SET_ARG(n, a)                                                                 \
	__bpf_stream_args[sizeof(__bpf_stream_args) / 8 - (n)] = (unsigned long long)(a);

#define __bpf_stream_emit(id, line, text, ...)                                                     \
	({                                                                                         \
		unsigned long long __bpf_stream_args[__BPF_STREAM_NARG(__VA_ARGS__) ?: 1];         \
                                                                                                   \
		__bpf_stream_args[0] = 0;                                                          \
		__BPF_STREAM_MAP(__BPF_STREAM_SET_ARG __VA_OPT__(, ) __VA_ARGS__)                  \
		__bpf_stream_put(id, line, __bpf_stream_args, 8 * __BPF_STREAM_NARG(__VA_ARGS__),  \
				 text);                                                            \
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
 * An empty format does not compile either. Do not write messages without any text in other ways
 * ("%s" of an empty string): 6.17 and 6.18 overwrite memory of their own when there are very many.
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
		_Static_assert(sizeof(fmt) > 1, "bpf_stream: an empty message");                   \
		__BPF_STREAM_TEXT __bpf_stream_text[] = fmt;                                       \
                                                                                                   \
		__bpf_stream_emit(id, __bpf_stream_text,                                           \
				  sizeof(__bpf_stream_text) __VA_OPT__(, ) __VA_ARGS__);           \
	})

/*
 * @p + @off. Verifiers (6.1 to 7.2 at least) take "number + address on the stack", which clang may
 * make of it, for an address in the first frame, wherever it is; "address + number" is right.
 */
static __always_inline __attribute__((unused)) void *__bpf_stream_at(void *p, __u64 off)
{
	asm volatile("%0 += %1" : "+r"(p) : "r"(off));
	return p;
}

#define __BPF_STREAM_FRAMES 16

struct __bpf_stream_frames {
	__u64 id;
	__s64 ret; /* 64 bits: less is lost on the stack to 6.1's verifier */
	__u64 ip[__BPF_STREAM_FRAMES];
};

static __noinline __attribute__((unused)) long
__bpf_stream_frame(__u32 i, struct __bpf_stream_frames *frames)
{
	__BPF_STREAM_TEXT text[] = "\t%pS\0\t%pS\n";
	__u64 ip = *(__u64 *)__bpf_stream_at(frames->ip, i % __BPF_STREAM_FRAMES * 8);

	frames->ret = __bpf_stream_write(frames->id, text + 5, &ip, 8, 5 << 16 | 5);
	return frames->ret < 0;
}

/* The frames of a program that may call bpf_get_stack(), one line each */
static __noinline __attribute__((unused)) int __bpf_stream_get_stack(int id, void *ctx)
{
	struct __bpf_stream_frames frames;
	long len = bpf_get_stack(ctx, frames.ip, sizeof(frames.ip), 0);

	if (len < 0)
		return len;
	frames.id = id;
	frames.ret = 0;
	bpf_loop(len / 8, __bpf_stream_frame, &frames, 0);
	return frames.ret;
}

/* What was lost before is told first here, too: the kernel knows nothing of it. */
static __noinline __attribute__((unused)) int __bpf_stream_print_stack(int id)
{
	int i = (id - 1) & 1, ret;

	if ((id == __BPF_STREAM_STDOUT || id == __BPF_STREAM_STDERR) && __bpf_stream_pending[i]) {
		ret = __bpf_stream_tell(id, i);
		if (ret) {
			__bpf_stream_count(i, ret);
			return ret;
		}
	}
	return __bpf_stream_print_stack_7_0(id);
}

/*
 * The name of the context, for programs that may call bpf_get_stack(): all tracing programs. To be
 * defined before bpf_stream_dump_stack() or an assertion is used:
 *	#define BPF_STREAM_STACK_CTX ctx
 */
#ifndef BPF_STREAM_STACK_CTX
#define BPF_STREAM_STACK_CTX ((void *)0)
#endif

/**
 * bpf_stream_dump_stack() - print the call stack of this program to a stream of it
 * @id: BPF_STDOUT or BPF_STDERR
 *
 * From 7.0 on the kernel does it, with source lines of BPF programs. Before that a program that has
 * said BPF_STREAM_STACK_CTX gets up to 16 frames of the kernel's stack, each on a line that begins
 * with a tab.
 *
 * Return: 0, -EOPNOTSUPP where neither can be, or a negative error as bpf_stream_printk() has. The
 *	kernel's own stack is lost without an error or a count if the stream has no room for it.
 * Context: any program type. Kernels: 7.0 and up; with BPF_STREAM_STACK_CTX all.
 */
#define bpf_stream_dump_stack(id)                                                                  \
	({                                                                                         \
		int __bpf_stream_ret = -__BPF_STREAM_EOPNOTSUPP;                                   \
                                                                                                   \
		if (__bpf_stream_ksym_exists(__bpf_stream_print_stack_7_0))                        \
			__bpf_stream_ret = __bpf_stream_print_stack(id);                           \
		else if (!__builtin_constant_p(BPF_STREAM_STACK_CTX))                              \
			__bpf_stream_ret = __bpf_stream_get_stack(id, BPF_STREAM_STACK_CTX);       \
		__bpf_stream_ret;                                                                  \
	})

#endif /* BPF_STREAM_STREAM_H */

/* BPF_STDOUT and BPF_STDERR, if they had to wait */
#include <bpf_stream/base.h>
