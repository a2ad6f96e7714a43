/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/reader.h - read the streams of BPF programs, in a BPF program.
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/reader.h>
 *
 *	static int count(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info,
 *			 void *ctx)
 *	{
 *		__u64 *errors = ctx;
 *
 *		*errors += bpf_stream_elem_level(text, info, 0) == BPF_LOG_ERROR;
 *		return 0;
 *	}
 *
 *	SEC("syscall")
 *	int errors_of(struct arguments *args)
 *	{
 *		return bpf_stream_for_each(args->id, BPF_STDERR, count, &args->errors, 0, NULL);
 *	}
 *
 * There are two sources, and one object file works with both:
 *
 * kfuncs
 *	The reader functions that were proposed together with streams (bpf_stream_next_elem() and
 *	others), on kernels that have them; no released kernel does. Reading consumes: each element
 *	goes to one reader, the oldest first, and frees its space.
 * peek
 *	Any kernel with streams, from 6.17 on. Consumes nothing, delivers the oldest first, and may
 *	run beside writers, consumers and other peeks. An element that a consumer takes while the
 *	peek looks at it is lost to the peek, and counted (@lost of struct bpf_stream_result). The
 *	delivered text equals the written text; see "Guarantees of a peek" below.
 *
 * A program that includes this header loads on kernels without either source; there the functions
 * return -EOPNOTSUPP. Functions that are not called cost nothing; a program that peeks gets a map
 * of 34 KB, .data.bpf_peek.
 *
 * Public: bpf_stream_for_each(), bpf_stream_for_each_own(), bpf_stream_peek_prog(),
 * bpf_stream_newest(), bpf_stream_usage() and, for the text of an element, elem.h.
 *
 * Needs: libbpf 1.3 or newer in the loader, a GPL-compatible licence, CAP_PERFMON to load. Nothing
 * of libbpf's headers. Where vmlinux.h is not used, <linux/bpf.h> of 5.19 or newer.
 *
 * Guarantees of a peek
 *
 * Reading never faults and always ends: a peek walks at most 131,072 elements of each of the two
 * lists that make up a stream; if there are more, it reports truncated. It delivers an element only
 * if, after it was copied, the element was still in its place in the stream and a second copy was
 * the same. The kernel keeps no version number of a stream, so one case cannot be detected: between
 * two looks a consumer empties the stream, and its memory is reused with the same text in the new
 * newest element (28 bytes are compared) and the other elements in the same order. Then
 * you get later text instead, whole, possibly of another program. Programs whose messages differ,
 * for instance by their time, cannot run into it.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_READER_H
#define BPF_STREAM_READER_H

#include <bpf_stream/bpf/peek.h>
#include <bpf_stream/elem.h>

__BPF_STREAM_HEADER

/**
 * typedef bpf_stream_elem_fn - called for each element
 * @text: its text, for bpf_dynptr_read() and the like or the bpf_stream_elem_*() functions; valid
 *	until the function returns
 * @info: see struct bpf_stream_elem_info
 * @ctx: as given by the caller
 *
 * It must be a static function.
 *
 * Return: 0 to continue, anything else to stop after this element.
 */
typedef int (*bpf_stream_elem_fn)(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info,
				  void *ctx);

/* Flags: use only this source. 0 means the kfuncs where the kernel has them, otherwise peek. */
#define BPF_STREAM_KFUNCS 1
#define BPF_STREAM_PEEK	  2

/**
 * struct bpf_stream_result - how a walk over a stream went
 * @source: BPF_STREAM_KFUNCS, BPF_STREAM_PEEK, or 0 for neither
 * @delivered: elements that the function was called for
 * @lost: elements that were in the stream when a peek began but that a consumer took first
 * @truncated: 1 if there may be more elements: they were too many, or a consumer was at work each
 *	of the eight times that a peek tried to start
 */
struct bpf_stream_result {
	__u32 source;
	__u32 delivered;
	__u32 lost;
	__u32 truncated;
};

/* The functions of the proposal */
#define __bpf_stream_get_own	__BPF_STREAM_KFUNC(bpf_stream_get___bpf_stream)
#define __bpf_stream_get_of	__BPF_STREAM_KFUNC(bpf_prog_stream_get___bpf_stream)
#define __bpf_stream_put_of	__BPF_STREAM_KFUNC(bpf_prog_stream_put___bpf_stream)
#define __bpf_stream_next_elem	__BPF_STREAM_KFUNC(bpf_stream_next_elem___bpf_stream)
#define __bpf_stream_free_elem	__BPF_STREAM_KFUNC(bpf_stream_free_elem___bpf_stream)
#define __bpf_stream_from_slice __BPF_STREAM_KFUNC(bpf_dynptr_from_mem_slice___bpf_stream)

