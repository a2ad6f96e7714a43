/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/kernel_stream.h - where the kernel keeps streams and programs. Internal: do not
 * include directly. A kernel that changes this layout is taught here and nowhere else.
 *
 * Memory that may be freed at any time is read by probe reads, which cannot fault.
 */
#ifndef BPF_STREAM_KERNEL_STREAM_H
#define BPF_STREAM_KERNEL_STREAM_H

#include <bpf_stream/bpf/helpers.h>
#include <bpf_stream/bpf/loop.h>

__BPF_STREAM_HEADER

/*
 * libbpf's bpf_core_field_exists(), bpf_core_field_size() and bpf_core_type_size(): the loader
 * fills in what the running kernel's BTF says.
 */
#define __bpf_stream_has(type, field) (__builtin_preserve_field_info(((struct type *)0)->field, 2))
#define __bpf_stream_size_of(type, field)                                                          \
	(__builtin_preserve_field_info(((struct type *)0)->field, 1))
#define __bpf_stream_size_of_type(type) (__builtin_preserve_type_info(*(struct type *)0, 1))

/*
 * The fields that the reader needs, in structs of flavors that no vmlinux.h declares. The loader
 * relocates each access to the kernel's own layout.
 */
#define __bpf_stream_relocated __attribute__((__preserve_access_index__))

struct llist_node___bpf_stream {
	struct llist_node___bpf_stream *next;
} __bpf_stream_relocated;

struct llist_head___bpf_stream {
	struct llist_node___bpf_stream *first;
} __bpf_stream_relocated;

struct bpf_mem_slice___bpf_stream {
	void *ptr;
	__u32 len;
} __bpf_stream_relocated;

/* mem_slice instead of the lengths: kernels with the reader kfuncs as they were first proposed */
struct bpf_stream_elem___bpf_stream {
	struct llist_node___bpf_stream node;
	int total_len;
	int consumed_len;
	struct bpf_mem_slice___bpf_stream mem_slice;
	char str[1];
} __bpf_stream_relocated;

/* Some kernels have another kind of lock here, so test for the field before reading it. */
struct mutex___bpf_stream {
	struct {
		long counter;
	} owner;
} __bpf_stream_relocated;

struct bpf_stream___bpf_stream {
	struct {
		int counter;
	} capacity;
	struct llist_head___bpf_stream log;
	struct mutex___bpf_stream lock;
	struct llist_node___bpf_stream *backlog_head;
	struct llist_node___bpf_stream *backlog_tail;
} __bpf_stream_relocated;

/* Up to 7.3 the streams are part of the program; later kernels have pointers there. */
struct bpf_prog_aux___bpf_stream {
	__u32 id;
	struct bpf_stream___bpf_stream stream[2];
} __bpf_stream_relocated;

struct bpf_prog_aux___bpf_stream_pointers {
	struct bpf_stream___bpf_stream *stream[2];
} __bpf_stream_relocated;

struct bpf_prog___bpf_stream {
	struct bpf_prog_aux___bpf_stream *aux;
} __bpf_stream_relocated;

struct xarray___bpf_stream {
	void *xa_head;
} __bpf_stream_relocated;

struct xa_node___bpf_stream {
	unsigned char shift;
	void *slots[1];
} __bpf_stream_relocated;

struct idr___bpf_stream {
	struct xarray___bpf_stream idr_rt;
	unsigned int idr_base;
} __bpf_stream_relocated;

/* All loaded programs by id: a variable of the kernel, without a type in its BTF. */
extern const void prog_idr __bpf_stream_ksym;

#define __bpf_stream_of(addr)	   ((struct bpf_stream___bpf_stream *)(addr))
#define __bpf_stream_elem_of(addr) ((struct bpf_stream_elem___bpf_stream *)(addr))

/* Whether the kernel's BTF has every field of a stream that is read here, in a known layout */
__bpf_stream_inline _Bool __bpf_stream_layout_known(void)
{
	if (!__bpf_stream_has(bpf_prog_aux___bpf_stream, stream) &&
	    !__bpf_stream_has(bpf_prog_aux___bpf_stream_pointers, stream))
		return 0;
	if (!__bpf_stream_has(bpf_stream_elem___bpf_stream, total_len) &&
	    !__bpf_stream_has(bpf_stream_elem___bpf_stream, mem_slice))
		return 0;
	return __bpf_stream_has(bpf_stream___bpf_stream, log) &&
	       __bpf_stream_has(bpf_stream___bpf_stream, backlog_head) &&
	       __bpf_stream_has(bpf_stream___bpf_stream, backlog_tail) &&
	       __bpf_stream_has(bpf_stream_elem___bpf_stream, str);
}

/* The 8 bytes of kernel memory at @addr, 0 if they cannot be read */
__bpf_stream_inline __u64 __bpf_stream_word(const void *addr)
{
	__u64 v = 0;

	__bpf_stream_helper_probe_read_kernel(&v, sizeof(v), addr);
	return v;
}

