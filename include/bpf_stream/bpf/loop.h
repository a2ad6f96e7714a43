/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/loop.h - loops that the verifier walks once, for the reader. Internal: do not
 * include directly. Kernels: 6.4 and up.
 */
#ifndef BPF_STREAM_LOOP_H
#define BPF_STREAM_LOOP_H

#include <bpf_stream/bpf/base.h>

__BPF_STREAM_HEADER

struct bpf_iter_num___bpf_stream {
	__bpf_stream_u64 opaque;
} __attribute__((__aligned__(8)));

#define __bpf_stream_iter_new	  __BPF_STREAM_KFUNC(bpf_iter_num_new___bpf_stream)
#define __bpf_stream_iter_next	  __BPF_STREAM_KFUNC(bpf_iter_num_next___bpf_stream)
#define __bpf_stream_iter_destroy __BPF_STREAM_KFUNC(bpf_iter_num_destroy___bpf_stream)

extern int __bpf_stream_iter_new(struct bpf_iter_num___bpf_stream *it, int start,
				 int end) __bpf_stream_ksym;
extern int *__bpf_stream_iter_next(struct bpf_iter_num___bpf_stream *it) __bpf_stream_ksym;
extern void __bpf_stream_iter_destroy(struct bpf_iter_num___bpf_stream *it) __bpf_stream_ksym;

/*
 * for (i = 0; i < n; i++), with @i a __u32 and @n a constant. The body may break, continue, return
 * or jump out; the cleanup attribute destroys the iterator.
 */
#define __bpf_stream_for(i, n)                                                                     \
	for (struct bpf_iter_num___bpf_stream __bpf_stream_it                                      \
	     __attribute__((__cleanup__(__bpf_stream_iter_destroy))),                              \
	     *__bpf_stream_once __bpf_stream_unused =                                              \
		     (__bpf_stream_iter_new(&__bpf_stream_it, 0, n),                               \
		      (void)__bpf_stream_iter_destroy, (void *)0);                                 \
	     ({                                                                                    \
		     int *__bpf_stream_v = __bpf_stream_iter_next(&__bpf_stream_it);               \
                                                                                                   \
		     __bpf_stream_v && ((i) = *__bpf_stream_v, (i) < (n));                         \
	     });)

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_LOOP_H */
