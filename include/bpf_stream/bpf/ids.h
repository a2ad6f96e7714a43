/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/ids.h - BPF_STDOUT, BPF_STDERR, and libbpf's SEC() and the like. Internal: do not
 * include directly. Without an include guard on purpose: a header of ours that comes before
 * vmlinux.h leaves both to the next one.
 *
 * A vmlinux.h of 6.17 and up has enumerators of these two names, with the same values. Macros would
 * break it if they came first.
 */
#if defined(__VMLINUX_H__) || defined(__LINUX_BPF_H__) || defined(_UAPI__LINUX_BPF_H__)
#ifndef BPF_STDOUT
#define BPF_STDOUT 1
#define BPF_STDERR 2
#endif
/*
 * For programs that include nothing else. A project that has its own SEC(), or its own header with
 * libbpf's include guard, keeps that; BPF_STREAM_NO_LIBBPF is for one that includes it later.
 */
#if !defined(SEC) && !defined(__BPF_HELPERS__) && !defined(BPF_STREAM_NO_LIBBPF) &&                \
	__has_include(<bpf/bpf_helpers.h>)
#include <bpf/bpf_helpers.h>
#endif
#endif
