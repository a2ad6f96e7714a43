/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/format.h - refuse formats that the kernel refuses. Internal: do not include
 * directly.
 *
 * The grammar is that of bpf_bprintf_prepare() in the kernel's kernel/bpf/helpers.c, which streams,
 * the trace pipe and bpf_snprintf() share:
 *
 *	%%, or: % [0+- ]* [1-9][0-9]* CONVERSION
 *	c; s; d i u x X, also after l and ll
 *	p; pK px ps pS pB; pks pus; pi4 pI4 pi6 pI6
 *
 * Neither a letter nor a digit follows s, pks, pus and a plain p. All other characters are printable
 * ASCII, a space, or one of \t \n \v \f \r; newer kernels take bytes from 0x80 on as well.
 *
 * The compiler's front end does the work, in the conditions of enable_if and diagnose_if: with the
 * optimizer off too, in code that is never reached too, and without any code generated.
 */
#ifndef BPF_STREAM_BPF_FORMAT_H
#define BPF_STREAM_BPF_FORMAT_H

#define __BPF_STREAM_FMT_IF(cond) __attribute__((__overloadable__, __enable_if__(cond, "")))
#define __BPF_STREAM_FMT_SAY(cond, words)                                                          \
	__attribute__((__diagnose_if__(cond, "bpf_stream: " words, "error")))
#define __BPF_STREAM_FMT_IN(set, c) __builtin_memchr(set, c, sizeof(set) - 1)

/* What may follow s, pks, pus and p: the kernel's isspace() and ispunct(), and the end */
#define __BPF_STREAM_FMT_AFTER	    " \t\n\v\f\r!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
#define __BPF_STREAM_FMT_ENDS(c)                                                                   \
	__builtin_memchr(__BPF_STREAM_FMT_AFTER, c, sizeof(__BPF_STREAM_FMT_AFTER))

/* Is there a conversion at @p? */
#define __BPF_STREAM_FMT_CONV(p)                                                                   \
	(__BPF_STREAM_FMT_IN("diuxXc", (p)[0]) ||                                                  \
	 ((p)[0] == 's' && __BPF_STREAM_FMT_ENDS((p)[1])) ||                                       \
	 ((p)[0] == 'l' && (__BPF_STREAM_FMT_IN("diuxX", (p)[1]) ||                                \
			    ((p)[1] == 'l' && __BPF_STREAM_FMT_IN("diuxX", (p)[2])))) ||           \
	 ((p)[0] == 'p' && (__BPF_STREAM_FMT_ENDS((p)[1]) || __BPF_STREAM_FMT_PTR((p) + 1))))
#define __BPF_STREAM_FMT_PTR(p)                                                                    \
	(__BPF_STREAM_FMT_IN("KxsSB", (p)[0]) ||                                                   \
	 (__BPF_STREAM_FMT_IN("ku", (p)[0]) && (p)[1] == 's' && __BPF_STREAM_FMT_ENDS((p)[2])) ||  \
	 (__BPF_STREAM_FMT_IN("iI", (p)[0]) && __BPF_STREAM_FMT_IN("46", (p)[1])))

/* The same with a width of up to 4 digits before it, and with up to 5 flags before that */
#define __BPF_STREAM_FMT_DIGIT(c) ((c) >= '0' && (c) <= '9')
#define __BPF_STREAM_FMT_WIDE(p)                                                                   \
	(__BPF_STREAM_FMT_CONV(p) ||                                                               \
	 (__BPF_STREAM_FMT_DIGIT((p)[0]) && (p)[0] != '0' &&                                       \
	  (__BPF_STREAM_FMT_CONV((p) + 1) ||                                                       \
	   (__BPF_STREAM_FMT_DIGIT((p)[1]) &&                                                      \
	    (__BPF_STREAM_FMT_CONV((p) + 2) ||                                                     \
	     (__BPF_STREAM_FMT_DIGIT((p)[2]) &&                                                    \
	      (__BPF_STREAM_FMT_CONV((p) + 3) ||                                                   \
	       (__BPF_STREAM_FMT_DIGIT((p)[3]) && __BPF_STREAM_FMT_CONV((p) + 4)))))))))