extern struct bpf_stream___bpf_stream *__bpf_stream_get_own(int stream_id,
							    void *aux__ign) __bpf_stream_ksym;
extern struct bpf_stream___bpf_stream *__bpf_stream_get_of(int stream_id,
							   __u32 prog_id) __bpf_stream_ksym;
extern void __bpf_stream_put_of(struct bpf_stream___bpf_stream *stream) __bpf_stream_ksym;
extern struct bpf_stream_elem___bpf_stream *
__bpf_stream_next_elem(struct bpf_stream___bpf_stream *stream) __bpf_stream_ksym;
extern void __bpf_stream_free_elem(struct bpf_stream_elem___bpf_stream *elem) __bpf_stream_ksym;
extern int __bpf_stream_from_slice(struct bpf_mem_slice___bpf_stream *mem_slice, __u64 flags,
				   struct bpf_dynptr *dptr__uninit) __bpf_stream_ksym;

__bpf_stream_inline _Bool __bpf_stream_have_kfuncs(void)
{
	return __bpf_stream_ksym_exists(__bpf_stream_next_elem) &&
	       __bpf_stream_ksym_exists(__bpf_stream_from_slice);
}

/* The most elements that one call consumes: writers may keep filling the stream. */
#define __BPF_STREAM_DRAIN_MAX (1 << 18)

__bpf_stream_inline int __bpf_stream_drain(struct bpf_stream___bpf_stream *stream, int stream_id,
					   bpf_stream_elem_fn fn, void *ctx,
					   struct bpf_stream_result *result)
{
	__u32 i, n = 0, truncated = 1;
	int err = 0, stop = 0;

	__bpf_stream_for(i, __BPF_STREAM_DRAIN_MAX) {
		struct bpf_stream_elem___bpf_stream *elem = __bpf_stream_next_elem(stream);
		struct bpf_stream_elem_info info;
		struct bpf_dynptr text;

		if (!elem) {
			truncated = 0;
			break;
		}
		info.len = elem->mem_slice.len;
		info.stream_id = stream_id;
		info.seq = i;
		info.flags = 0;
		info.key = 0;
		err = __bpf_stream_from_slice(&elem->mem_slice, 0, &text);
		if (!err) {
			n = i + 1;
			stop = fn(&text, &info, ctx);
		}
		__bpf_stream_free_elem(elem);
		if (err || stop) {
			truncated = 0;
			break;
		}
	}
	if (result) {
		result->source = BPF_STREAM_KFUNCS;
		result->delivered = n;
		result->truncated = truncated;
	}
	return err ? err : (int)n;
}

__bpf_stream_inline int __bpf_stream_peek_each(__u64 prog, __u32 id, int stream_id,
					       bpf_stream_elem_fn fn, void *ctx,
					       struct bpf_stream_result *result)
{
	int slot = __bpf_stream_peek_take(), err;
	struct __bpf_stream_peek *p;
	__u32 i;

	if (slot < 0 || slot >= __BPF_STREAM_PEEK_SLOTS)
		return slot;
	p = &__bpf_stream_peeks[slot];
	err = __bpf_stream_peek_open(p, prog, id, stream_id);
	if (err)
		goto out;
	__bpf_stream_for(i, 2 * __BPF_STREAM_PEEK_MAX) {
		struct bpf_stream_elem_info info;
		int len = id ? __bpf_stream_peek_next_by_id(p, id) : __bpf_stream_peek_next(p);
		struct bpf_dynptr text;

		if (len < 0 || len > __BPF_STREAM_PEEK_TEXT)
			break;
		info.len = len;
		info.stream_id = stream_id;
		info.seq = i;
		info.flags = p->cut ? BPF_STREAM_ELEM_REST : 0;
		info.key = p->key;
		__bpf_stream_helper_dynptr_from_mem(p->text, len, 0, &text);
		if (fn(&text, &info, ctx))
			break;
	}
	if (result) {
		result->source = BPF_STREAM_PEEK;
		result->delivered = p->delivered;
		result->lost = p->lost;
		result->truncated = p->truncated;
	}
	err = p->err ? p->err : (int)p->delivered;
out:
	__bpf_stream_xchg(&p->busy, 0);
	return err;
}

__bpf_stream_inline int __bpf_stream_result_begin(int stream_id, struct bpf_stream_result *result)
{
	if (result)
		*result = (struct bpf_stream_result){};
	return stream_id == BPF_STDOUT || stream_id == BPF_STDERR ? 0 : -__BPF_STREAM_ENOENT;
}

