/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/elem.h - read, search and forward the text of a stream element.
 *
 * reader.h hands each element of a stream to a callback, as a struct bpf_dynptr of its text and a
 * struct bpf_stream_elem_info. The functions here take these two. reader.h includes this header.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_ELEM_H
#define BPF_STREAM_ELEM_H

#include <bpf_stream/bpf/elem_level.h>

__BPF_STREAM_HEADER

/**
 * struct bpf_stream_elem_info - the properties of an element besides its text
 * @len: bytes of text that can be read, 0 to 1,024. Any bytes may occur; there is no NUL at the
 *	end.
 * @stream_id: BPF_STDOUT or BPF_STDERR
 * @seq: 0 for the first element of this call, 1 for the next, and so on
 * @flags: BPF_STREAM_ELEM_REST: a reader has already consumed the start of this element (peek)
 * @key: identifies the element among those in the stream, and stays the same each time a peek meets
 *	it; 0 if unknown (kfuncs). A later element may get the key of one that is gone, so compare
 *	some of the text too.
 */
struct bpf_stream_elem_info {
	__u32 len;
	__u32 stream_id;
	__u32 seq;
	__u32 flags;
	__u64 key;
};

#define BPF_STREAM_ELEM_REST 1

#define __bpf_stream_dynptr_copy __BPF_STREAM_KFUNC(bpf_dynptr_copy___bpf_stream)
extern int __bpf_stream_dynptr_copy(struct bpf_dynptr *dst_ptr, __u32 dst_off,
				    struct bpf_dynptr *src_ptr, __u32 src_off,
				    __u32 size) __bpf_stream_ksym;

/**
 * bpf_stream_elem_read() - copy text to memory
 * @text, @info: as the callback got them
 * @off: offset in the text, in bytes
 * @dst: at least @size bytes
 * @size: at least 1
 *
 * Return: the number of bytes copied, at most @size; 0 if @off is at or past the end; a negative
 *	errno.
 * Context: in the callback. Kernels: those of bpf_stream_for_each().
 */
__bpf_stream_inline int bpf_stream_elem_read(struct bpf_dynptr *text,
					     const struct bpf_stream_elem_info *info, __u32 off,
					     void *dst, __u32 size)
{
	return __bpf_stream_text_read(text, info->len, off, dst, size);
}

/**
 * bpf_stream_elem_copy() - copy the whole text to another dynptr, for example of a ring buffer
 * @dst, @dst_off: the destination; it must have room for @info->len bytes
 * @text, @info: as the callback got them
 *
 * Return: 0, -E2BIG if there is no room, or another negative errno of the kernel.
 * Context: in the callback. Kernels: those of bpf_stream_for_each().
 */
__bpf_stream_inline int bpf_stream_elem_copy(struct bpf_dynptr *dst, __u32 dst_off,
					     struct bpf_dynptr *text,
					     const struct bpf_stream_elem_info *info)
{
	if (!__bpf_stream_ksym_exists(__bpf_stream_dynptr_copy))
		return -__BPF_STREAM_EOPNOTSUPP;
	return __bpf_stream_dynptr_copy(dst, dst_off, text, 0, info->len);
}

/**
 * bpf_stream_elem_output() - send the text to a BPF ring buffer, as one record
 * @ringbuf: the map, BPF_MAP_TYPE_RINGBUF
 * @head, @head_size: bytes to put before the text in the record; NULL and 0 for none
 * @text, @info: as the callback got them
 *
 * Return: 0, or a negative errno (-E2BIG among others: no room). Nothing stays reserved.
 * Context: in the callback. Kernels: those of bpf_stream_for_each().
 */
__bpf_stream_inline int bpf_stream_elem_output(void *ringbuf, void *head, __u32 head_size,
					       struct bpf_dynptr *text,
					       const struct bpf_stream_elem_info *info)
{
	struct bpf_dynptr record;
	int err;

	err = __bpf_stream_helper_ringbuf_reserve_dynptr(ringbuf, head_size + info->len, 0,
							 &record);
	if (!err && head_size)
		err = __bpf_stream_helper_dynptr_write(&record, 0, head, head_size, 0);
	if (!err)
		err = bpf_stream_elem_copy(&record, head_size, text, info);
	if (err)
		__bpf_stream_helper_ringbuf_discard_dynptr(&record, 0);
	else
		__bpf_stream_helper_ringbuf_submit_dynptr(&record, 0);
	return err;
}

