/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * fixedpoint.h - numbers with a fraction for BPF programs, which have no floating point.
 *
 *	#include "vmlinux.h"
 *	#include "fixedpoint.h"
 *
 *	fixed_t mean = fixed_ratio(bytes, packets);
 *
 *	bpf_log_info("mean size " FIXED_FMT(2), FIXED_ARG(mean, 2));
 *
 * A fixed_t is 64 bits, Q32.32 with a sign: from -2147483648 to almost 2147483648 in steps of 2^-32,
 * nine decimals. It is a struct, so that the compiler does not let an integer pass for one. Every
 * result is the exact one, rounded to the nearest fixed_t (from the middle away from zero).
 *
 * Misuse never goes unnoticed, and never ends the program: the result is saturated,
 *
 *	overflow			FIXED_MAX or FIXED_MIN
 *	division by zero		the same, by the sign of the dividend; 0 / 0 is 0
 *	square root of a negative	0
 *
 * fixed_errors counts it, and it is reported on BPF_STDERR with the place of the call:
 *
 *	WARN 81273548221 filter.bpf.c:42: fixed_div(1.500000, 0.000000): division by zero
 *
 * Each place has a ratelimit of its own (10 reports within 5 s, and then the number suppressed).
 * A report is a record of <bpf_stream/log.h> at FIXED_LEVEL, so the program's own levels apply, and
 * so does one of this library:
 *	FIXED_LEVEL		at compile time: BPF_LOG_WARN; BPF_LOG_OFF leaves no report
 *	bpf_log_max_level	before load
 *	bpf_log_level		live (bpfstream level)
 *	fixed_level		live, for the reports of this library alone
 *
 * Without an error, all this costs one branch for each operation.
 *
 * To define before the include: FIXED_LEVEL, FIXED_HOW, FIXED_EXTERN, and the macros of log.h.
 * Names that start with __fixed_ or __FIXED_ are internal, and so are fixed_umul(), fixed_udiv() and
 * fixed_usqrt().
 */
#ifndef FIXEDPOINT_H
#define FIXEDPOINT_H

#include <bpf_stream/log.h>

/* The level of reports. By log.h's default ERROR and WARN go to BPF_STDERR, others to BPF_STDOUT. */
#ifndef FIXED_LEVEL
#define FIXED_LEVEL BPF_LOG_WARN
#endif

/* How often: ratelimited or once, for each place in the source */
#ifndef FIXED_HOW
#define FIXED_HOW ratelimited
#endif

/*
 * Live, and in the skeleton: a report is made if FIXED_LEVEL is not above this level. By default
 * all are made. Weak, as below, so that objects linked together share it.
 */
volatile __u32 fixed_level __weak __attribute__((section(".data.fixed"))) = BPF_LOG_TRACE;

/* How many times an operation was misused since load, reported or not */
volatile __u64 fixed_errors __weak __attribute__((section(".data.fixed"))) = 0;

typedef struct {
	__s64 raw; /* in units of 2^-32; for comparing: a.raw < b.raw */
} fixed_t;

#define FIXED_RAW(value) ((fixed_t){.raw = (value)})
#define FIXED_MAX	 FIXED_RAW(0x7fffffffffffffffLL)
#define FIXED_MIN	 FIXED_RAW(-0x7fffffffffffffffLL - 1)

/*
 * A constant: FIXED(0.0625), also as an initializer. Out of range it is a division by zero, which is
 * a compiler warning, and an error in an initializer.
 */
#define FIXED(value)                                                                               \
	FIXED_RAW((__s64)((value)*4294967296.0 + ((value) < 0 ? -0.5 : 0.5)) +                     \
		  0 / ((value) >= -2147483648.0 && (value) < 2147483647.9999999))

/*
 * For bpf_log_info() and the like: FIXED_FMT(3) in the format and FIXED_ARG(x, 3) as an argument print
 * x with 3 decimals, rounded. The number of decimals is a literal, 1 to 9. FIXED_ARG() takes the place
 * of three arguments, and evaluates @x more than once: use a variable.
 */