/* ... and the 4 bytes */
__bpf_stream_inline __u32 __bpf_stream_half(const void *addr)
{
	__u32 v = 0;

	__bpf_stream_helper_probe_read_kernel(&v, sizeof(v), addr);
	return v;
}

/* The element after @elem */
#define __bpf_stream_link(elem) __bpf_stream_word(&__bpf_stream_elem_of(elem)->node.next)

struct __bpf_stream_lens {
	__u32 total, consumed;
};

__bpf_stream_inline struct __bpf_stream_lens __bpf_stream_lens_of(__u64 elem)
{
	struct __bpf_stream_lens lens = {};

	if (__bpf_stream_has(bpf_stream_elem___bpf_stream, total_len)) {
		lens.total = __bpf_stream_half(&__bpf_stream_elem_of(elem)->total_len);
		lens.consumed = __bpf_stream_half(&__bpf_stream_elem_of(elem)->consumed_len);
	} else {
		lens.total = __bpf_stream_half(&__bpf_stream_elem_of(elem)->mem_slice.len);
	}
	return lens;
}

/* The address of a program's stream; @stream_id is BPF_STDOUT or BPF_STDERR */
__bpf_stream_inline __u64 __bpf_stream_find(__u64 prog, int stream_id)
{
	__u64 aux = __bpf_stream_word(&((struct bpf_prog___bpf_stream *)prog)->aux);

	if (__bpf_stream_has(bpf_prog_aux___bpf_stream, stream))
		return (__u64) &
		       ((struct bpf_prog_aux___bpf_stream *)aux)->stream +
			       (stream_id == __BPF_STREAM_STDERR
					? __bpf_stream_size_of_type(bpf_stream___bpf_stream)
					: 0);
	return __bpf_stream_word(
		(void *)((__u64) & ((struct bpf_prog_aux___bpf_stream_pointers *)aux)->stream +
					   (stream_id == __BPF_STREAM_STDERR ? 8 : 0)));
}

/* The address of the newest element of @stream, 0 if it is empty */
__bpf_stream_inline __u64 __bpf_stream_newest(__u64 stream)
{
	__u64 first = __bpf_stream_word(&__bpf_stream_of(stream)->log.first);

	if (first)
		return first;
	if (!__bpf_stream_word(&__bpf_stream_of(stream)->backlog_head))
		return 0;
	return __bpf_stream_word(&__bpf_stream_of(stream)->backlog_tail);
}

/*
 * The same for stream @stream_id of a program, with loads in place of probe reads: half the time, but
 * the verifier must know that @prog is a struct bpf_prog.
 */
__bpf_stream_inline __u64 __bpf_stream_newest_of(const struct bpf_prog___bpf_stream *prog,
						 int stream_id)
{
	const struct bpf_stream___bpf_stream *stream;
	__u64 first;

	if (!__bpf_stream_has(bpf_prog_aux___bpf_stream, stream))
		return __bpf_stream_newest(__bpf_stream_find((__u64)prog, stream_id));
	stream = (const void *)&prog->aux->stream;
	if (stream_id == __BPF_STREAM_STDERR)
		stream = (const void *)((const char *)stream +
					__bpf_stream_size_of_type(bpf_stream___bpf_stream));
	first = (__u64)stream->log.first;
	if (first)
		return first;
	return stream->backlog_head ? (__u64)stream->backlog_tail : 0;
}

__bpf_stream_inline __u32 __bpf_stream_prog_id(__u64 prog)
{
	__u64 aux = __bpf_stream_word(&((struct bpf_prog___bpf_stream *)prog)->aux);

	return __bpf_stream_half(&((struct bpf_prog_aux___bpf_stream *)aux)->id);
}

/*
 * The program with an id, or 0: a lookup in the kernel's radix tree. The caller holds RCU, which
 * keeps a program that is in the tree.
 */
__bpf_stream_noinline __u64 __bpf_stream_prog_by_id(__u32 id)
{
	const struct idr___bpf_stream *idr = (const struct idr___bpf_stream *)&prog_idr;
	__u32 mask = __bpf_stream_size_of(xa_node___bpf_stream, slots) / 8 - 1;
	__u64 entry = __bpf_stream_word(&idr->idr_rt.xa_head);
	__u32 index = id - __bpf_stream_half(&idr->idr_base), slot;
	_Bool top = 1;
	__u32 i;

	__bpf_stream_for(i, 12) {
		const struct xa_node___bpf_stream *node;
		__u8 shift = 0;

		/* an entry that ends in binary 10 is a node, any other one the program */
		if ((entry & 3) != 2 || entry < 4096)
			break;
		node = (const struct xa_node___bpf_stream *)(entry - 2);
		__bpf_stream_helper_probe_read_kernel(&shift, sizeof(shift), &node->shift);
		slot = shift < 32 ? index >> shift : 0;
		if (top && slot > mask)
			return 0;
		top = 0;
		entry = __bpf_stream_word((void *)((__u64)&node->slots + (slot & mask) * 8));
	}
	if (!entry || entry & 3 || __bpf_stream_prog_id(entry) != id)
		return 0;
	return entry;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_KERNEL_STREAM_H */
