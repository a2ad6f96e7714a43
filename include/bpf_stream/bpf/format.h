/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/format.h - refuse formats that the kernel refuses, at compile time. Internal: do
 * not include directly.
 *
 * The grammar is that of bpf_bprintf_prepare() in the kernel's kernel/bpf/helpers.c, which streams,
 * the trace pipe and bpf_snprintf() share:
 *
 *	%%, or: % [0+- ]* [1-9][0-9]* CONVERSION
 *	c; s; d i u x X, also after l and ll
 *	p; pK px ps pS pB; pks pus; pi4 pI4 pi6 pI6
 *
 * No letter or digit may follow s, pks, pus and a plain p. Elsewhere the kernel takes printable
 * ASCII, spaces and \t \n \v \f \r; newer kernels take bytes from 0x80 on as well.
 *
 * clang's front end evaluates the conditions of enable_if and diagnose_if, so the check also works
 * at -O0 and in code that is never reached, and it generates no code.
 */
#ifndef BPF_STREAM_BPF_FORMAT_H
#define BPF_STREAM_BPF_FORMAT_H

#define __BPF_STREAM_FMT_IF(cond) __attribute__((__overloadable__, __enable_if__(cond, "")))
#define __BPF_STREAM_FMT_SAY(cond, words)                                                          \
	__attribute__((__diagnose_if__(cond, "bpf_stream: " words, "error")))
#define __BPF_STREAM_FMT_IN(set, c) __builtin_memchr(set, c, sizeof(set) - 1)

/* clang-format off */

/* What may follow s, pks, pus and p: the end, and the kernel's isspace() and ispunct() */
#define __BPF_STREAM_FMT_AFTER "\0 \n,:;)]/.'\"\t\v\f\r!#$%&(*+-<=>?@[\\^_`{|}~"

/*
 * Is there a conversion at p[@i]? Each word of a condition, and each macro in an argument of a macro,
 * costs every file that includes this; so these take numbers alone, and @p is not a parameter.
 */
#define __BPF_STREAM_FMT_CONV(i)                                                                   \
	(__BPF_STREAM_FMT_IN("diuxXc", p[i]) ||                                                    \
	 (p[i] == 's' && __BPF_STREAM_FMT_IN(__BPF_STREAM_FMT_AFTER, p[i + 1])) ||                 \
	 (p[i] == 'l' && (__BPF_STREAM_FMT_IN("diuxX", p[i + 1]) ||                                \
			  (p[i + 1] == 'l' && __BPF_STREAM_FMT_IN("diuxX", p[i + 2])))) ||         \
	 (p[i] == 'p' && (__BPF_STREAM_FMT_IN("KxsSB" __BPF_STREAM_FMT_AFTER, p[i + 1]) ||         \
			  (__BPF_STREAM_FMT_IN("iI", p[i + 1]) &&                                  \
			   __BPF_STREAM_FMT_IN("46", p[i + 2])) ||                                 \
			  (__BPF_STREAM_FMT_IN("ku", p[i + 1]) && p[i + 2] == 's' &&               \
			   __BPF_STREAM_FMT_IN(__BPF_STREAM_FMT_AFTER, p[i + 3])))))

/* Flags and width, up to 9 characters; no + - or space follows the first digit other than 0. */
#define __BPF_STREAM_FMT_FIELD(c) __builtin_memchr("0123456789+- ", c, 13)
#define __BPF_STREAM_FMT_DIGIT(c) __builtin_memchr("0123456789", c, 10)
#define __BPF_STREAM_FMT_FLAG(c)  __builtin_memchr("0+- ", c, 4)
#define __BPF_STREAM_FMT_FLAGS_1                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[1]) ? __BPF_STREAM_FMT_FLAGS_2 : __BPF_STREAM_FMT_WIDTH_1)
#define __BPF_STREAM_FMT_FLAGS_2                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[2]) ? __BPF_STREAM_FMT_FLAGS_3 : __BPF_STREAM_FMT_WIDTH_2)
#define __BPF_STREAM_FMT_FLAGS_3                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[3]) ? __BPF_STREAM_FMT_FLAGS_4 : __BPF_STREAM_FMT_WIDTH_3)
#define __BPF_STREAM_FMT_FLAGS_4                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[4]) ? __BPF_STREAM_FMT_FLAGS_5 : __BPF_STREAM_FMT_WIDTH_4)
#define __BPF_STREAM_FMT_FLAGS_5                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[5]) ? __BPF_STREAM_FMT_FLAGS_6 : __BPF_STREAM_FMT_WIDTH_5)
#define __BPF_STREAM_FMT_FLAGS_6                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[6]) ? __BPF_STREAM_FMT_FLAGS_7 : __BPF_STREAM_FMT_WIDTH_6)
#define __BPF_STREAM_FMT_FLAGS_7                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[7]) ? __BPF_STREAM_FMT_FLAGS_8 : __BPF_STREAM_FMT_WIDTH_7)
#define __BPF_STREAM_FMT_FLAGS_8                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[8]) ? __BPF_STREAM_FMT_FLAGS_9 : __BPF_STREAM_FMT_WIDTH_8)
#define __BPF_STREAM_FMT_FLAGS_9                                                                   \
	(__BPF_STREAM_FMT_FLAG(p[9]) ? __BPF_STREAM_FMT_FLAGS_10 : __BPF_STREAM_FMT_WIDTH_9)
