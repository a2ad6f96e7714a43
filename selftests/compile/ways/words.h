/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
#define unused	      1
#define cleanup	      2
#define section	      3
#define noinline      4
#define always_inline 5
#define weak	      6
#define used	      7
#define aligned	      8
#define packed	      9
#define format	      10
#define nodebug	      11
#define min(a, b)     ((a) < (b) ? (a) : (b))
#define max(a, b)     ((a) > (b) ? (a) : (b))
#define SEC_(name)    __attribute__((__section__(name), __used__))