#define __BPF_STREAM_FMT_FLAG(c) __BPF_STREAM_FMT_IN("0+- ", c)
#define __BPF_STREAM_FMT_SPEC(p)                                                                   \
	(__BPF_STREAM_FMT_WIDE(p) ||                                                               \
	 (__BPF_STREAM_FMT_FLAG((p)[0]) &&                                                         \
	  (__BPF_STREAM_FMT_WIDE((p) + 1) ||                                                       \
	   (__BPF_STREAM_FMT_FLAG((p)[1]) &&                                                       \
	    (__BPF_STREAM_FMT_WIDE((p) + 2) ||                                                     \
	     (__BPF_STREAM_FMT_FLAG((p)[2]) &&                                                     \
	      (__BPF_STREAM_FMT_WIDE((p) + 3) ||                                                   \
	       (__BPF_STREAM_FMT_FLAG((p)[3]) &&                                                   \
		(__BPF_STREAM_FMT_WIDE((p) + 4) ||                                                 \
		 (__BPF_STREAM_FMT_FLAG((p)[4]) && __BPF_STREAM_FMT_WIDE((p) + 5)))))))))))

/* For the words: what comes after flags and width, up to 9 characters of these. @p is at the %. */
#define __BPF_STREAM_FMT_FIELD(c) __BPF_STREAM_FMT_IN("0123456789+- ", c)
#define __BPF_STREAM_FMT_REST(p)                                                                   \
	((p) + (!__BPF_STREAM_FMT_FIELD((p)[1])   ? 1                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[2]) ? 2                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[3]) ? 3                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[4]) ? 4                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[5]) ? 5                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[6]) ? 6                                              \
		: !__BPF_STREAM_FMT_FIELD((p)[7]) ? 7                                              \
						  : 8))

/* @c, or two of them, are what is wrong; "100% sure" is a percent sign in text, whatever comes next */
#define __BPF_STREAM_FMT_AT(p, i) __BPF_STREAM_FMT_REST(p)[i]
#define __BPF_STREAM_FMT_BAD(p, c, words)                                                          \
	__BPF_STREAM_FMT_SAY((p)[1] != ' ' && __BPF_STREAM_FMT_AT(p, 0) == (c), words)
#define __BPF_STREAM_FMT_BAD2(p, c, set, words)                                                    \
	__BPF_STREAM_FMT_SAY((p)[1] != ' ' && __BPF_STREAM_FMT_AT(p, 0) == (c) &&                  \
				     __BPF_STREAM_FMT_IN(set, __BPF_STREAM_FMT_AT(p, 1)),          \
			     words)
#define __BPF_STREAM_FMT_BAD3(p, c, set, words)                                                    \
	__BPF_STREAM_FMT_SAY((p)[1] != ' ' && __BPF_STREAM_FMT_AT(p, 0) == (c) &&                  \
				     __BPF_STREAM_FMT_AT(p, 1) == (c) &&                           \
				     __BPF_STREAM_FMT_IN(set, __BPF_STREAM_FMT_AT(p, 2)),          \
			     words)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat" /* attributes of clang's own */

/* Called for each % of a format and for its end: by the first of these if that is all right */
extern void __bpf_stream_fmt_spec(const char *p)
	__BPF_STREAM_FMT_IF(!p[0] || p[1] == '%' || __BPF_STREAM_FMT_SPEC(p + 1));