#define __BPF_STREAM_FMT_FLAGS_10 1
#define __BPF_STREAM_FMT_WIDTH_1                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[1]) ? __BPF_STREAM_FMT_WIDTH_2 : !__BPF_STREAM_FMT_FLAG(p[1]))
#define __BPF_STREAM_FMT_WIDTH_2                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[2]) ? __BPF_STREAM_FMT_WIDTH_3 : !__BPF_STREAM_FMT_FLAG(p[2]))
#define __BPF_STREAM_FMT_WIDTH_3                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[3]) ? __BPF_STREAM_FMT_WIDTH_4 : !__BPF_STREAM_FMT_FLAG(p[3]))
#define __BPF_STREAM_FMT_WIDTH_4                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[4]) ? __BPF_STREAM_FMT_WIDTH_5 : !__BPF_STREAM_FMT_FLAG(p[4]))
#define __BPF_STREAM_FMT_WIDTH_5                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[5]) ? __BPF_STREAM_FMT_WIDTH_6 : !__BPF_STREAM_FMT_FLAG(p[5]))
#define __BPF_STREAM_FMT_WIDTH_6                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[6]) ? __BPF_STREAM_FMT_WIDTH_7 : !__BPF_STREAM_FMT_FLAG(p[6]))
#define __BPF_STREAM_FMT_WIDTH_7                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[7]) ? __BPF_STREAM_FMT_WIDTH_8 : !__BPF_STREAM_FMT_FLAG(p[7]))
#define __BPF_STREAM_FMT_WIDTH_8                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[8]) ? __BPF_STREAM_FMT_WIDTH_9 : !__BPF_STREAM_FMT_FLAG(p[8]))
#define __BPF_STREAM_FMT_WIDTH_9                                                                   \
	(__BPF_STREAM_FMT_DIGIT(p[9]) ? __BPF_STREAM_FMT_WIDTH_10 : !__BPF_STREAM_FMT_FLAG(p[9]))
#define __BPF_STREAM_FMT_WIDTH_10 1
#define __BPF_STREAM_FMT_STEP_1                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[1]) && (__BPF_STREAM_FMT_CONV(2) || __BPF_STREAM_FMT_STEP_2))
#define __BPF_STREAM_FMT_STEP_2                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[2]) && (__BPF_STREAM_FMT_CONV(3) || __BPF_STREAM_FMT_STEP_3))
#define __BPF_STREAM_FMT_STEP_3                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[3]) && (__BPF_STREAM_FMT_CONV(4) || __BPF_STREAM_FMT_STEP_4))
#define __BPF_STREAM_FMT_STEP_4                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[4]) && (__BPF_STREAM_FMT_CONV(5) || __BPF_STREAM_FMT_STEP_5))
#define __BPF_STREAM_FMT_STEP_5                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[5]) && (__BPF_STREAM_FMT_CONV(6) || __BPF_STREAM_FMT_STEP_6))
#define __BPF_STREAM_FMT_STEP_6                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[6]) && (__BPF_STREAM_FMT_CONV(7) || __BPF_STREAM_FMT_STEP_7))
#define __BPF_STREAM_FMT_STEP_7                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[7]) && (__BPF_STREAM_FMT_CONV(8) || __BPF_STREAM_FMT_STEP_8))
#define __BPF_STREAM_FMT_STEP_8                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[8]) && (__BPF_STREAM_FMT_CONV(9) || __BPF_STREAM_FMT_STEP_9))
#define __BPF_STREAM_FMT_STEP_9                                                                    \
	(__BPF_STREAM_FMT_FIELD(p[9]) && (__BPF_STREAM_FMT_CONV(10) || __BPF_STREAM_FMT_STEP_10))
#define __BPF_STREAM_FMT_STEP_10 0
#define __BPF_STREAM_FMT_SPEC                                                                      \
	(p[1] == '%' || __BPF_STREAM_FMT_CONV(1) ||                                                \
	 (__BPF_STREAM_FMT_FLAGS_1 && __BPF_STREAM_FMT_STEP_1))