/**
 * bpf_stream_for_each() - call a function for each element of a program's stream, oldest first
 * @prog_id: the program's id
 * @stream_id: BPF_STDOUT or BPF_STDERR
 * @fn: a static function of type bpf_stream_elem_fn
 * @ctx: passed to @fn
 * @flags: 0, BPF_STREAM_KFUNCS or BPF_STREAM_PEEK; a constant
 * @result: filled in, also on error; or NULL
 *
 * It stops at the end of the stream, when @fn returns something other than 0, or when @result says
 * truncated.
 *
 * Return: the number of elements @fn was called for, or a negative errno:
 *	-ENOENT: no such program, no such stream, or (peek) the program was unloaded during the call
 *	-EBUSY: (peek) four peeks of this object's programs are already running
 *	-EOPNOTSUPP: the kernel has no such source
 * Context: SEC("syscall") programs; with BPF_STREAM_PEEK every program that may call
 *	bpf_probe_read_kernel() and bpf_dynptr_from_mem(). Not under bpf_rcu_read_lock(). @fn must
 *	not throw: the peek would count as running for ever.
 * Kernels: peek 6.17 and up, with CONFIG_KALLSYMS_ALL and a loader that may read /proc/kallsyms.
 */
__bpf_stream_inline int bpf_stream_for_each(__u32 prog_id, int stream_id, bpf_stream_elem_fn fn,
					    void *ctx, __u64 flags,
					    struct bpf_stream_result *result)
{
	int err = __bpf_stream_result_begin(stream_id, result);

	if (err)
		return err;
	if (flags != BPF_STREAM_PEEK && __bpf_stream_have_kfuncs()) {
		struct bpf_stream___bpf_stream *stream = __bpf_stream_get_of(stream_id, prog_id);

		if (!stream)
			return -__BPF_STREAM_ENOENT;
		err = __bpf_stream_drain(stream, stream_id, fn, ctx, result);
		__bpf_stream_put_of(stream);
		return err;
	}
	if (flags != BPF_STREAM_KFUNCS && __bpf_stream_can_peek() &&
	    __bpf_stream_ksym_exists(&prog_idr)) {
		if (!prog_id)
			return -__BPF_STREAM_ENOENT;
		return __bpf_stream_peek_each(0, prog_id, stream_id, fn, ctx, result);
	}
	return -__BPF_STREAM_EOPNOTSUPP;
}

/**
 * bpf_stream_for_each_own() - the same for a stream of the running program
 * @stream_id, @fn, @ctx, @result: as for bpf_stream_for_each()
 *
 * The source is the kfuncs. A program does not know its own id; to let it peek at itself, pass the
 * id to it and call bpf_stream_for_each().
 *
 * Return: as bpf_stream_for_each(); -EOPNOTSUPP without the kfuncs.
 * Context: any program type. Kernels: those with the kfuncs.
 */
__bpf_stream_inline int bpf_stream_for_each_own(int stream_id, bpf_stream_elem_fn fn, void *ctx,
						struct bpf_stream_result *result)
{
	struct bpf_stream___bpf_stream *stream;
	int err = __bpf_stream_result_begin(stream_id, result);

	if (err)
		return err;
	if (!__bpf_stream_have_kfuncs())
		return -__BPF_STREAM_EOPNOTSUPP;
	stream = __bpf_stream_get_own(stream_id, (void *)0);
	if (!stream)
		return -__BPF_STREAM_ENOENT;
	return __bpf_stream_drain(stream, stream_id, fn, ctx, result);
}

/**
 * bpf_stream_peek_prog() - the same for a program given by its address
 * @prog: the kernel's struct bpf_prog, as a program in SEC("iter/bpf_prog") gets it. It must stay
 *	loaded during the call; the iterator sees to that.
 * @stream_id, @fn, @ctx, @result: as for bpf_stream_for_each()
 *
 * The source is peek.
 *
 * Return: as bpf_stream_for_each().
 * Context: as bpf_stream_for_each() with BPF_STREAM_PEEK. Kernels: 6.17 and up.
 */
__bpf_stream_inline int bpf_stream_peek_prog(const void *prog, int stream_id, bpf_stream_elem_fn fn,
					     void *ctx, struct bpf_stream_result *result)
{
	int err = __bpf_stream_result_begin(stream_id, result);

	if (err)
		return err;
	if (!__bpf_stream_can_peek())
		return -__BPF_STREAM_EOPNOTSUPP;
	return __bpf_stream_peek_each((__u64)prog, 0, stream_id, fn, ctx, result);
}

