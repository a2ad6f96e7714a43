/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/kinds.h - what the arguments of a message point to, for the ring, which copies it.
 * Internal: do not include directly.
 *
 * It is read from the format by clang's front end, as in format.h: enumerators give the place of the
 * conversion of each argument, and the kind of each.
 */
#ifndef BPF_STREAM_BPF_KINDS_H
#define BPF_STREAM_BPF_KINDS_H

#include <bpf_stream/bpf/format.h>
#include <bpf_stream/bpf/ring.h>

/* clang-format off */

/* The place of the conversion from @o on: skip up to seven %%. */
#define __BPF_STREAM_KINDS_TWO(fmt, o) ((o) < __bpf_stream_kinds_n && (fmt)[(o) + 1] == '%')
#define __BPF_STREAM_KINDS_FIND(fmt, o)                                                            \
	(__bpf_stream_kinds_n - __builtin_strlen(__builtin_strchr(&(fmt)[o], '%') ?: ""))
#define __BPF_STREAM_KINDS_SKIP(fmt, o)                                                            \
	(__BPF_STREAM_KINDS_TWO(fmt, o) ? __BPF_STREAM_KINDS_FIND(fmt, (o) + 2) : (o))
#define __BPF_STREAM_KINDS_HOP(fmt, i, from)                                                       \
	__bpf_stream_kinds_##i##_0 = __BPF_STREAM_KINDS_FIND(fmt, from),                           \
	__bpf_stream_kinds_##i##_1 = __BPF_STREAM_KINDS_SKIP(fmt, __bpf_stream_kinds_##i##_0),     \
	__bpf_stream_kinds_##i##_2 = __BPF_STREAM_KINDS_SKIP(fmt, __bpf_stream_kinds_##i##_1),     \
	__bpf_stream_kinds_##i##_3 = __BPF_STREAM_KINDS_SKIP(fmt, __bpf_stream_kinds_##i##_2),     \
	__bpf_stream_kinds_##i##_4 = __BPF_STREAM_KINDS_SKIP(fmt, __bpf_stream_kinds_##i##_3),     \
	__bpf_stream_kinds_##i##_5 = __BPF_STREAM_KINDS_SKIP(fmt, __bpf_stream_kinds_##i##_4),     \
	__bpf_stream_kinds_##i##_6 = __BPF_STREAM_KINDS_SKIP(fmt, __bpf_stream_kinds_##i##_5),     \
	__bpf_stream_kinds_##i = __BPF_STREAM_KINDS_SKIP(fmt, __bpf_stream_kinds_##i##_6),         \
	__bpf_stream_kind_##i = __BPF_STREAM_KINDS_AT(fmt, __bpf_stream_kinds_##i)
#define __BPF_STREAM_KINDS_NEXT(fmt, i)                                                            \
	__bpf_stream_kinds_##i + (__bpf_stream_kinds_##i < __bpf_stream_kinds_n)

/* The kind of the conversion at @o: after up to 8 characters of flags and width */
#define __BPF_STREAM_KINDS_AT(fmt, o)                                                              \
	((o) >= __bpf_stream_kinds_n ? 0 : __BPF_STREAM_KINDS_FIELD(&(fmt)[o]))
#define __BPF_STREAM_KINDS_FIELD(p)                                                                \
	(!__BPF_STREAM_FMT_FIELD((p)[1])   ? __BPF_STREAM_KINDS_CONV((p) + 1)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[2]) ? __BPF_STREAM_KINDS_CONV((p) + 2)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[3]) ? __BPF_STREAM_KINDS_CONV((p) + 3)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[4]) ? __BPF_STREAM_KINDS_CONV((p) + 4)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[5]) ? __BPF_STREAM_KINDS_CONV((p) + 5)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[6]) ? __BPF_STREAM_KINDS_CONV((p) + 6)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[7]) ? __BPF_STREAM_KINDS_CONV((p) + 7)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[8]) ? __BPF_STREAM_KINDS_CONV((p) + 8)                      \
	 : !__BPF_STREAM_FMT_FIELD((p)[9]) ? __BPF_STREAM_KINDS_CONV((p) + 9)                      \
					   : __BPF_STREAM_KIND_UNKNOWN)
#define __BPF_STREAM_KIND_UNKNOWN 7
#define __BPF_STREAM_KINDS_CONV(p)                                                                 \
	((p)[0] == 's'		       ? __BPF_STREAM_KIND_STR                                     \
	 : (p)[0] == '%'	       ? __BPF_STREAM_KIND_UNKNOWN                                 \
	 : (p)[0] != 'p'	       ? __BPF_STREAM_KIND_NUMBER                                  \
	 : (p)[1] == 'k'	       ? __BPF_STREAM_KIND_KERNEL                                  \
	 : (p)[1] == 'u'	       ? __BPF_STREAM_KIND_USER                                    \
	 : (p)[1] != 'i' && (p)[1] != 'I' ? __BPF_STREAM_KIND_NUMBER                               \
	 : (p)[2] == '4'	       ? __BPF_STREAM_KIND_IP4                                     \
				       : __BPF_STREAM_KIND_IP6)