/* For the words: what follows flags and width, of up to 5 characters. @p is at the %. */
#define __BPF_STREAM_FMT_REST(p)                                                                   \
	((p) + (!__BPF_STREAM_FMT_FIELD((p)[1])	  ? 1                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[2]) ? 2                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[3]) ? 3                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[4]) ? 4                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[5]) ? 5                                              \
						  : 6))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat" /* attributes of clang alone */

/*
 * A message that is @longest bytes long without its strings: they take at most 512 bytes together, the
 * kernel's buffer for them. Pointers count as strings.
 */
#define __BPF_STREAM_FMT_TOO_LONG                                                                  \
	(longest > 1023 - 512 && __BPF_STREAM_FMT_IN("sp", __BPF_STREAM_FMT_REST(p)[0]))
#define __BPF_STREAM_FMT_LONG_WORDS                                                                \
	"the format is too long: with its arguments the message could pass 1,023 bytes, and the "  \
	"kernel would drop it"

/*
 * Called for each % of a format. The first overload takes what is right; the second reports what is
 * wrong.
 */
extern void __bpf_stream_fmt_spec(const char *p, int longest)
	__BPF_STREAM_FMT_IF(__BPF_STREAM_FMT_SPEC && !__BPF_STREAM_FMT_TOO_LONG);

#define __BPF_STREAM_FMT_NO "the kernel does not take "

/* Test character @i after flags and width; report one, two or three that match. */
#define __BPF_STREAM_FMT_AT(i, set) __BPF_STREAM_FMT_IN(set, __BPF_STREAM_FMT_REST(p)[i])
#define __BPF_STREAM_FMT_BAD(set, words)                                                           \
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_AT(0, set), __BPF_STREAM_FMT_NO words)
#define __BPF_STREAM_FMT_BAD2(a, b, words)                                                         \
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_AT(0, a) &&                           \
				     __BPF_STREAM_FMT_AT(1, b),                                    \
			     __BPF_STREAM_FMT_NO words)
#define __BPF_STREAM_FMT_BAD3(a, b, c, words)                                                      \
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_AT(0, a) &&                           \
				     __BPF_STREAM_FMT_AT(1, b) && __BPF_STREAM_FMT_AT(2, c),       \
			     __BPF_STREAM_FMT_NO words)
#define __BPF_STREAM_FMT_CAST(a, set, from, type, to)                                              \
	__BPF_STREAM_FMT_BAD2(a, set, from ": cast to " type " and write " to)
#define __BPF_STREAM_FMT_ONE                                                                       \
	"a single % at the end of the format: write %% for a percent sign"
#define __BPF_STREAM_FMT_NO_FLOAT                                                                  \
	"%f, %e, %g and %a: BPF has no floating point; print integers"
#define __BPF_STREAM_FMT_NO_LETTER(conv)                                                           \
	"a letter or a digit right after " conv ": put a space or a punctuation mark between them"

