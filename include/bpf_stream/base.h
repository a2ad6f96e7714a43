/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* bpf_stream/base.h - what stream.h and reader.h have in common; nothing to include. */
#ifndef BPF_STREAM_BASE_H
#define BPF_STREAM_BASE_H

/*
 * What bpf_helpers.h and we want of vmlinux.h or <linux/bpf.h>, for the one header of ours that may
 * come before these, printk.h. C11 lets them say it again.
 */
#ifdef __BPF_STREAM_EARLY
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32, __wsum;
#endif

#include <bpf/bpf_helpers.h>

#define __BPF_STREAM_CAT(a, b)	 a##b
#define __BPF_STREAM_PASTE(a, b) __BPF_STREAM_CAT(a, b)

/*
 * Objects to be linked together by `bpftool gen object` of libbpf 1.4 or older each need a name of
 * their own here, for it cannot link two that declare the same function of the kernel. To be defined
 * before the include, on the command line for instance: -DBPF_STREAM_UNIT=_parser. Of these objects
 * one at most may peek at programs by their id (bpf_stream_for_each() of reader.h): there is no other
 * name for the kernel's table of programs.
 */
#ifndef BPF_STREAM_UNIT
#define BPF_STREAM_UNIT
#endif
#define __BPF_STREAM_KFUNC(name) __BPF_STREAM_PASTE(name, BPF_STREAM_UNIT)

#define __BPF_STREAM_STDOUT 1
#define __BPF_STREAM_STDERR 2

/* A vmlinux.h has no names for these */
#define __BPF_STREAM_ENOENT	2
#define __BPF_STREAM_E2BIG	7
#define __BPF_STREAM_ENOMEM	12
#define __BPF_STREAM_EBUSY	16
#define __BPF_STREAM_EINVAL	22
#define __BPF_STREAM_ENOSPC	28
#define __BPF_STREAM_EOPNOTSUPP 95

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

#endif /* BPF_STREAM_BASE_H */

/*
 * The streams of a program. A vmlinux.h of 6.17 or later has enumerators of these names; the
 * values are the same. As macros they would break it if they came first, so they wait for the next
 * header of ours then.
 */
#if !defined(BPF_STDOUT) && !defined(__BPF_STREAM_EARLY)
#define BPF_STDOUT __BPF_STREAM_STDOUT
#define BPF_STDERR __BPF_STREAM_STDERR
#endif
