/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* bpf_stream/base.h - what stream.h and reader.h have in common; nothing to include. */
#ifndef BPF_STREAM_BASE_H
#define BPF_STREAM_BASE_H

#include <bpf/bpf_helpers.h>

/*
 * The streams of a program. A vmlinux.h of 6.17 or later has enumerators of these names; the
 * values are the same.
 */
#define BPF_STDOUT 1
#define BPF_STDERR 2

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