extern void __bpf_stream_fmt_spec(const char *p, int longest)
	__attribute__((__overloadable__))
	__BPF_STREAM_FMT_SAY(__BPF_STREAM_FMT_TOO_LONG, __BPF_STREAM_FMT_LONG_WORDS)
	/* "100% sure" is a %s before a letter to the kernel. The author means a percent sign. */
	__BPF_STREAM_FMT_SAY(p[1] == ' ',
		"the kernel takes a % before a space for a conversion: write %% for a percent sign")
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && !__BPF_STREAM_FMT_REST(p)[0],
		__BPF_STREAM_FMT_ONE)
	__BPF_STREAM_FMT_BAD("%", "anything between the two % of %%")
	__BPF_STREAM_FMT_BAD("#", "the flag # (%#x): write 0x%x")
	__BPF_STREAM_FMT_BAD("'", "the flag ' (%'d): write %d")
	__BPF_STREAM_FMT_BAD(".", "a precision (%.3s, %.2f): print a shorter copy of a "
		"string; write a width (%03d) for a number")
	__BPF_STREAM_FMT_BAD("*", "a width from an argument (%*d): write the width in "
		"the format (%8d)")
	__BPF_STREAM_FMT_CAST("z", "di", "%zd", "long", "%ld")
	__BPF_STREAM_FMT_CAST("z", "u", "%zu", "unsigned long", "%lu")
	__BPF_STREAM_FMT_CAST("z", "xX", "%zx", "unsigned long", "%lx")
	__BPF_STREAM_FMT_CAST("t", "diuxX", "%td", "long", "%ld")
	__BPF_STREAM_FMT_CAST("j", "di", "%jd", "long long", "%lld")
	__BPF_STREAM_FMT_CAST("j", "u", "%ju", "unsigned long long", "%llu")
	__BPF_STREAM_FMT_CAST("j", "xX", "%jx", "unsigned long long", "%llx")
	__BPF_STREAM_FMT_CAST("Lq", "diuxX", "%Ld and %qd", "long long", "%lld")
	__BPF_STREAM_FMT_CAST("h", "di", "%hd", "short", "%d")
	__BPF_STREAM_FMT_CAST("h", "u", "%hu", "unsigned short", "%u")
	__BPF_STREAM_FMT_CAST("h", "xX", "%hx", "unsigned short", "%x")
	__BPF_STREAM_FMT_BAD3("h", "h", "di",
		"%hhd: cast to signed char and write %d")
	__BPF_STREAM_FMT_BAD3("h", "h", "u",
		"%hhu: cast to unsigned char and write %u")
	__BPF_STREAM_FMT_BAD3("h", "h", "xX",
		"%hhx: cast to unsigned char and write %x")
	__BPF_STREAM_FMT_BAD("o", "%o: write %x")
	__BPF_STREAM_FMT_BAD2("l", "o", "%lo: write %lx")
	__BPF_STREAM_FMT_BAD3("l", "l", "o", "%llo: write %llx")
	__BPF_STREAM_FMT_BAD("b", "%b: write %x")
	__BPF_STREAM_FMT_BAD("n", "%n: leave it out")
	__BPF_STREAM_FMT_BAD2("l", "sc", "%ls and %lc: write %s and %c")
	__BPF_STREAM_FMT_BAD("fFeEgGaA", __BPF_STREAM_FMT_NO_FLOAT)
	__BPF_STREAM_FMT_BAD2("lL", "fFeEgGaA", __BPF_STREAM_FMT_NO_FLOAT)
	__BPF_STREAM_FMT_SAY(!__BPF_STREAM_FMT_SPEC && __BPF_STREAM_FMT_REST(p)[0] == 's', __BPF_STREAM_FMT_NO __BPF_STREAM_FMT_NO_LETTER("%s"))
	__BPF_STREAM_FMT_BAD3("p", "ku", "s", __BPF_STREAM_FMT_NO_LETTER("%pks and %pus"))
	__BPF_STREAM_FMT_BAD2("p", "M", "%pM: write %02x:%02x:%02x:%02x:%02x:%02x with "
		"the six bytes")
	__BPF_STREAM_FMT_BAD2("p", "m", "%pm: write %02x%02x%02x%02x%02x%02x with the "
		"six bytes")
	__BPF_STREAM_FMT_BAD2("p", "h", "%ph: write %02x for each byte, or use "
		"bpf_log_hexdump()")
	__BPF_STREAM_FMT_BAD2("p", "dD", "%pd and %pD: read the name into a buffer and "
		"write %s")
	__BPF_STREAM_FMT_BAD2("p", "e", "%pe: write %ld for the error")
	__BPF_STREAM_FMT_BAD2("p", "iI", "this form of %pI: write %pI4 or %pI6 with "
		"the address, and %d with the port")
	/* What none of the above has named */
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_AT(0, "p") &&
			     !__BPF_STREAM_FMT_AT(1, "MmhdDeiI") &&
			     !(__BPF_STREAM_FMT_AT(1, "ku") && __BPF_STREAM_FMT_AT(2, "s")),
		"of what begins with %p the kernel takes %p %px %pK %ps %pS %pB %pks %pus %pi4 "
		"%pI4 %pi6 %pI6 only; put a space or a punctuation mark after %p")
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_REST(p)[0] &&
			     !__BPF_STREAM_FMT_AT(0, "%#'.*ztjLqhlobnfFeEgGaAsp"),
		__BPF_STREAM_FMT_NO "this conversion: it takes %d %i %u %x %X, also after l and "
		"ll, %c %s %p; write %% for a percent sign")
	__BPF_STREAM_FMT_SAY(
		p[1] != ' ' &&
			((__BPF_STREAM_FMT_AT(0, "ztjq") && !__BPF_STREAM_FMT_AT(1, "diuxX")) ||
			 (__BPF_STREAM_FMT_AT(0, "L") &&
			  !__BPF_STREAM_FMT_AT(1, "diuxXfFeEgGaA")) ||
			 (__BPF_STREAM_FMT_AT(0, "h") && !__BPF_STREAM_FMT_AT(1, "diuxX") &&
			  !(__BPF_STREAM_FMT_AT(1, "h") && __BPF_STREAM_FMT_AT(2, "diuxX"))) ||
			 (__BPF_STREAM_FMT_AT(0, "l") && !__BPF_STREAM_FMT_AT(1, "oscfFeEgGaA") &&
			  !(__BPF_STREAM_FMT_AT(1, "l") && __BPF_STREAM_FMT_AT(2, "o")))),
		__BPF_STREAM_FMT_NO "this conversion: it takes %ld %li %lu %lx %lX, the same with "
		"ll, and no other length");

