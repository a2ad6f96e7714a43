/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/push.h - the one call that writes a message: to a stream, or to the trace pipe on a
 * kernel without streams. Internal: do not include directly. Everything that the library knows of the
 * kernel's write functions is in this file.
 */
#ifndef BPF_STREAM_PUSH_H
#define BPF_STREAM_PUSH_H

#include <bpf_stream/bpf/helpers.h>

__BPF_STREAM_HEADER

#define __bpf_stream_vprintk_7_0  __BPF_STREAM_KFUNC(bpf_stream_vprintk___bpf_stream_7_0)
#define __bpf_stream_vprintk_6_18 __BPF_STREAM_KFUNC(bpf_stream_vprintk_impl___bpf_stream_6_18)
#define __bpf_stream_vprintk_6_17 __BPF_STREAM_KFUNC(bpf_stream_vprintk___bpf_stream_6_17)

/*
 * The kernel's write function has had three forms. libbpf cuts a name at ___ and leaves a weak
 * function NULL if the kernel's prototype differs, so at most one of these is there on any kernel, and
 * the verifier removes the branches of the others. None of the kernel's own names is declared here,
 * because vmlinux.h may declare them.
 */
extern int __bpf_stream_vprintk_7_0(int id, const char *fmt__str, const void *args,
				    __bpf_stream_u32 len__sz) __bpf_stream_ksym;
extern int __bpf_stream_vprintk_6_18(int id, const char *fmt__str, const void *args,
				     __bpf_stream_u32 len__sz, void *aux__prog) __bpf_stream_ksym;
extern int __bpf_stream_vprintk_6_17(int id, const char *fmt__str, const void *args,
				     __bpf_stream_u32 len__sz, void *aux__prog) __bpf_stream_ksym;

/**
 * bpf_stream_supported() - does this kernel (and this loader) have streams?
 *
 * A constant to the verifier: it does not even load code behind `if (!bpf_stream_supported())` on a
 * kernel that has them. It says nothing about capacity or memory: a write can still fail.
 *
 * Return: true when bpf_stream_printk() writes to streams, false when it falls back.
 * Context: any program type, NMI included. Kernels: all, true from 6.17 on.
 */
__bpf_stream_inline _Bool bpf_stream_supported(void)
{
	return __bpf_stream_ksym_exists(__bpf_stream_vprintk_7_0) ||
	       __bpf_stream_ksym_exists(__bpf_stream_vprintk_6_18) ||
	       __bpf_stream_ksym_exists(__bpf_stream_vprintk_6_17);
}

/*
 * Write @line, and return 0 or a negative error. @text is the text of the trace pipe, which adds a
 * newline to every message: its distance before @line in the upper half, its size with the NUL in the
 * lower one.
 *
 * In line, and each call with a test of its own: the verifier of 6.1 finds endless loops by the
 * registers of the innermost function alone, a common exit of the branches makes 6.18 walk half as
 * much again, and 7.1 to 7.3 reject functions that hand on the stack of their caller ("slot poisoned
 * by dead code elimination").
 */
__bpf_stream_inline int __bpf_stream_push(int id, const char *line, const void *args,
					  __bpf_stream_u32 len, __bpf_stream_u32 text)
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
		long ret = __bpf_stream_helper_trace_vprintk(line - (text >> 16), text & 0xffff, args,
							     len);

		return ret < 0 ? (int)ret : 0;
	}
#else
	(void)text;
	return -__BPF_STREAM_EOPNOTSUPP;
#endif
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_PUSH_H */