extern void __bpf_stream_fmt_spec(const char *p) __attribute__((__overloadable__))
	__BPF_STREAM_FMT_SAY(p[1] == ' ', "the kernel takes a % before a space for a conversion: write %% for a percent sign")
	__BPF_STREAM_FMT_BAD(p, 0, "a single % at the end of the format: write %% for a percent sign")
	__BPF_STREAM_FMT_BAD(p, '%', "the kernel takes nothing between the two % of %%")
	__BPF_STREAM_FMT_BAD(p, '#', "the kernel does not take the flag # (%#x): write 0x%x")
	__BPF_STREAM_FMT_BAD(p, '\'', "the kernel does not take the flag ' (%'d): write %d")
	__BPF_STREAM_FMT_BAD(p, '.', "the kernel does not take a precision (%.3s, %.2f): print a shorter copy of the string; write a width (%03d) for a number")
	__BPF_STREAM_FMT_BAD(p, '*', "the kernel does not take a width from an argument (%*d): write it in the format (%8d)")
	__BPF_STREAM_FMT_BAD2(p, 'z', "d", "the kernel does not take %zd: cast to long and write %ld")
	__BPF_STREAM_FMT_BAD2(p, 'z', "i", "the kernel does not take %zi: cast to long and write %li")
	__BPF_STREAM_FMT_BAD2(p, 'z', "u", "the kernel does not take %zu: cast to unsigned long and write %lu")
	__BPF_STREAM_FMT_BAD2(p, 'z', "x", "the kernel does not take %zx: cast to unsigned long and write %lx")
	__BPF_STREAM_FMT_BAD2(p, 'z', "X", "the kernel does not take %zX: cast to unsigned long and write %lX")
	__BPF_STREAM_FMT_BAD2(p, 't', "diuxX", "the kernel does not take %td: cast to long and write %ld")
	__BPF_STREAM_FMT_BAD2(p, 'j', "d", "the kernel does not take %jd: cast to long long and write %lld")
	__BPF_STREAM_FMT_BAD2(p, 'j', "i", "the kernel does not take %ji: cast to long long and write %lli")
	__BPF_STREAM_FMT_BAD2(p, 'j', "u", "the kernel does not take %ju: cast to unsigned long long and write %llu")
	__BPF_STREAM_FMT_BAD2(p, 'j', "x", "the kernel does not take %jx: cast to unsigned long long and write %llx")
	__BPF_STREAM_FMT_BAD2(p, 'j', "X", "the kernel does not take %jX: cast to unsigned long long and write %llX")
	__BPF_STREAM_FMT_BAD2(p, 'L', "diuxX", "the kernel does not take %Ld: write %lld (and %llu, %llx)")
	__BPF_STREAM_FMT_BAD2(p, 'q', "diuxX", "the kernel does not take %qd: write %lld (and %llu, %llx)")
	__BPF_STREAM_FMT_BAD2(p, 'h', "d", "the kernel does not take %hd: cast to short and write %d")
	__BPF_STREAM_FMT_BAD2(p, 'h', "i", "the kernel does not take %hi: cast to short and write %i")
	__BPF_STREAM_FMT_BAD2(p, 'h', "u", "the kernel does not take %hu: cast to unsigned short and write %u")
	__BPF_STREAM_FMT_BAD2(p, 'h', "x", "the kernel does not take %hx: cast to unsigned short and write %x")
	__BPF_STREAM_FMT_BAD2(p, 'h', "X", "the kernel does not take %hX: cast to unsigned short and write %X")
	__BPF_STREAM_FMT_BAD3(p, 'h', "d", "the kernel does not take %hhd: cast to signed char and write %d")
	__BPF_STREAM_FMT_BAD3(p, 'h', "i", "the kernel does not take %hhi: cast to signed char and write %i")
	__BPF_STREAM_FMT_BAD3(p, 'h', "u", "the kernel does not take %hhu: cast to unsigned char and write %u")
	__BPF_STREAM_FMT_BAD3(p, 'h', "x", "the kernel does not take %hhx: cast to unsigned char and write %x")
	__BPF_STREAM_FMT_BAD3(p, 'h', "X", "the kernel does not take %hhX: cast to unsigned char and write %X")
	__BPF_STREAM_FMT_BAD(p, 'o', "the kernel does not take %o: write %x")
	__BPF_STREAM_FMT_BAD2(p, 'l', "o", "the kernel does not take %lo: write %lx")
	__BPF_STREAM_FMT_BAD3(p, 'l', "o", "the kernel does not take %llo: write %llx")
	__BPF_STREAM_FMT_BAD(p, 'b', "the kernel does not take %b: write %x")
	__BPF_STREAM_FMT_BAD2(p, 'l', "sc", "the kernel does not take %ls and %lc: write %s and %c")
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_IN("fFeEgGaA", __BPF_STREAM_FMT_AT(p, __BPF_STREAM_FMT_AT(p, 0) == 'l')), "the kernel does not take %f, %e, %g and %a: BPF has no floating point; print integers")
	__BPF_STREAM_FMT_BAD(p, 'n', "the kernel does not take %n: leave it out")
	__BPF_STREAM_FMT_BAD(p, 's', "the kernel takes neither a letter nor a digit right after %s: put a space or a punctuation mark between them")
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_AT(p, 0) == 'p' && __BPF_STREAM_FMT_IN("ku", __BPF_STREAM_FMT_AT(p, 1)) && __BPF_STREAM_FMT_AT(p, 2) == 's', "the kernel takes neither a letter nor a digit right after %pks and %pus: put a space or a punctuation mark between them")
	__BPF_STREAM_FMT_BAD2(p, 'p', "M", "the kernel does not take %pM: write %02x:%02x:%02x:%02x:%02x:%02x with the six bytes")
	__BPF_STREAM_FMT_BAD2(p, 'p', "m", "the kernel does not take %pm: write %02x%02x%02x%02x%02x%02x with the six bytes")
	__BPF_STREAM_FMT_BAD2(p, 'p', "h", "the kernel does not take %ph: write %02x for each byte, or use bpf_log_hexdump()")
	__BPF_STREAM_FMT_BAD2(p, 'p', "dD", "the kernel does not take %pd and %pD: read the name into a buffer and write %s")
	__BPF_STREAM_FMT_BAD2(p, 'p', "e", "the kernel does not take %pe: write %ld for the error")
	__BPF_STREAM_FMT_BAD2(p, 'p', "iI", "the kernel does not take this form of %pI: write %pI4 or %pI6 with the address, and %d with the port")
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && __BPF_STREAM_FMT_AT(p, 0) == 'p' && !__BPF_STREAM_FMT_IN("MmhdDeiI", __BPF_STREAM_FMT_AT(p, 1)) && !(__BPF_STREAM_FMT_IN("ku", __BPF_STREAM_FMT_AT(p, 1)) && __BPF_STREAM_FMT_AT(p, 2) == 's'), "of what begins with %p the kernel takes %p %px %pK %ps %pS %pB %pks %pus %pi4 %pI4 %pi6 %pI6 only; put a space or a punctuation mark after %p")
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && (!__BPF_STREAM_FMT_IN("%#'.*ztjLqhoblfFeEgGaAnsp", __BPF_STREAM_FMT_AT(p, 0)) && __BPF_STREAM_FMT_AT(p, 0)), "the kernel does not take this conversion: it takes %d %i %u %x %X, also after l and ll, %c %s %p; write %% for a percent sign")
	__BPF_STREAM_FMT_SAY(p[1] != ' ' && ((__BPF_STREAM_FMT_IN("ztjLq", __BPF_STREAM_FMT_AT(p, 0)) && !__BPF_STREAM_FMT_IN("diuxX", __BPF_STREAM_FMT_AT(p, 1))) || (__BPF_STREAM_FMT_AT(p, 0) == 'h' && !__BPF_STREAM_FMT_IN("diuxX", __BPF_STREAM_FMT_AT(p, 1 + (__BPF_STREAM_FMT_AT(p, 1) == 'h')))) || (__BPF_STREAM_FMT_AT(p, 0) == 'l' && !__BPF_STREAM_FMT_IN("oscfFeEgGaA", __BPF_STREAM_FMT_AT(p, 1)) && !(__BPF_STREAM_FMT_AT(p, 1) == 'l' && __BPF_STREAM_FMT_AT(p, 2) == 'o'))), "the kernel does not take this length (l and ll are all that there are) or this conversion after it: it takes %ld %li %lu %lx %lX and the same with ll");

