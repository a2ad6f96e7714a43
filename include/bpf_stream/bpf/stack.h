/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/stack.h - print the call stack. Internal: stream.h includes it.
 */
#ifndef BPF_STREAM_STACK_H
#define BPF_STREAM_STACK_H

#include <bpf_stream/bpf/write.h>

__BPF_STREAM_HEADER

/* 7.0 and up; a program that has the ring alone does not refer to it */
#ifdef __BPF_STREAM_RING_ONLY
#define __BPF_STREAM_HAS_PRINT_STACK	 0
#define __bpf_stream_print_stack_7_0(id) (id)
#else
#define __BPF_STREAM_HAS_PRINT_STACK __bpf_stream_ksym_exists(__bpf_stream_print_stack_7_0)
#define __bpf_stream_print_stack_7_0 __BPF_STREAM_KFUNC(bpf_stream_print_stack___bpf_stream)
extern int __bpf_stream_print_stack_7_0(int stream_id) __bpf_stream_ksym;
#endif

/*
 * Add @off to @p. Verifiers (6.1 to 7.2 at least) take "number + stack address", which clang may
 * generate, for an address in the first frame, whichever frame it is in. The asm forces "address +
 * number".
 */
__bpf_stream_inline void *__bpf_stream_at(void *p, __bpf_stream_u64 off)
{
	__asm__ __volatile__("%0 += %1" : "+r"(p) : "r"(off));
	return p;
}

#define __BPF_STREAM_FRAMES 16

struct __bpf_stream_frames {
	__bpf_stream_u64 id;
	__bpf_stream_s64 ret; /* 64 bits: 6.1's verifier does not track smaller spills */
	__bpf_stream_u64 ip[__BPF_STREAM_FRAMES];
};

__bpf_stream_noinline long __bpf_stream_frame(__bpf_stream_u32 i,
					      struct __bpf_stream_frames *frames)
{
	__BPF_STREAM_TEXT text[] = "\t%pS\0\t%pS\n";
	__bpf_stream_u64 args[__BPF_STREAM_ROOM + 1];

	args[__BPF_STREAM_ROOM] =
		*(__bpf_stream_u64 *)__bpf_stream_at(frames->ip, i % __BPF_STREAM_FRAMES * 8);
	frames->ret = __bpf_stream_write(frames->id, text + 5, args + __BPF_STREAM_ROOM, 8,
					 __BPF_STREAM_ELSEWHERE(__BPF_STREAM_PLACE(5, 5), 0), 0, 1);
	return frames->ret < 0;
}

/* Print the frames of a program that may call bpf_get_stack(), one line each. */
__bpf_stream_noinline int __bpf_stream_get_stack(int id, void *ctx)
{
	struct __bpf_stream_frames frames;
	long len = __bpf_stream_helper_get_stack(ctx, frames.ip, sizeof(frames.ip), 0);

	if (len < 0)
		return len;
	frames.id = id;
	frames.ret = 0;
	__bpf_stream_helper_loop(len / 8, (void *)__bpf_stream_frame, &frames, 0);
	return frames.ret;
}

/*
 * The name of the context variable, for programs that may call bpf_get_stack() (all tracing
 * programs). Define it before bpf_stream_dump_stack() or an assertion is used, to get a stack
 * before 7.0:
 *	#define BPF_STREAM_STACK_CTX ctx
 */
#ifndef BPF_STREAM_STACK_CTX
#define BPF_STREAM_STACK_CTX ((void *)0)
#endif

/**
 * bpf_stream_dump_stack() - print the call stack of this program to one of its streams
 * @id: BPF_STDOUT or BPF_STDERR
 *
 * From 7.0 on the kernel prints it, with source lines of BPF programs. On older kernels a program
 * that defines BPF_STREAM_STACK_CTX gets up to 16 frames of the kernel's stack, each on a line that
 * begins with a tab.
 *
 * Return: 0, -EOPNOTSUPP where neither is possible, or a negative errno as from
 *	bpf_stream_printk(). If the stream has no room, the kernel drops its own stack without an
 *	error or a count.
 * Context: any program type, NMI included; under a bpf_spin_lock with BPF_STREAM_LOCKED 1 and
 *	without BPF_STREAM_STACK_CTX. Kernels: 7.0 and up; with BPF_STREAM_STACK_CTX all.
 */
#define bpf_stream_dump_stack(id) __BPF_STREAM_QUIET __bpf_stream_dump_stack(id) __BPF_STREAM_LOUD

/*
 * A macro, so that the first frame is the author's line. Report losses first, as before a message.
 * The kernel returns -ENOENT for a stream that does not exist, as for a write.
 */
#define __bpf_stream_dump_stack(id)                                                                \
	({                                                                                         \
		const int __bpf_stream_nodebug __bpf_stream_id = (id);                             \
		int __bpf_stream_nodebug __bpf_stream_to = __bpf_stream_id;                        \
		int __bpf_stream_nodebug __bpf_stream_ret = -__BPF_STREAM_EOPNOTSUPP;              \
                                                                                                   \
		if (__BPF_STREAM_HAS_PRINT_STACK) {                                                \
			if (__bpf_stream_pending[(__bpf_stream_id - 1) & 1])                       \
				__bpf_stream_to =                                                  \
					BPF_STREAM_LOCKED                                          \
						? __bpf_stream_report_locked(__bpf_stream_id)      \
						: __bpf_stream_report(__bpf_stream_id);            \
			__bpf_stream_ret = __bpf_stream_print_stack_7_0(__bpf_stream_to);          \
			if (__bpf_stream_to != __bpf_stream_id)                                    \
				__bpf_stream_ret =                                                 \
					BPF_STREAM_LOCKED                                          \
						? __bpf_stream_lose_locked(__bpf_stream_id,        \
									   __bpf_stream_ret)       \
						: __bpf_stream_lose(__bpf_stream_id,               \
								    __bpf_stream_ret);             \
		} else if (!__builtin_constant_p(BPF_STREAM_STACK_CTX))                            \
			__bpf_stream_ret = __bpf_stream_get_stack(id, BPF_STREAM_STACK_CTX);       \
		__bpf_stream_ret;                                                                  \
	})

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_STACK_H */