/**
 * bpf_stream_newest() - get the key of the newest element in a stream
 * @prog: as for bpf_stream_peek_prog(), in the type in which the kernel passes it: the verifier must
 *	know it as a struct bpf_prog
 * @stream_id: BPF_STDOUT or BPF_STDERR
 *
 * The key changes whenever something is written, so a key that differs from the last one shows that
 * there is something to read. It costs three loads for an empty stream.
 *
 * Return: the key, see struct bpf_stream_elem_info; 0 if the stream is empty, does not exist, or
 *	the kernel has no streams.
 * Context: as bpf_stream_peek_prog(). Kernels: 6.17 and up.
 */
__bpf_stream_inline __u64 bpf_stream_newest(const void *prog, int stream_id)
{
	if (!__bpf_stream_layout_known())
		return 0;
	if (stream_id != BPF_STDOUT && stream_id != BPF_STDERR)
		return 0;
	return __bpf_stream_newest_of((const struct bpf_prog___bpf_stream *)prog, stream_id);
}

/**
 * struct bpf_stream_usage - how full a stream is
 * @charged: bytes that count against its capacity of 100,000
 * @listed: bytes of the elements in it
 * @pending: of these, unread bytes
 * @elements: number of elements
 * @unsure: 1 if the stream changed during each attempt: the numbers do not belong together
 *
 * @charged minus @listed are bytes charged for messages that the kernel then refused (over 1,024
 * bytes, up to 7.3). They are not given back while the program is loaded.
 */
struct bpf_stream_usage {
	__u32 charged;
	__u32 listed;
	__u32 pending;
	__u32 elements;
	__u32 unsure;
};

__bpf_stream_inline void __bpf_stream_add(__u64 node, struct bpf_stream_usage *usage)
{
	struct __bpf_stream_lens lens = __bpf_stream_lens_of(node);

	usage->listed += lens.total;
	usage->pending += lens.total - lens.consumed;
	usage->elements++;
}

__bpf_stream_noinline int __bpf_stream_measure(__u64 addr, struct bpf_stream_usage *usage)
{
	struct bpf_stream___bpf_stream *stream = __bpf_stream_of(addr);
	__u64 head = __bpf_stream_word(&stream->backlog_head);
	__u64 tail = __bpf_stream_word(&stream->backlog_tail);
	__u64 log = __bpf_stream_word(&stream->log.first), node;
	__u32 i;

	usage->charged = __bpf_stream_half(&stream->capacity.counter);
	usage->listed = usage->pending = usage->elements = 0;
	node = head;
	__bpf_stream_for(i, __BPF_STREAM_PEEK_MAX) {
		if (!node)
			break;
		__bpf_stream_add(node, usage);
		if (node == tail) {
			node = 0;
			break;
		}
		node = __bpf_stream_link(node);
	}
	usage->unsure = !!node;
	node = log;
	__bpf_stream_for(i, __BPF_STREAM_PEEK_MAX) {
		if (!node)
			break;
		__bpf_stream_add(node, usage);
		node = __bpf_stream_link(node);
	}
	if (node || head != __bpf_stream_word(&stream->backlog_head) ||
	    log != __bpf_stream_word(&stream->log.first) ||
	    usage->charged != __bpf_stream_half(&stream->capacity.counter) ||
	    usage->listed > usage->charged)
		usage->unsure = 1;
	return usage->unsure;
}

/**
 * bpf_stream_usage() - get how full a stream is
 * @prog: as for bpf_stream_peek_prog()
 * @stream_id: BPF_STDOUT or BPF_STDERR
 * @usage: filled in; on the stack
 *
 * It costs a few reads for an empty stream, and one or more for each element otherwise.
 *
 * Return: 0, -ENOENT (no such stream), or -EOPNOTSUPP.
 * Context: as bpf_stream_peek_prog(). Kernels: 6.17 and up.
 */
__bpf_stream_inline int bpf_stream_usage(const void *prog, int stream_id,
					 struct bpf_stream_usage *usage)
{
	__u64 stream;
	__u32 i;

	*usage = (struct bpf_stream_usage){};
	if (stream_id != BPF_STDOUT && stream_id != BPF_STDERR)
		return -__BPF_STREAM_ENOENT;
	if (!__bpf_stream_can_peek() ||
	    !__bpf_stream_has(bpf_stream___bpf_stream, capacity.counter))
		return -__BPF_STREAM_EOPNOTSUPP;
	stream = __bpf_stream_find((__u64)prog, stream_id);
	if (!stream)
		return -__BPF_STREAM_ENOENT;
	__bpf_stream_for(i, 4)
		if (!__bpf_stream_measure(stream, usage))
			break;
	return 0;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_READER_H */