/*
 * Characters. What is not ASCII makes @wide, the number of characters in the source of the format,
 * differ from that of its bytes; control characters need a backslash there (@source), and few formats
 * have others than these. Only for the rest the characters of the format itself are looked at.
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

extern void __bpf_stream_fmt_chars(const char *s, const char *source, unsigned long bytes,
				   unsigned long wide)
	__BPF_STREAM_FMT_IF(wide == bytes && __BPF_STREAM_FMT_ESCAPES(source));
extern void __bpf_stream_fmt_chars(const char *s, const char *source, unsigned long bytes,
				   unsigned long wide) __attribute__((__overloadable__))
	__BPF_STREAM_FMT_SAY(__builtin_strchr(s, 27),
			     "the kernel refuses \\033 in a format: leave colours to the program "
			     "that shows the messages")
	__BPF_STREAM_FMT_SAY(__builtin_strchr(s, 7), "the kernel refuses \\a in a format: leave it out")
	__BPF_STREAM_FMT_SAY(!__builtin_strchr(s, 27) && !__builtin_strchr(s, 7) &&
				     __BPF_STREAM_FMT_CONTROL(s),
			     "the kernel refuses control characters in a format: leave them out")
	__BPF_STREAM_FMT_SAY(wide != bytes || __BPF_STREAM_FMT_HIGH(s),
			     "older kernels refuse a format that is not ASCII: pass the text as an "
			     "argument of %s");

#pragma clang diagnostic pop

/*
 * From one % to the next. Enumerators, since a constant may use one that comes before it: the place of
 * each %, or the end. As many as there can be for @n arguments, and @n + 2 of %%.
 */