/**
 * bpf_stream_elem_find() - look for a byte
 * @text, @info: as the callback got them
 * @off: offset in the text to start from, in bytes
 * @byte: the byte to look for
 *
 * Return: its offset in the text, or -ENOENT.
 * Context: in the callback. Kernels: those of bpf_stream_for_each().
 */
__bpf_stream_inline int bpf_stream_elem_find(struct bpf_dynptr *text,
					     const struct bpf_stream_elem_info *info, __u32 off,
					     __u8 byte)
{
	return __bpf_stream_text_find(text, info->len, off, byte);
}

/**
 * bpf_stream_elem_line() - find the end of the line that starts at @off
 * @text, @info: as the callback got them
 * @off: offset in the text, in bytes
 *
 * To split an element into lines, start with 0 and continue with the return value as long as that
 * is less than the element's length.
 *
 * Return: the offset after the line's newline, or the element's length if it has none.
 * Context: in the callback. Kernels: those of bpf_stream_for_each().
 */
__bpf_stream_inline __u32 bpf_stream_elem_line(struct bpf_dynptr *text,
					       const struct bpf_stream_elem_info *info, __u32 off)
{
	int at = __bpf_stream_text_find(text, info->len, off, '\n');

	return at < 0 ? info->len : (__u32)at + 1;
}

/**
 * bpf_stream_elem_starts_with() - test whether the text at @off begins with a prefix
 * @text, @info: as the callback got them
 * @off: offset in the text, in bytes
 * @prefix: a string literal of up to 63 bytes
 *
 * Return: 1 or 0.
 * Context: in the callback. Kernels: those of bpf_stream_for_each().
 */
#define bpf_stream_elem_starts_with(text, info, off, prefix)                                       \
	__BPF_STREAM_QUIET __bpf_stream_elem_starts_with(text, info, off, prefix) __BPF_STREAM_LOUD
#define __bpf_stream_elem_starts_with(text, info, off, prefix)                                     \
	({                                                                                         \
		_Static_assert(sizeof(prefix) <= __BPF_STREAM_PREFIX_MAX,                          \
			       "bpf_stream: a prefix has at most 63 bytes");                       \
		static const union {                                                               \
			char __bytes[__BPF_STREAM_PREFIX_MAX];                                     \
			__u64 __words[__BPF_STREAM_PREFIX_MAX / 8];                                \
		} __bpf_stream_prefix __bpf_stream_section(".rodata.bpf_log") = {.__bytes =        \
											 prefix};  \
                                                                                                   \
		__bpf_stream_text_starts(text, (info)->len, off, __bpf_stream_prefix.__words,      \
					 sizeof(prefix) - 1);                                      \
	})

/**
 * bpf_stream_elem_level() - get the level of the log record that starts at @off
 * @text, @info: as the callback got them
 * @off: offset of the start of a line, in bytes
 *
 * It takes for a record exactly what bpf_log_parse() of user.h takes for one.
 *
 * Return: BPF_LOG_FATAL (0) to BPF_LOG_TRACE (5), or -1 if there is no record: a plain line, a line
 *	that continues a record, or a report of the kernel.
 * Context: in the callback. Kernels: those of bpf_stream_for_each().
 */
__bpf_stream_inline int bpf_stream_elem_level(struct bpf_dynptr *text,
					      const struct bpf_stream_elem_info *info, __u32 off)
{
	int level = __bpf_stream_text_level(text, info->len, off);

	/* The compiler knows the bounds, the verifier (6.17) may not: force one check for both. */
	__asm__ __volatile__("" : "+r"(level));
	return level < BPF_LOG_FATAL || level > BPF_LOG_TRACE ? -1 : level;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_ELEM_H */