/*
 * After @last, the last % that is checked in full: in a format with three %% or more, up to 8 others
 * follow. Of these only the letter is checked.
 */
#define __BPF_STREAM_FMT_LETTER(p)                                                                 \
	(__BPF_STREAM_FMT_IN("diuxXcslp%", (p)[1]) ||                                              \
	 (__BPF_STREAM_FMT_FIELD((p)[1]) &&                                                        \
	  (__BPF_STREAM_FMT_IN("diuxXcslp", (p)[2]) ||                                             \
	   (__BPF_STREAM_FMT_FIELD((p)[2]) &&                                                      \
	    __BPF_STREAM_FMT_IN("diuxXcslp0123456789+- ", (p)[3])))))
#define __BPF_STREAM_FMT_NEXT(p) __builtin_strchr(p, '%')
#define __BPF_STREAM_FMT_MORE_0(p) 1
#define __BPF_STREAM_FMT_MORE_1(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_0(__BPF_STREAM_FMT_NEXT(p) + 2)))
#define __BPF_STREAM_FMT_MORE_2(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_1(__BPF_STREAM_FMT_NEXT(p) + 2)))
#define __BPF_STREAM_FMT_MORE_3(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_2(__BPF_STREAM_FMT_NEXT(p) + 2)))
#define __BPF_STREAM_FMT_MORE_4(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_3(__BPF_STREAM_FMT_NEXT(p) + 2)))
#define __BPF_STREAM_FMT_MORE_5(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_4(__BPF_STREAM_FMT_NEXT(p) + 2)))
#define __BPF_STREAM_FMT_MORE_6(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_5(__BPF_STREAM_FMT_NEXT(p) + 2)))
#define __BPF_STREAM_FMT_MORE_7(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_6(__BPF_STREAM_FMT_NEXT(p) + 2)))
#define __BPF_STREAM_FMT_MORE_8(p) (!__BPF_STREAM_FMT_NEXT(p) ||                                   \
	(__BPF_STREAM_FMT_LETTER(__BPF_STREAM_FMT_NEXT(p)) &&                                      \
	 __BPF_STREAM_FMT_MORE_7(__BPF_STREAM_FMT_NEXT(p) + 2)))

/*
 * Called for the characters of a format. Few formats have other escapes in their @source than
 * these; only for those the format @s itself is searched. @wide is the size of the format in wide
 * characters: text that is not ASCII has fewer characters than bytes.
 */
#define __BPF_STREAM_FMT_ESC(s)	 __builtin_strchr(s, '\\')
#define __BPF_STREAM_FMT_PLAIN(s) __BPF_STREAM_FMT_IN("nt\"\\'%r", (s)[1])
#define __BPF_STREAM_FMT_ESCAPES(s)                                                                \
	(!__BPF_STREAM_FMT_ESC(s) ||                                                               \
	 (__BPF_STREAM_FMT_PLAIN(__BPF_STREAM_FMT_ESC(s)) &&                                       \
	  (!__BPF_STREAM_FMT_ESC(__BPF_STREAM_FMT_ESC(s) + 2) ||                                   \
	   (__BPF_STREAM_FMT_PLAIN(__BPF_STREAM_FMT_ESC(__BPF_STREAM_FMT_ESC(s) + 2)) &&           \
	    !__BPF_STREAM_FMT_ESC(__BPF_STREAM_FMT_ESC(__BPF_STREAM_FMT_ESC(s) + 2) + 2)))))
#define __BPF_STREAM_FMT_HAS4(s, c)                                                                \
	(__builtin_strchr(s, c) || __builtin_strchr(s, (c) + 1) || __builtin_strchr(s, (c) + 2) || \
	 __builtin_strchr(s, (c) + 3))
#define __BPF_STREAM_FMT_HAS16(s, c)                                                               \
	(__BPF_STREAM_FMT_HAS4(s, c) || __BPF_STREAM_FMT_HAS4(s, (c) + 4) ||                       \
	 __BPF_STREAM_FMT_HAS4(s, (c) + 8) || __BPF_STREAM_FMT_HAS4(s, (c) + 12))
#define __BPF_STREAM_FMT_CONTROL(s)                                                                \
	(__BPF_STREAM_FMT_HAS4(s, 1) || __BPF_STREAM_FMT_HAS4(s, 5) ||                             \
	 __BPF_STREAM_FMT_HAS16(s, 14) || __BPF_STREAM_FMT_HAS4(s, 28) || __builtin_strchr(s, 127))
