/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* iter_bpf.h - the kernel's types that a BPF iterator over all loaded programs reads. */
#ifndef BPFSTREAM_ITER_BPF_H
#define BPFSTREAM_ITER_BPF_H

#include "progs/progs.h"

struct seq_file;

typedef struct {
	__s64 counter;
} __attribute__((preserve_access_index)) atomic64_t;

struct bpf_prog_aux {
	atomic64_t refcnt;
	__u32 id;
	char name[PROGS_NAME];
} __attribute__((preserve_access_index));

struct bpf_prog {
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
} __attribute__((preserve_access_index));

/* The context of the iterator is the same in all kernels: no relocation, each of which takes a search of all types. */
struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__bpf_prog {
	struct bpf_iter_meta *meta;
	struct bpf_prog *prog;
};

#endif