#define __BPF_STREAM_FMT_HOP(fmt, o)                                                               \
	__bpf_stream_fmt_n - __builtin_strlen(                                                \
				     __builtin_strchr(&(fmt)[(o) + ((o) < __bpf_stream_fmt_n) +    \
							     ((o) + 1 < __bpf_stream_fmt_n)],      \
						      '%') ?: "")
#define __BPF_STREAM_FMT_HOP_1(fmt) __bpf_stream_fmt_1 = __bpf_stream_fmt_n - __builtin_strlen(__builtin_strchr(fmt, '%') ?: "")
#define __BPF_STREAM_FMT_HOP_2(fmt) __bpf_stream_fmt_2 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_1)
#define __BPF_STREAM_FMT_HOP_3(fmt) __bpf_stream_fmt_3 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_2)
#define __BPF_STREAM_FMT_HOP_4(fmt) __bpf_stream_fmt_4 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_3)
#define __BPF_STREAM_FMT_HOP_5(fmt) __bpf_stream_fmt_5 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_4)
#define __BPF_STREAM_FMT_HOP_6(fmt) __bpf_stream_fmt_6 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_5)
#define __BPF_STREAM_FMT_HOP_7(fmt) __bpf_stream_fmt_7 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_6)
#define __BPF_STREAM_FMT_HOP_8(fmt) __bpf_stream_fmt_8 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_7)
#define __BPF_STREAM_FMT_HOP_9(fmt) __bpf_stream_fmt_9 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_8)
#define __BPF_STREAM_FMT_HOP_10(fmt) __bpf_stream_fmt_10 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_9)
#define __BPF_STREAM_FMT_HOP_11(fmt) __bpf_stream_fmt_11 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_10)
#define __BPF_STREAM_FMT_HOP_12(fmt) __bpf_stream_fmt_12 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_11)
#define __BPF_STREAM_FMT_HOP_13(fmt) __bpf_stream_fmt_13 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_12)
#define __BPF_STREAM_FMT_HOP_14(fmt) __bpf_stream_fmt_14 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_13)
#define __BPF_STREAM_FMT_HOP_15(fmt) __bpf_stream_fmt_15 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_14)
#define __BPF_STREAM_FMT_HOP_16(fmt) __bpf_stream_fmt_16 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_15)
#define __BPF_STREAM_FMT_HOP_17(fmt) __bpf_stream_fmt_17 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_16)
#define __BPF_STREAM_FMT_HOP_18(fmt) __bpf_stream_fmt_18 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_17)
#define __BPF_STREAM_FMT_HOP_19(fmt) __bpf_stream_fmt_19 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_18)
#define __BPF_STREAM_FMT_HOP_20(fmt) __bpf_stream_fmt_20 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_19)
#define __BPF_STREAM_FMT_HOP_21(fmt) __bpf_stream_fmt_21 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_20)
#define __BPF_STREAM_FMT_HOP_22(fmt) __bpf_stream_fmt_22 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_21)
#define __BPF_STREAM_FMT_HOP_23(fmt) __bpf_stream_fmt_23 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_22)
#define __BPF_STREAM_FMT_HOP_24(fmt) __bpf_stream_fmt_24 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_23)
#define __BPF_STREAM_FMT_HOP_25(fmt) __bpf_stream_fmt_25 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_24)
#define __BPF_STREAM_FMT_HOP_26(fmt) __bpf_stream_fmt_26 = __BPF_STREAM_FMT_HOP(fmt, __bpf_stream_fmt_25)