#define __BPF_STREAM_FMT_HIGH(s)                                                                   \
	(__BPF_STREAM_FMT_HAS16(s, -128) || __BPF_STREAM_FMT_HAS16(s, -112) ||                     \
	 __BPF_STREAM_FMT_HAS16(s, -96) || __BPF_STREAM_FMT_HAS16(s, -80) ||                       \
	 __BPF_STREAM_FMT_HAS16(s, -64) || __BPF_STREAM_FMT_HAS16(s, -48) ||                       \
	 __BPF_STREAM_FMT_HAS16(s, -32) || __BPF_STREAM_FMT_HAS16(s, -16))

/* One NUL after the last newline does no harm, and existing calls of bpf_printk() have it. */
#define __BPF_STREAM_FMT_NUL(s, size)                                                              \
	(__builtin_strlen(s) + 1 != (size) &&                                                      \
	 !(__builtin_strlen(s) + 2 == (size) && __builtin_strlen(s) &&                             \
	   (s)[__builtin_strlen(s) - 1] == '\n'))

#define __BPF_STREAM_FMT_ASCII (wide == sizeof(L"") * size)
#define __BPF_STREAM_FMT_OTHERS __BPF_STREAM_FMT_NEXT(last + 2)
extern void __bpf_stream_fmt_text(const char *s, unsigned long size, const char *source,
				  unsigned long source_size, unsigned long wide, int longest,
				  const char *last)
	__BPF_STREAM_FMT_IF(longest <= 1023 && __BPF_STREAM_FMT_ASCII &&
			    (source_size == size + 2 || __BPF_STREAM_FMT_ESCAPES(source)) &&
			    !__BPF_STREAM_FMT_OTHERS);
extern void __bpf_stream_fmt_text(const char *s, unsigned long size, const char *source,
				  unsigned long source_size, unsigned long wide, int longest,
				  const char *last)
	__attribute__((__overloadable__))
	__BPF_STREAM_FMT_SAY(longest > 1023 ||
				     (longest > 1023 - 512 && __BPF_STREAM_FMT_OTHERS &&
				      __BPF_STREAM_FMT_IN("sp0123456789+- ",
							  __BPF_STREAM_FMT_OTHERS[1])),
			     __BPF_STREAM_FMT_LONG_WORDS)
	__BPF_STREAM_FMT_SAY(!__BPF_STREAM_FMT_MORE_8(last + 2),
			     __BPF_STREAM_FMT_NO "one of the last conversions in this format; "
			     "write %% for a percent sign")
	__BPF_STREAM_FMT_SAY(__BPF_STREAM_FMT_NUL(s, size),
			     "the kernel reads a format only up to its first \\0: leave that out")
	__BPF_STREAM_FMT_SAY(__builtin_strchr(s, 27),
			     __BPF_STREAM_FMT_NO "\\033: leave colours to the program that shows "
			     "the messages")
	__BPF_STREAM_FMT_SAY(__builtin_strchr(s, 7), __BPF_STREAM_FMT_NO "\\a: leave it out")
	__BPF_STREAM_FMT_SAY(!__builtin_strchr(s, 27) && !__builtin_strchr(s, 7) &&
				     __BPF_STREAM_FMT_CONTROL(s),
			     __BPF_STREAM_FMT_NO "this control character: leave it out")
	__BPF_STREAM_FMT_SAY(!__BPF_STREAM_FMT_ASCII || __BPF_STREAM_FMT_HIGH(s),
			     "older kernels take ASCII alone in a format: pass the text as an "
			     "argument of %s");
#pragma clang diagnostic pop

/*
 * Where each % is, one after the other: constants of the front end. As many as there are arguments,
 * and two more for %%, which are found after the end if the format has none.
 */
