/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/text.h - write strings, numbers and pointers as the kernel's lib/vsprintf.c does.
 * Part of user.h: include that.
 */
#ifndef BPF_STREAM_USER_TEXT_H
#define BPF_STREAM_USER_TEXT_H

#include <limits.h>
#include <sys/auxv.h>

/* The kernel keeps widths in 24 signed bits, and new kernels limit them to that. */
#define __BPF_STREAM_WIDTH_MAX 8388607

/* Text that is being written: what does not fit is counted and dropped. */
struct __bpf_stream_text {
	char *buf;
	size_t size;
	size_t len;
};

/* A conversion */
struct __bpf_stream_spec {
	int width; /* 0: none */
	bool left;
	bool plus;
	bool space;
	bool zero;
	bool is_long;
	char conversion; /* letter, that after l or ll, or 'p' */
	char pointer; /* letter after p, or 0 for a plain %p */
	char version; /* of %pI4 and %pI6: '4' or '6' */
};

static inline size_t __bpf_stream_text_room(const struct __bpf_stream_text *text, size_t n)
{
	size_t room = text->len < text->size ? text->size - text->len : 0;

	return n < room ? n : room;
}

static inline void __bpf_stream_text_grow(struct __bpf_stream_text *text, size_t n)
{
	/* The length is returned as an int. */
	text->len = n < (size_t)INT_MAX - text->len ? text->len + n : (size_t)INT_MAX;
}

static inline void __bpf_stream_text_put(struct __bpf_stream_text *text, const void *from, size_t n)
{
	size_t room = __bpf_stream_text_room(text, n);

	if (room)
		memcpy(text->buf + text->len, from, room);
	__bpf_stream_text_grow(text, n);
}

static inline void __bpf_stream_text_fill(struct __bpf_stream_text *text, char c, size_t n)
{
	size_t room = __bpf_stream_text_room(text, n);

	if (room)
		memset(text->buf + text->len, c, room);
	__bpf_stream_text_grow(text, n);
}

/* Text in a field of the width of @spec: flags but '-' change nothing. */
static inline void __bpf_stream_text_field(struct __bpf_stream_text *text,
					   const struct __bpf_stream_spec *spec, const void *from,
					   size_t n)
{
	size_t width = (size_t)spec->width;
	size_t pad = n < width ? width - n : 0;

	if (!spec->left)
		__bpf_stream_text_fill(text, ' ', pad);
	__bpf_stream_text_put(text, from, n);
	if (spec->left)
		__bpf_stream_text_fill(text, ' ', pad);
}

/* @value has been negated if @sign is '-'; @sign is 0 for none. */
static inline void __bpf_stream_text_number(struct __bpf_stream_text *text,
					    const struct __bpf_stream_spec *spec, uint64_t value,
					    char sign, unsigned int base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	size_t width = (size_t)spec->width;
	char buf[24];
	size_t n = 0, used, pad;

	do {
		buf[sizeof(buf) - ++n] = digits[value % base];
		value /= base;
	} while (value);
	used = n + (sign ? 1 : 0);
	pad = used < width ? width - used : 0;

	if (!spec->left && !spec->zero)
		__bpf_stream_text_fill(text, ' ', pad);
	if (sign)
		__bpf_stream_text_put(text, &sign, 1);
	if (!spec->left && spec->zero)
		__bpf_stream_text_fill(text, '0', pad);
	__bpf_stream_text_put(text, buf + sizeof(buf) - n, n);
	if (spec->left)
		__bpf_stream_text_fill(text, ' ', pad);
}

static inline void __bpf_stream_text_integer(struct __bpf_stream_text *text,
					     const struct __bpf_stream_spec *spec, uint64_t value)
{
	char sign = 0;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		/* Not by a cast to int64_t: that is implementation-defined for large values. */
		if (!spec->is_long)
			value = (value & 0x7fffffff) - (value & 0x80000000);
		if (value >> 63) {
			sign = '-';
			value = 0 - value;
		} else if (spec->plus) {
			sign = '+';
		} else if (spec->space) {
			sign = ' ';
		}
		break;
	default:
		if (!spec->is_long)
			value &= 0xffffffff;
	}
	__bpf_stream_text_number(text, spec, value, sign,
				 spec->conversion == 'x' || spec->conversion == 'X' ? 16 : 10,
				 spec->conversion == 'X');
}

/* As the kernel: 16 digits unless there is a width */
static inline void __bpf_stream_text_pointer(struct __bpf_stream_text *text,
					     const struct __bpf_stream_spec *spec, uint64_t value)
{
	struct __bpf_stream_spec field = *spec;

	if (!field.width) {
		field.width = 16;
		field.zero = true;
	}
	__bpf_stream_text_number(text, &field, value, 0, 16, false);
}

static inline uint64_t __bpf_stream_rotate(uint64_t value, int by)
{
	return (value << by) | (value >> (64 - by));
}

static inline void __bpf_stream_sip_rounds(uint64_t v[4], int n)
{
	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = __bpf_stream_rotate(v[1], 13) ^ v[0];
		v[3] = __bpf_stream_rotate(v[3], 16) ^ v[2];
		v[0] = __bpf_stream_rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[3] = __bpf_stream_rotate(v[3], 21) ^ v[0];
		v[1] = __bpf_stream_rotate(v[1], 17) ^ v[2];
		v[2] = __bpf_stream_rotate(v[2], 32);
	}
}

/* SipHash-2-4 of 8 bytes */
static inline uint64_t __bpf_stream_siphash(const uint64_t key[2], uint64_t value)
{
	const uint64_t last = 8ULL << 56; /* the length */
	uint64_t v[4];

	v[0] = key[0] ^ 0x736f6d6570736575ULL;
	v[1] = key[1] ^ 0x646f72616e646f6dULL;
	v[2] = key[0] ^ 0x6c7967656e657261ULL;
	v[3] = key[1] ^ 0x7465646279746573ULL;
	v[3] ^= value;
	__bpf_stream_sip_rounds(v, 2);
	v[0] ^= value;
	v[3] ^= last;
	__bpf_stream_sip_rounds(v, 2);
	v[0] ^= last;
	v[2] ^= 0xff;
	__bpf_stream_sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/*
 * %p and %pK: the kernel prints NULL and error pointers as they are, and hashes others. Its key is
 * secret, so take the random bytes that the kernel gives every process: no state, and all parts of
 * a program print the same.
 */
static inline void __bpf_stream_text_hash(struct __bpf_stream_text *text,
					  const struct __bpf_stream_spec *spec, uint64_t value)
{
	const void *random = (const void *)(uintptr_t)getauxval(AT_RANDOM);
	struct __bpf_stream_spec field = *spec;
	uint64_t key[2];

	if (value && value < (uint64_t)-4095) {
		if (!random) {
			field.width = 16;
			__bpf_stream_text_field(text, &field, "(____ptrval____)", 16);
			return;
		}
		memcpy(key, random, sizeof(key));
		value = __bpf_stream_siphash(key, value) & 0xffffffff;
	}
	__bpf_stream_text_pointer(text, spec, value);
}

#endif /* BPF_STREAM_USER_TEXT_H */
