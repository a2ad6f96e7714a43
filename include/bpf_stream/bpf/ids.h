/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/ids.h - BPF_STDOUT, BPF_STDERR, and libbpf's SEC() and the like. Internal: do not
 * include directly.
 *
 * It has no include guard, on purpose. The vmlinux.h of 6.17 and up declares enumerators of these
 * two names, with the same values, and macros that came first would break it. So a header of ours
 * that comes before vmlinux.h (printk.h may) leaves the macros to the next one.
 */
#if defined(__VMLINUX_H__) || defined(__LINUX_BPF_H__) || defined(_UAPI__LINUX_BPF_H__)
#ifndef BPF_STDOUT
#define BPF_STDOUT 1
#define BPF_STDERR 2
#endif
/*
 * For programs that include nothing else. A project with its own SEC(), or with a header that has
 * libbpf's include guard, keeps that. If it comes after this one, define BPF_STREAM_NO_LIBBPF.
 */
#if !defined(SEC) && !defined(__BPF_HELPERS__) && !defined(BPF_STREAM_NO_LIBBPF) &&                \
	__has_include(<bpf/bpf_helpers.h>)
#include <bpf/bpf_helpers.h>
#endif
#endif