#define __BPF_STREAM_FMT_HOPS_0(fmt) __BPF_STREAM_FMT_HOP_1(fmt), __BPF_STREAM_FMT_HOP_2(fmt)
#define __BPF_STREAM_FMT_HOPS_1(fmt) __BPF_STREAM_FMT_HOPS_0(fmt), __BPF_STREAM_FMT_HOP_3(fmt), __BPF_STREAM_FMT_HOP_4(fmt)
#define __BPF_STREAM_FMT_HOPS_2(fmt) __BPF_STREAM_FMT_HOPS_1(fmt), __BPF_STREAM_FMT_HOP_5(fmt), __BPF_STREAM_FMT_HOP_6(fmt)
#define __BPF_STREAM_FMT_HOPS_3(fmt) __BPF_STREAM_FMT_HOPS_2(fmt), __BPF_STREAM_FMT_HOP_7(fmt), __BPF_STREAM_FMT_HOP_8(fmt)
#define __BPF_STREAM_FMT_HOPS_4(fmt) __BPF_STREAM_FMT_HOPS_3(fmt), __BPF_STREAM_FMT_HOP_9(fmt), __BPF_STREAM_FMT_HOP_10(fmt)
#define __BPF_STREAM_FMT_HOPS_5(fmt) __BPF_STREAM_FMT_HOPS_4(fmt), __BPF_STREAM_FMT_HOP_11(fmt), __BPF_STREAM_FMT_HOP_12(fmt)
#define __BPF_STREAM_FMT_HOPS_6(fmt) __BPF_STREAM_FMT_HOPS_5(fmt), __BPF_STREAM_FMT_HOP_13(fmt), __BPF_STREAM_FMT_HOP_14(fmt)
#define __BPF_STREAM_FMT_HOPS_7(fmt) __BPF_STREAM_FMT_HOPS_6(fmt), __BPF_STREAM_FMT_HOP_15(fmt), __BPF_STREAM_FMT_HOP_16(fmt)
#define __BPF_STREAM_FMT_HOPS_8(fmt) __BPF_STREAM_FMT_HOPS_7(fmt), __BPF_STREAM_FMT_HOP_17(fmt), __BPF_STREAM_FMT_HOP_18(fmt)
#define __BPF_STREAM_FMT_HOPS_9(fmt) __BPF_STREAM_FMT_HOPS_8(fmt), __BPF_STREAM_FMT_HOP_19(fmt), __BPF_STREAM_FMT_HOP_20(fmt)
#define __BPF_STREAM_FMT_HOPS_10(fmt) __BPF_STREAM_FMT_HOPS_9(fmt), __BPF_STREAM_FMT_HOP_21(fmt), __BPF_STREAM_FMT_HOP_22(fmt)
#define __BPF_STREAM_FMT_HOPS_11(fmt) __BPF_STREAM_FMT_HOPS_10(fmt), __BPF_STREAM_FMT_HOP_23(fmt), __BPF_STREAM_FMT_HOP_24(fmt)
#define __BPF_STREAM_FMT_HOPS_12(fmt) __BPF_STREAM_FMT_HOPS_11(fmt), __BPF_STREAM_FMT_HOP_25(fmt), __BPF_STREAM_FMT_HOP_26(fmt)
#define __BPF_STREAM_FMT_HOPS_13(fmt) __BPF_STREAM_FMT_HOPS_0(fmt)
#define __BPF_STREAM_FMT_SPECS_0(fmt) __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_1]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_2])
#define __BPF_STREAM_FMT_SPECS_1(fmt) __BPF_STREAM_FMT_SPECS_0(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_3]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_4])
#define __BPF_STREAM_FMT_SPECS_2(fmt) __BPF_STREAM_FMT_SPECS_1(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_5]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_6])
#define __BPF_STREAM_FMT_SPECS_3(fmt) __BPF_STREAM_FMT_SPECS_2(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_7]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_8])
#define __BPF_STREAM_FMT_SPECS_4(fmt) __BPF_STREAM_FMT_SPECS_3(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_9]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_10])
#define __BPF_STREAM_FMT_SPECS_5(fmt) __BPF_STREAM_FMT_SPECS_4(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_11]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_12])
#define __BPF_STREAM_FMT_SPECS_6(fmt) __BPF_STREAM_FMT_SPECS_5(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_13]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_14])
#define __BPF_STREAM_FMT_SPECS_7(fmt) __BPF_STREAM_FMT_SPECS_6(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_15]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_16])
#define __BPF_STREAM_FMT_SPECS_8(fmt) __BPF_STREAM_FMT_SPECS_7(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_17]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_18])
#define __BPF_STREAM_FMT_SPECS_9(fmt) __BPF_STREAM_FMT_SPECS_8(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_19]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_20])
#define __BPF_STREAM_FMT_SPECS_10(fmt) __BPF_STREAM_FMT_SPECS_9(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_21]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_22])
#define __BPF_STREAM_FMT_SPECS_11(fmt) __BPF_STREAM_FMT_SPECS_10(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_23]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_24])
#define __BPF_STREAM_FMT_SPECS_12(fmt) __BPF_STREAM_FMT_SPECS_11(fmt), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_25]), __bpf_stream_fmt_spec(&(fmt)[__bpf_stream_fmt_26])
#define __BPF_STREAM_FMT_SPECS_13(fmt) __BPF_STREAM_FMT_SPECS_0(fmt)

#define __BPF_STREAM_CHECK_FORMAT(fmt, ...)                                                        \
	__BPF_STREAM_CHECK_FORMAT_(fmt, __BPF_STREAM_NARG(__VA_ARGS__))
#define __BPF_STREAM_CHECK_FORMAT_(fmt, n) __BPF_STREAM_CHECK_FORMAT__(fmt, n)
#define __BPF_STREAM_CHECK_FORMAT__(fmt, n)                                                        \
	if (0)                                                                                     \
	__extension__({                                                                            \
		enum {                                                                             \
			__bpf_stream_fmt_n = sizeof(fmt) - 1,                                 \
			__BPF_STREAM_FMT_HOPS_##n(fmt)                                             \
		};                                                                                 \
		__bpf_stream_fmt_chars(fmt, #fmt, sizeof(#fmt), sizeof(u"" #fmt) / 2);              \
		__BPF_STREAM_FMT_SPECS_##n(fmt);                                                   \
	})

#endif /* BPF_STREAM_BPF_FORMAT_H */
