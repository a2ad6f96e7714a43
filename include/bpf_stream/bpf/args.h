/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/args.h - count, check and store the arguments of a message. Internal: do not
 * include directly.
 */
#ifndef BPF_STREAM_ARGS_H
#define BPF_STREAM_ARGS_H

#include <bpf_stream/bpf/arena.h>
#include <bpf_stream/bpf/format.h>
#ifdef __BPF_STREAM_RING
#include <bpf_stream/bpf/kinds.h>
#endif

/* The number of arguments: 0 to 12, and 13 for more (up to 48). */
#define __BPF_STREAM_NARG(...) __BPF_STREAM_COUNT(_ __VA_OPT__(, ) __VA_ARGS__)
/* The same without the first of them */
#define __BPF_STREAM_COUNT(...)                                                                    \
	__BPF_STREAM_PICK(__VA_ARGS__, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, \
			  13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13,  \
			  13, 13, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define __BPF_STREAM_PICK(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15,    \
			  _16, _17, _18, _19, _20, _21, _22, _23, _24, _25, _26, _27, _28, _29,    \
			  _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, _41, _42, _43,    \
			  _44, _45, _46, _47, _48, n, ...)                                         \
	n

/*
 * m(2, a) m(1, b): call @m for each of the @n arguments, 0 to 12, with the number of arguments from it
 * on; m_0 if there are none. Nothing for 13, which an assertion has refused by then. A message counts
 * its arguments once and passes on the number, because each count and each list costs clang time.
 */
#define __BPF_STREAM_MAP(n, m, ...) __BPF_STREAM_MAP_##n(m __VA_OPT__(, ) __VA_ARGS__)
/* clang-format off */
#define __BPF_STREAM_MAP_0(m) m##_0
#define __BPF_STREAM_MAP_1(m, a) m(1, a)
#define __BPF_STREAM_MAP_2(m, a, b) m(2, a) m(1, b)
#define __BPF_STREAM_MAP_3(m, a, b, c) m(3, a) m(2, b) m(1, c)
#define __BPF_STREAM_MAP_4(m, a, b, c, d) m(4, a) m(3, b) m(2, c) m(1, d)
#define __BPF_STREAM_MAP_5(m, a, b, c, d, e) m(5, a) m(4, b) m(3, c) m(2, d) m(1, e)
#define __BPF_STREAM_MAP_6(m, a, b, c, d, e, f) m(6, a) m(5, b) m(4, c) m(3, d) m(2, e) m(1, f)
#define __BPF_STREAM_MAP_7(m, a, b, c, d, e, f, g) \
	m(7, a) m(6, b) m(5, c) m(4, d) m(3, e) m(2, f) m(1, g)
#define __BPF_STREAM_MAP_8(m, a, b, c, d, e, f, g, h) \
	m(8, a) m(7, b) m(6, c) m(5, d) m(4, e) m(3, f) m(2, g) m(1, h)
#define __BPF_STREAM_MAP_9(m, a, b, c, d, e, f, g, h, i) \
	m(9, a) m(8, b) m(7, c) m(6, d) m(5, e) m(4, f) m(3, g) m(2, h) m(1, i)
#define __BPF_STREAM_MAP_10(m, a, b, c, d, e, f, g, h, i, j) \
	m(10, a) m(9, b) m(8, c) m(7, d) m(6, e) m(5, f) m(4, g) m(3, h) m(2, i) m(1, j)
#define __BPF_STREAM_MAP_11(m, a, b, c, d, e, f, g, h, i, j, k) \
	m(11, a) m(10, b) m(9, c) m(8, d) m(7, e) m(6, f) m(5, g) m(4, h) m(3, i) m(2, j) m(1, k)
#define __BPF_STREAM_MAP_12(m, a, b, c, d, e, f, g, h, i, j, k, l) \
	m(12, a) m(11, b) m(10, c) m(9, d) m(8, e) m(7, f) m(6, g) m(5, h) m(4, i) m(3, j) m(2, k) m(1, l)
#define __BPF_STREAM_MAP_13(m, ...)
/* clang-format on */

#define __BPF_STREAM_IS_PTR_0
#define __BPF_STREAM_IS_PTR(n, a) || __builtin_classify_type(a) == 5 /* a pointer or an array */

/*
 * Let the compiler compare the arguments with the format; the call is never made. Define
 * BPF_STREAM_NO_FORMAT_CHECK to turn that off, for a project with -Werror that migrates many
 * messages in one step. The checks that end in an error stay. Those of the format are what
 * __BPF_STREAM_CHECK_FORMAT() has: one more macro around them would cost clang time.
 */
#ifdef BPF_STREAM_NO_FORMAT_CHECK
extern void __bpf_stream_format(const char *fmt, ...);
#else
extern void __bpf_stream_format(const char *fmt, ...) __attribute__((__format__(__printf__, 1, 2)));
#endif
#define __BPF_STREAM_CHECK_ARGS(n, fmt, ...)                                                       \
	__BPF_STREAM_CHECK_ARENA(n __VA_OPT__(, ) __VA_ARGS__)                                     \
	if (0) {                                                                                   \
		const char __BPF_STREAM_FMT_FINDS_##n(fmt);                                        \
                                                                                                   \
		__bpf_stream_fmt_text(fmt, sizeof(fmt), #fmt, sizeof(#fmt), sizeof(L"" fmt),       \
				      __bpf_stream_longest, __BPF_STREAM_FMT_LAST_##n);            \
		__BPF_STREAM_FMT_SPECS_##n;                                                        \
		__bpf_stream_format(fmt __VA_OPT__(, ) __VA_ARGS__);                               \
	}

/*
 * How long the message can become without its strings: a number takes at most 20 characters, and at
 * least two of the format. An explicit width, and the names of symbols (%pS and the like), are not
 * counted: a few dozen bytes each.
 */
#define __BPF_STREAM_LONGEST(n, text) __bpf_stream_longest = sizeof(text) - 1 + 18 * n

/* What bpf_stream_printk() requires and the compiler can check */
#define __BPF_STREAM_CHECK_LITERAL(fmt)                                                            \
	_Static_assert(__builtin_constant_p(fmt), "bpf_stream: the format must be a string "       \
						  "literal")
#define __BPF_STREAM_CHECK_NARG(n)                                                                 \
	_Static_assert((n) <= 12, "bpf_stream: more than 12 arguments; the kernel takes 12 at "    \
				  "most")
#define __BPF_STREAM_CHECK(n, fmt, ...)                                                            \
	__BPF_STREAM_CHECK_LITERAL(fmt);                                                           \
	__BPF_STREAM_CHECK_NARG(n);                                                                \
	__BPF_STREAM_CHECK_ARGS(n, fmt __VA_OPT__(, ) __VA_ARGS__)

/*
 * Store the @n arguments after the first @own, which are the library's. Assign them one by one: clang
 * turns an initializer with addresses into a constant that libbpf does not relocate. The stores end in a
 * comma, for the write. Without arguments the array still has one element, because 6.17 and 6.18 require
 * memory. It is volatile because clang spends time on the search for stores that it could leave out.
 */
#ifdef __BPF_STREAM_RING
typedef unsigned long long __bpf_stream_arg;
#else
typedef volatile unsigned long long __bpf_stream_arg;
#endif
#define __BPF_STREAM_END(own, n) __bpf_stream_end = __BPF_STREAM_ROOM + (own) + n
#define __BPF_STREAM_ARGS                                                                          \
	__bpf_stream_arg __bpf_stream_nodebug                                                      \
		__bpf_stream_args[__bpf_stream_end + (__bpf_stream_end == __BPF_STREAM_ROOM)]
#define __BPF_STREAM_BYTES 8 * (__bpf_stream_end - __BPF_STREAM_ROOM)
#define __BPF_STREAM_SET_ARG(n, a)                                                                 \
	__bpf_stream_args[__bpf_stream_end - n] = (unsigned long long)(a),
#define __BPF_STREAM_SET_ARG_0                                                                     \
	(void)(__bpf_stream_end > __BPF_STREAM_ROOM || (__bpf_stream_args[__BPF_STREAM_ROOM] = 0)),
#define __BPF_STREAM_SET_ARGS(n, ...)                                                              \
	__BPF_STREAM_MAP_##n(__BPF_STREAM_SET_ARG __VA_OPT__(, ) __VA_ARGS__)

#endif /* BPF_STREAM_ARGS_H */