#define __BPF_STREAM_KINDS_0(fmt) __bpf_stream_kinds_0 = 0, __bpf_stream_kind_0 = 0
#define __BPF_STREAM_KINDS_1(fmt) __BPF_STREAM_KINDS_HOP(fmt, 1, 0)
#define __BPF_STREAM_KINDS_2(fmt) __BPF_STREAM_KINDS_1(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 2, __BPF_STREAM_KINDS_NEXT(fmt, 1))
#define __BPF_STREAM_KINDS_3(fmt) __BPF_STREAM_KINDS_2(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 3, __BPF_STREAM_KINDS_NEXT(fmt, 2))
#define __BPF_STREAM_KINDS_4(fmt) __BPF_STREAM_KINDS_3(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 4, __BPF_STREAM_KINDS_NEXT(fmt, 3))
#define __BPF_STREAM_KINDS_5(fmt) __BPF_STREAM_KINDS_4(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 5, __BPF_STREAM_KINDS_NEXT(fmt, 4))
#define __BPF_STREAM_KINDS_6(fmt) __BPF_STREAM_KINDS_5(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 6, __BPF_STREAM_KINDS_NEXT(fmt, 5))
#define __BPF_STREAM_KINDS_7(fmt) __BPF_STREAM_KINDS_6(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 7, __BPF_STREAM_KINDS_NEXT(fmt, 6))
#define __BPF_STREAM_KINDS_8(fmt) __BPF_STREAM_KINDS_7(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 8, __BPF_STREAM_KINDS_NEXT(fmt, 7))
#define __BPF_STREAM_KINDS_9(fmt) __BPF_STREAM_KINDS_8(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 9, __BPF_STREAM_KINDS_NEXT(fmt, 8))
#define __BPF_STREAM_KINDS_10(fmt) __BPF_STREAM_KINDS_9(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 10, __BPF_STREAM_KINDS_NEXT(fmt, 9))
#define __BPF_STREAM_KINDS_11(fmt) __BPF_STREAM_KINDS_10(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 11, __BPF_STREAM_KINDS_NEXT(fmt, 10))
#define __BPF_STREAM_KINDS_12(fmt) __BPF_STREAM_KINDS_11(fmt),\
	__BPF_STREAM_KINDS_HOP(fmt, 12, __BPF_STREAM_KINDS_NEXT(fmt, 11))
#define __BPF_STREAM_KINDS_13(fmt) __BPF_STREAM_KINDS_0(fmt)
#define __BPF_STREAM_KINDS_SUM_0 0ULL
#define __BPF_STREAM_KINDS_SUM_1 __BPF_STREAM_KINDS_SUM_0 | (__bpf_stream_u64)__bpf_stream_kind_1 << 0
#define __BPF_STREAM_KINDS_SUM_2 __BPF_STREAM_KINDS_SUM_1 | (__bpf_stream_u64)__bpf_stream_kind_2 << 3
#define __BPF_STREAM_KINDS_SUM_3 __BPF_STREAM_KINDS_SUM_2 | (__bpf_stream_u64)__bpf_stream_kind_3 << 6
#define __BPF_STREAM_KINDS_SUM_4 __BPF_STREAM_KINDS_SUM_3 | (__bpf_stream_u64)__bpf_stream_kind_4 << 9
#define __BPF_STREAM_KINDS_SUM_5 __BPF_STREAM_KINDS_SUM_4 | (__bpf_stream_u64)__bpf_stream_kind_5 << 12
#define __BPF_STREAM_KINDS_SUM_6 __BPF_STREAM_KINDS_SUM_5 | (__bpf_stream_u64)__bpf_stream_kind_6 << 15
#define __BPF_STREAM_KINDS_SUM_7 __BPF_STREAM_KINDS_SUM_6 | (__bpf_stream_u64)__bpf_stream_kind_7 << 18
#define __BPF_STREAM_KINDS_SUM_8 __BPF_STREAM_KINDS_SUM_7 | (__bpf_stream_u64)__bpf_stream_kind_8 << 21
#define __BPF_STREAM_KINDS_SUM_9 __BPF_STREAM_KINDS_SUM_8 | (__bpf_stream_u64)__bpf_stream_kind_9 << 24
#define __BPF_STREAM_KINDS_SUM_10 __BPF_STREAM_KINDS_SUM_9 | (__bpf_stream_u64)__bpf_stream_kind_10 << 27
#define __BPF_STREAM_KINDS_SUM_11 __BPF_STREAM_KINDS_SUM_10 | (__bpf_stream_u64)__bpf_stream_kind_11 << 30
#define __BPF_STREAM_KINDS_SUM_12 __BPF_STREAM_KINDS_SUM_11 | (__bpf_stream_u64)__bpf_stream_kind_12 << 33
#define __BPF_STREAM_KINDS_SUM_13 __BPF_STREAM_KINDS_SUM_0
/* clang-format on */

/*
 * The kinds of the @n arguments of a message, three bits each, after @own arguments of the library,
 * which are numbers.
 */
#define __BPF_STREAM_KINDS(own, n, fmt)                                                            \
	__extension__({                                                                            \
		enum {                                                                             \
			__bpf_stream_kinds_n = __builtin_strlen(fmt),                              \
			__BPF_STREAM_KINDS_##n(fmt)                                                \
		};                                                                                 \
		_Static_assert(!((__BPF_STREAM_KINDS_SUM_##n) &                                    \
				 (__BPF_STREAM_KINDS_SUM_##n) >> 1 &                               \
				 (__BPF_STREAM_KINDS_SUM_##n) >> 2 & 0111111111111ULL),            \
			       "bpf_stream: the ring takes at most seven %% before a conversion, " \
			       "and at most 8 characters of flags and width");                     \
		(__BPF_STREAM_KINDS_SUM_##n) << 3 * (own);                                         \
	})

#endif /* BPF_STREAM_BPF_KINDS_H */