#define __BPF_STREAM_FMT_PAD "\0%%%%"
#define __BPF_STREAM_FMT_F1(fmt) *const __bpf_stream_fmt_1 = __builtin_char_memchr(fmt __BPF_STREAM_FMT_PAD, '%', 2048ul)
#define __BPF_STREAM_FMT_F2 *const __bpf_stream_fmt_2 = __builtin_char_memchr(__bpf_stream_fmt_1 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F3 *const __bpf_stream_fmt_3 = __builtin_char_memchr(__bpf_stream_fmt_2 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F4 *const __bpf_stream_fmt_4 = __builtin_char_memchr(__bpf_stream_fmt_3 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F5 *const __bpf_stream_fmt_5 = __builtin_char_memchr(__bpf_stream_fmt_4 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F6 *const __bpf_stream_fmt_6 = __builtin_char_memchr(__bpf_stream_fmt_5 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F7 *const __bpf_stream_fmt_7 = __builtin_char_memchr(__bpf_stream_fmt_6 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F8 *const __bpf_stream_fmt_8 = __builtin_char_memchr(__bpf_stream_fmt_7 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F9 *const __bpf_stream_fmt_9 = __builtin_char_memchr(__bpf_stream_fmt_8 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F10 *const __bpf_stream_fmt_10 = __builtin_char_memchr(__bpf_stream_fmt_9 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F11 *const __bpf_stream_fmt_11 = __builtin_char_memchr(__bpf_stream_fmt_10 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F12 *const __bpf_stream_fmt_12 = __builtin_char_memchr(__bpf_stream_fmt_11 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F13 *const __bpf_stream_fmt_13 = __builtin_char_memchr(__bpf_stream_fmt_12 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_F14 *const __bpf_stream_fmt_14 = __builtin_char_memchr(__bpf_stream_fmt_13 + 2, '%', 2048ul)
#define __BPF_STREAM_FMT_FINDS_0(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2
#define __BPF_STREAM_FMT_FINDS_1(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3
#define __BPF_STREAM_FMT_FINDS_2(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4
#define __BPF_STREAM_FMT_FINDS_3(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5
#define __BPF_STREAM_FMT_FINDS_4(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6
#define __BPF_STREAM_FMT_FINDS_5(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7
#define __BPF_STREAM_FMT_FINDS_6(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7, __BPF_STREAM_FMT_F8
#define __BPF_STREAM_FMT_FINDS_7(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7, __BPF_STREAM_FMT_F8, __BPF_STREAM_FMT_F9
#define __BPF_STREAM_FMT_FINDS_8(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7, __BPF_STREAM_FMT_F8, __BPF_STREAM_FMT_F9, __BPF_STREAM_FMT_F10
#define __BPF_STREAM_FMT_FINDS_9(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,               \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7, __BPF_STREAM_FMT_F8, __BPF_STREAM_FMT_F9, __BPF_STREAM_FMT_F10,       \
	__BPF_STREAM_FMT_F11
#define __BPF_STREAM_FMT_FINDS_10(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,              \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7, __BPF_STREAM_FMT_F8, __BPF_STREAM_FMT_F9, __BPF_STREAM_FMT_F10,       \
	__BPF_STREAM_FMT_F11, __BPF_STREAM_FMT_F12
#define __BPF_STREAM_FMT_FINDS_11(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,              \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7, __BPF_STREAM_FMT_F8, __BPF_STREAM_FMT_F9, __BPF_STREAM_FMT_F10,       \
	__BPF_STREAM_FMT_F11, __BPF_STREAM_FMT_F12, __BPF_STREAM_FMT_F13
#define __BPF_STREAM_FMT_FINDS_12(fmt) __BPF_STREAM_FMT_F1(fmt), __BPF_STREAM_FMT_F2,              \
	__BPF_STREAM_FMT_F3, __BPF_STREAM_FMT_F4, __BPF_STREAM_FMT_F5, __BPF_STREAM_FMT_F6,        \
	__BPF_STREAM_FMT_F7, __BPF_STREAM_FMT_F8, __BPF_STREAM_FMT_F9, __BPF_STREAM_FMT_F10,       \
	__BPF_STREAM_FMT_F11, __BPF_STREAM_FMT_F12, __BPF_STREAM_FMT_F13, __BPF_STREAM_FMT_F14
#define __BPF_STREAM_FMT_S1 __bpf_stream_fmt_spec(__bpf_stream_fmt_1, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S2 __bpf_stream_fmt_spec(__bpf_stream_fmt_2, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S3 __bpf_stream_fmt_spec(__bpf_stream_fmt_3, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S4 __bpf_stream_fmt_spec(__bpf_stream_fmt_4, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S5 __bpf_stream_fmt_spec(__bpf_stream_fmt_5, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S6 __bpf_stream_fmt_spec(__bpf_stream_fmt_6, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S7 __bpf_stream_fmt_spec(__bpf_stream_fmt_7, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S8 __bpf_stream_fmt_spec(__bpf_stream_fmt_8, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S9 __bpf_stream_fmt_spec(__bpf_stream_fmt_9, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S10 __bpf_stream_fmt_spec(__bpf_stream_fmt_10, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S11 __bpf_stream_fmt_spec(__bpf_stream_fmt_11, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S12 __bpf_stream_fmt_spec(__bpf_stream_fmt_12, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S13 __bpf_stream_fmt_spec(__bpf_stream_fmt_13, __bpf_stream_longest)
#define __BPF_STREAM_FMT_S14 __bpf_stream_fmt_spec(__bpf_stream_fmt_14, __bpf_stream_longest)
#define __BPF_STREAM_FMT_SPECS_0 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2
#define __BPF_STREAM_FMT_SPECS_1 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3
#define __BPF_STREAM_FMT_SPECS_2 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4
#define __BPF_STREAM_FMT_SPECS_3 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5
#define __BPF_STREAM_FMT_SPECS_4 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6
#define __BPF_STREAM_FMT_SPECS_5 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7
#define __BPF_STREAM_FMT_SPECS_6 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7, __BPF_STREAM_FMT_S8
#define __BPF_STREAM_FMT_SPECS_7 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7, __BPF_STREAM_FMT_S8,                             \
	__BPF_STREAM_FMT_S9
