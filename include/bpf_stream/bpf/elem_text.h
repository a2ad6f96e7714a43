/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/elem_text.h - read the text of an element word by word. Internal: elem.h includes
 * it.
 */
#ifndef BPF_STREAM_ELEM_TEXT_H
#define BPF_STREAM_ELEM_TEXT_H

#include <bpf_stream/bpf/helpers.h>
#include <bpf_stream/bpf/loop.h>

__BPF_STREAM_HEADER

/*
 * Copy up to @size bytes at @off of a text of @len. Return how many, 0 past its end, or an error.
 */
__bpf_stream_inline int __bpf_stream_text_read(struct bpf_dynptr *text, __u32 len, __u32 off,
					       void *dst, __u32 size)
{
	__u64 n = len;
	int err;

	if (off >= n)
		return 0;
	n -= off;
	if (n > size)
		n = size;
	/*
	 * The verifier must see the bounds of n itself, not of what the compiler derives from it.
	 */
	__asm__ __volatile__("" : "+r"(n));
	if (n == 0 || n > size)
		return 0;
	err = __bpf_stream_helper_dynptr_read(dst, n, text, off, 0);
	return err ? err : (int)n;
}

/* The 8 bytes at @off, zeros past the end */
__bpf_stream_inline __u64 __bpf_stream_text_word(struct bpf_dynptr *text, __u32 len, __u32 off)
{
	__u64 word = 0, n = (__u64)len - off;

	if (off >= len)
		return 0;
	if (n >= 8) {
		__bpf_stream_helper_dynptr_read(&word, 8, text, off, 0);
		return word;
	}
	__asm__ __volatile__("" : "+r"(n));
	if (n > 0 && n < 8)
		__bpf_stream_helper_dynptr_read(&word, n, text, off, 0);
	return word;
}

/* Byte @i of 8, in the order of memory */
__bpf_stream_inline __u8 __bpf_stream_byte(__u64 word, __u32 i)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return word >> 8 * (i & 7);
#else
	return word >> 8 * (~i & 7);
#endif
}

/* The offset of @byte at or after @off, or -ENOENT */
__bpf_stream_noinline int __bpf_stream_text_find(struct bpf_dynptr *text, __u32 len, __u32 off,
						 __u8 byte)
{
	__u64 word = 0;
	__u32 i;

	__bpf_stream_for(i, 1 << 20) {
		if (off + i >= len)
			break;
		if (!(i & 7))
			word = __bpf_stream_text_word(text, len, off + i);
		if (__bpf_stream_byte(word, i) == byte)
			return off + i;
	}
	return -__BPF_STREAM_ENOENT;
}

#define __BPF_STREAM_PREFIX_MAX 64

/*
 * Whether the text at @off begins with the @n bytes of @prefix, which is padded with zeros to a
 * multiple of 8
 */
__bpf_stream_noinline int __bpf_stream_text_starts(struct bpf_dynptr *text, __u32 len, __u32 off,
						   const __u64 *prefix, __u32 n)
{
	__u32 i;

	if (off > len || len - off < n)
		return 0;
	__bpf_stream_for(i, __BPF_STREAM_PREFIX_MAX / 8) {
		if (i * 8 >= n)
			break;
		/* only up to the prefix's end, so that zeros follow there as well */
		if (__bpf_stream_text_word(text, off + n, off + i * 8) !=
		    prefix[i % (__BPF_STREAM_PREFIX_MAX / 8)])
			return 0;
	}
	return 1;
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_ELEM_TEXT_H */
