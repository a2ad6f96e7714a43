/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* The reader kfuncs of ../kernel, and the parts of their types that a program needs */
#ifndef KFUNCS_H
#define KFUNCS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	long long counter;
} refcnt_t;

struct bpf_prog_aux {
	refcnt_t refcnt;
};

struct bpf_stream {
	struct bpf_prog_aux *aux;
};

struct bpf_mem_slice {
	void *ptr;
	__u32 len;
};

struct bpf_stream_elem {
	struct bpf_mem_slice mem_slice;
};

#pragma clang attribute pop

struct bpf_stream *bpf_stream_get(int stream_id, void *aux__ign) __ksym;
struct bpf_stream *bpf_prog_stream_get(int stream_id, __u32 prog_id) __ksym;
void bpf_prog_stream_put(struct bpf_stream *stream) __ksym;
struct bpf_stream_elem *bpf_stream_next_elem(struct bpf_stream *stream) __ksym;
void bpf_stream_free_elem(struct bpf_stream_elem *elem) __ksym;
int bpf_dynptr_from_mem_slice(struct bpf_mem_slice *mem_slice, __u64 flags,
			      struct bpf_dynptr *dptr__uninit) __ksym;

__u64 bpf_dynptr_size(const struct bpf_dynptr *p) __ksym;
bool bpf_dynptr_is_rdonly(const struct bpf_dynptr *p) __ksym;
void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u64 offset, void *buffer,
		       __u64 buffer__szk) __ksym;
int bpf_dynptr_clone(const struct bpf_dynptr *p, struct bpf_dynptr *clone__init) __ksym;

#endif /* KFUNCS_H */