#define __BPF_STREAM_FMT_SPECS_8 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7, __BPF_STREAM_FMT_S8,                             \
	__BPF_STREAM_FMT_S9, __BPF_STREAM_FMT_S10
#define __BPF_STREAM_FMT_SPECS_9 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                         \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7, __BPF_STREAM_FMT_S8,                             \
	__BPF_STREAM_FMT_S9, __BPF_STREAM_FMT_S10, __BPF_STREAM_FMT_S11
#define __BPF_STREAM_FMT_SPECS_10 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                        \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7, __BPF_STREAM_FMT_S8,                             \
	__BPF_STREAM_FMT_S9, __BPF_STREAM_FMT_S10, __BPF_STREAM_FMT_S11,                           \
	__BPF_STREAM_FMT_S12
#define __BPF_STREAM_FMT_SPECS_11 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                        \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7, __BPF_STREAM_FMT_S8,                             \
	__BPF_STREAM_FMT_S9, __BPF_STREAM_FMT_S10, __BPF_STREAM_FMT_S11,                           \
	__BPF_STREAM_FMT_S12, __BPF_STREAM_FMT_S13
#define __BPF_STREAM_FMT_SPECS_12 __BPF_STREAM_FMT_S1, __BPF_STREAM_FMT_S2,                        \
	__BPF_STREAM_FMT_S3, __BPF_STREAM_FMT_S4, __BPF_STREAM_FMT_S5,                             \
	__BPF_STREAM_FMT_S6, __BPF_STREAM_FMT_S7, __BPF_STREAM_FMT_S8,                             \
	__BPF_STREAM_FMT_S9, __BPF_STREAM_FMT_S10, __BPF_STREAM_FMT_S11,                           \
	__BPF_STREAM_FMT_S12, __BPF_STREAM_FMT_S13, __BPF_STREAM_FMT_S14
#define __BPF_STREAM_FMT_LAST_0 __bpf_stream_fmt_2
#define __BPF_STREAM_FMT_LAST_1 __bpf_stream_fmt_3
#define __BPF_STREAM_FMT_LAST_2 __bpf_stream_fmt_4
#define __BPF_STREAM_FMT_LAST_3 __bpf_stream_fmt_5
#define __BPF_STREAM_FMT_LAST_4 __bpf_stream_fmt_6
#define __BPF_STREAM_FMT_LAST_5 __bpf_stream_fmt_7
#define __BPF_STREAM_FMT_LAST_6 __bpf_stream_fmt_8
#define __BPF_STREAM_FMT_LAST_7 __bpf_stream_fmt_9
#define __BPF_STREAM_FMT_LAST_8 __bpf_stream_fmt_10
#define __BPF_STREAM_FMT_LAST_9 __bpf_stream_fmt_11
#define __BPF_STREAM_FMT_LAST_10 __bpf_stream_fmt_12
#define __BPF_STREAM_FMT_LAST_11 __bpf_stream_fmt_13
#define __BPF_STREAM_FMT_LAST_12 __bpf_stream_fmt_14
/* 13 arguments and more: another check refuses them. */
#define __BPF_STREAM_FMT_FINDS_13(fmt) __BPF_STREAM_FMT_FINDS_0(fmt)
#define __BPF_STREAM_FMT_SPECS_13 __BPF_STREAM_FMT_SPECS_0
#define __BPF_STREAM_FMT_LAST_13 __BPF_STREAM_FMT_LAST_0
/* clang-format on */

/*
 * @fmt: the literal of a message, without parentheses; @n: how many arguments it has; before
 * it, enum { __bpf_stream_longest }: how long the message can become without its strings.
 */
#define __BPF_STREAM_CHECK_FORMAT(n, fmt)                                                          \
	const char __BPF_STREAM_FMT_FINDS_##n(fmt);                                                \
                                                                                                   \
	__bpf_stream_fmt_text(fmt, sizeof(fmt), #fmt, sizeof(#fmt), sizeof(L"" fmt),               \
			      __bpf_stream_longest, __BPF_STREAM_FMT_LAST_##n);                    \
	__BPF_STREAM_FMT_SPECS_##n;

#endif /* BPF_STREAM_BPF_FORMAT_H */