#define FIXED_FMT(decimals) "%s%llu.%0" #decimals "llu"
#define FIXED_ARG(x, decimals)                                                                     \
	__fixed_sign + ((__u64) ~(x).raw >> 63), __fixed_whole(x, (__u64)1e##decimals),            \
		__fixed_decimals(x, (__u64)1e##decimals)

static const char __attribute__((section(".rodata.fixed"), unused)) __fixed_sign[] = "-";

/* |x|, which for FIXED_MIN is one more than FIXED_MAX. Without a branch. */
static __always_inline __attribute__((unused)) __u64 __fixed_abs(__s64 raw)
{
	__u64 sign = raw >> 63;

	return (raw ^ sign) - sign;
}

static __always_inline __attribute__((unused)) __u64 __fixed_scaled(fixed_t x, __u64 power)
{
	return ((__u32)__fixed_abs(x.raw) * power + (1ULL << 31)) >> 32;
}

static __always_inline __attribute__((unused)) unsigned long long __fixed_whole(fixed_t x,
										__u64 power)
{
	/* 0.9996 with 3 decimals is 1.000 */
	return (__fixed_abs(x.raw) >> 32) + __fixed_scaled(x, power) / power;
}

static __always_inline __attribute__((unused)) unsigned long long __fixed_decimals(fixed_t x,
										   __u64 power)
{
	return __fixed_scaled(x, power) % power;
}

/*
 * The arithmetic: on absolute values, up to 2^63. A result above that is too large.
 *
 * With FIXED_EXTERN the functions are those of libfixedpoint.bpf.o, to be linked with the program's
 * object by `bpftool gen object`. They are verified once, and not for each call. Reports come from
 * the place of the call in either case. (These names have no leading underscores, because clang 14
 * leaves such names out of the BTF that the linker needs.)
 */
#ifdef FIXED_EXTERN

extern __u64 fixed_umul(__u64 a, __u64 b);
extern __u64 fixed_udiv(__u64 a, __u64 b);
extern __u64 fixed_usqrt(__u64 a);

#else

#ifndef __FIXED_FUNCTION /* libfixedpoint.bpf.c has its own */
#define __FIXED_FUNCTION static __noinline __attribute__((unused))
#define __FIXED_INLINE	 static __always_inline __attribute__((unused))
#endif

/* a * b / 2^32 by halves: there are no 128 bits in BPF */
__FIXED_INLINE __u64 fixed_umul(__u64 a, __u64 b)
{
	__u64 ah = a >> 32, al = (__u32)a, bh = b >> 32, bl = (__u32)b;
	__u64 low = ah * bl + al * bh + ((al * bl + (1ULL << 31)) >> 32);
	__u64 high = ah * bh + (low >> 32);

	/* the last part sets the upper bits where the result would need more than 64 */
	return high << 32 | (__u32)low | -(high >> 32);
}

/*
 * 1 if a < b, else 0; both are below 2^63. The code below has no branches: the verifier would walk
 * everything after a branch twice, and a square root has dozens. (6.18 also does that where a mask
 * of 0 or -1 is and-ed with a constant, hence factors of 0 or 1.)
 */
static __always_inline __attribute__((unused)) __u64 __fixed_below(__u64 a, __u64 b)
{
	__u64 below = (a - b) >> 63;

	asm volatile("" : "+r"(below));
	return below;
}

/* The number of leading zeros of x, which is not 0 */
static __always_inline __attribute__((unused)) __u32 __fixed_clz(__u64 x)
{
	__u64 n = 0, step;

#pragma unroll
	for (__u32 bits = 32; bits; bits /= 2) {
		step = bits * __fixed_below(x >> (64 - bits), 1);
		x <<= step;
		n += step;
	}
	return n;
}

/*
 * a * 2^32 / b: the whole part, and then the fraction as one digit of 32 bits, as in a long division
 * on paper. With the upper half of a divisor whose first bit is set the digit comes out right, or at
 * most two too large (Knuth, The Art of Computer Programming, 4.3.1).
 */
__FIXED_FUNCTION __u64 fixed_udiv(__u64 a, __u64 b)
{
	const __u64 max = 0xffffffff;
	__u64 whole, rest, digit, bh, bl, less;
	__u32 shift;

	/* too large, or b is 0; 2^63 is not too large if it is to become negative */
	if (a >> 31 >= b)
		return b && a == b << 31 ? 1ULL << 63 : ~0ULL;
	whole = a / b;
	rest = a - whole * b;
	shift = __fixed_clz(b);
	b <<= shift;
	rest <<= shift;
	bh = b >> 32;
	bl = (__u32)b;
	digit = rest / bh;
	digit -= __fixed_below(max, digit) * (digit - max);
	rest -= digit * bh;
#pragma unroll
	for (int i = 0; i < 2; i++) {
		less = __fixed_below(rest, (digit * bl + max) >> 32);
		digit -= less;
		rest += bh * less;
	}
	rest = (rest << 32) - digit * bl;
	return (whole << 32) + digit + 1 - __fixed_below(rest, (b >> 1) + (b & 1));
}

/*
 * Double the bits of a square root (Zimmermann, Karatsuba Square Root): from the root of a number and
 * its remainder, compute the root of the number followed by the 2 * @k bits of @low.
 */
static __always_inline __attribute__((unused)) void __fixed_sqrt_step(__u64 *root, __u64 *rest,
								      __u64 low, __u32 k)
{
	__u64 upper = (*rest << k) + (low >> k), digit = upper / (2 * *root), less;

	upper -= digit * 2 * *root;
	*root = (*root << k) + digit;
	*rest = (upper << k) + (low & ((1ULL << k) - 1));
	less = __fixed_below(*rest, digit * digit);
	*rest += (2 * *root - 1) * less - digit * digit;
	*root -= less;
}

/* sqrt(a * 2^32): 8 bits of the root one by one, then 16, 32 and 64 by a division each */
__FIXED_FUNCTION __u64 fixed_usqrt(__u64 a)
{
	__u64 root = 128, rest, digit, more, fits;
	__u32 shift;

	if (!a)
		return 0;
	shift = __fixed_clz(a) & ~1u;
	a <<= shift;
	rest = (a >> 48) - 128 * 128;
#pragma unroll
	for (__u32 bit = 64; bit; bit /= 2) {
		more = (2 * root + bit) * bit;
		fits = 1 - __fixed_below(rest, more);
		rest -= more * fits;
		root += bit * fits;
	}
	__fixed_sqrt_step(&root, &rest, a >> 32 & 0xffff, 8);
	__fixed_sqrt_step(&root, &rest, (__u32)a, 16);
	/* the same step, but the remainder is not needed any more, and would not fit */
	digit = (rest << 31) / root;
	digit -= digit >> 32;
	rest = (rest << 32) - digit * 2 * root;
	root = (root << 32) + digit;
	root -= __fixed_below(rest, (digit * digit + 0xffffffff) >> 32);
	/* the root has (shift + 32) / 2 bits too many */
	shift = shift / 2 + 15;
	return ((root >> shift) + 1) >> 1;
}

#endif /* FIXED_EXTERN */

/* Reports: at the place of the call, which has the file, the line and the ratelimit */

#define __FIXED_CAT_(a, b) a##b
#define __FIXED_CAT(a, b)  __FIXED_CAT_(a, b)

#define __fixed_report(fmt, ...)                                                                   \
	({                                                                                         \
		__sync_fetch_and_add(&fixed_errors, 1);                                            \
		if (FIXED_LEVEL && FIXED_LEVEL <= fixed_level)                                     \
			__FIXED_CAT(bpf_log_, FIXED_HOW)(FIXED_LEVEL, fmt, __VA_ARGS__);           \
	})

static const char __attribute__((section(".rodata.fixed"), unused)) __fixed_why[] =
	"overflow\0division by zero";

/* Of two numbers: @head is the name with the numbers' formats, and @arg makes the arguments of one */
#define __FIXED_HEAD(name) name "(" FIXED_FMT(6) ", " FIXED_FMT(6) "): "
#define __FIXED_6(x)	   FIXED_ARG(x, 6)
#define __FIXED_LLD(x)	   (long long)(x).raw

#define __fixed_report_2(head, arg, a, b, zero)                                                    \
	__fixed_report(head "%s", arg(a), arg(b), __fixed_why + ((zero) ? sizeof("overflow") : 0))

/* The saturated value of a sum that overflows: both operands have the same sign then */
#define __fixed_sum(head, a_, b_, builtin)                                                         \
	({                                                                                         \
		const fixed_t __fixed_a = (a_), __fixed_b = (b_);                                  \
		fixed_t __fixed_r;                                                                 \
                                                                                                   \
		if (__builtin_expect(builtin(__fixed_a.raw, __fixed_b.raw, &__fixed_r.raw), 0)) {  \
			__fixed_r.raw = __fixed_a.raw >> 63 ^ FIXED_MAX.raw;                       \
			__fixed_report_2(head, __FIXED_6, __fixed_a, __fixed_b, 0);                \
		}                                                                                  \
		__fixed_r;                                                                         \
	})

/* Products and quotients: a function of absolute values, and the sign. @div: 1 if @b may not be 0 */
#define __fixed_product(head, arg, a_, b_, function, div)                                          \
	({                                                                                         \
		const fixed_t __fixed_a = (a_), __fixed_b = (b_);                                  \
		const __s64 __fixed_s = (__fixed_a.raw ^ __fixed_b.raw) >> 63;                     \
		__u64 __fixed_m =                                                                  \
			function(__fixed_abs(__fixed_a.raw), __fixed_abs(__fixed_b.raw));          \
                                                                                                   \
		if (__builtin_expect((__s64)__fixed_m < 0, 0) &&                                   \
		    __fixed_m + __fixed_s != (__u64)FIXED_MAX.raw) {                               \
			__fixed_m = (__u64)FIXED_MAX.raw - __fixed_s;                              \
			if (div && !(__fixed_a.raw | __fixed_b.raw))                               \
				__fixed_m = 0;                                                     \
			__fixed_report_2(head, arg, __fixed_a, __fixed_b, div && !__fixed_b.raw);  \
		}                                                                                  \
		FIXED_RAW((__fixed_m ^ __fixed_s) - __fixed_s);                                    \
	})

/**
 * fixed_add(), fixed_sub(), fixed_mul(), fixed_div() - a + b, a - b, a * b, a / b
 * fixed_ratio() - the quotient of two integers of up to 64 bits (with sign), as a fixed_t
 * @a, @b: evaluated once
 *
 * Return: the nearest fixed_t; saturated and reported as said at the top.
 * Context: as bpf_log_info(); with FIXED_EXTERN not while a lock is held.
 */
#define fixed_add(a, b) __fixed_sum(__FIXED_HEAD("fixed_add"), a, b, __builtin_add_overflow)
#define fixed_sub(a, b) __fixed_sum(__FIXED_HEAD("fixed_sub"), a, b, __builtin_sub_overflow)
#define fixed_mul(a, b) __fixed_product(__FIXED_HEAD("fixed_mul"), __FIXED_6, a, b, fixed_umul, 0)
#define fixed_div(a, b) __fixed_product(__FIXED_HEAD("fixed_div"), __FIXED_6, a, b, fixed_udiv, 1)
#define fixed_ratio(a, b)                                                                          \
	__fixed_product("fixed_ratio(%lld, %lld): ", __FIXED_LLD, FIXED_RAW(a), FIXED_RAW(b),      \
			fixed_udiv, 1)

/**
 * fixed_sqrt() - square root
 * @a: evaluated once. Return, context: as fixed_add().
 */
#define fixed_sqrt(a)                                                                              \
	({                                                                                         \
		const fixed_t __fixed_a = (a);                                                     \
		fixed_t __fixed_r = FIXED_RAW(0);                                                  \
                                                                                                   \
		if (__builtin_expect(__fixed_a.raw < 0, 0))                                        \
			__fixed_report("fixed_sqrt(" FIXED_FMT(6) "): of a negative number",       \
				       FIXED_ARG(__fixed_a, 6));                                   \
		else                                                                               \
			__fixed_r.raw = fixed_usqrt(__fixed_a.raw);                                \
		__fixed_r;                                                                         \
	})

/**
 * fixed_from_int() - an integer as a fixed_t
 * @n: up to 64 bits, with sign; evaluated once. Return, context: as fixed_add().
 */
#define fixed_from_int(n)                                                                          \
	({                                                                                         \
		const __s64 __fixed_n = (n);                                                       \
		fixed_t __fixed_r = FIXED_RAW((__s64)((__u64)__fixed_n << 32));                    \
                                                                                                   \
		if (__builtin_expect(__fixed_r.raw >> 32 != __fixed_n, 0)) {                       \
			__fixed_r.raw = __fixed_n >> 63 ^ FIXED_MAX.raw;                           \
			__fixed_report("fixed_from_int(%lld): overflow", __fixed_n);               \
		}                                                                                  \
		__fixed_r;                                                                         \
	})

/* fixed_to_int() - the nearest integer; from the middle (1.5, -1.5) away from zero */
static __always_inline __attribute__((unused)) __s64 fixed_to_int(fixed_t x)
{
	__s64 n = (__fixed_abs(x.raw) + (1ULL << 31)) >> 32;

	return x.raw < 0 ? -n : n;
}

#endif /* FIXEDPOINT_H */
