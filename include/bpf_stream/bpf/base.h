/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/base.h - shared definitions of the BPF side. Internal: do not include directly.
 *
 * Neither this file nor those that build on it take anything from libbpf. Attributes are spelled
 * with underscores, because programs define words such as "unused" or "section" as macros of their
 * own.
 */
#ifndef BPF_STREAM_BASE_H
#define BPF_STREAM_BASE_H

#ifndef __bpf__
#error "bpf_stream: the BPF headers need clang -target bpf; before llc, give -target bpf to clang"
#endif
#if defined(__SSP_STRONG__) || defined(__SSP_ALL__)
#error "bpf_stream: BPF has no stack protector: add -fno-stack-protector"
#endif
#ifndef __OPTIMIZE__
#error "bpf_stream: compile with -O1 or higher; at -O0 clang emits calls that the verifier rejects"
#endif

/* Macros: the variables are in the program's skeleton, where nothing knows a type of ours. */
#define __bpf_stream_u8	 unsigned char
#define __bpf_stream_u32 unsigned int
#define __bpf_stream_s64 long long
#define __bpf_stream_u64 unsigned long long

#define __bpf_stream_unused   __attribute__((__unused__))
#define __bpf_stream_inline   static inline __attribute__((__always_inline__, __unused__))
#define __bpf_stream_noinline static __attribute__((__noinline__, __unused__))
/* For locals of macros: with debug information of them, 400 messages cost clang 19 a gigabyte. */
#define __bpf_stream_nodebug __attribute__((__nodebug__))

/*
 * Weak, so that objects that are linked together share it. The verifier walks a global function
 * once for a program, and a static one once for each call.
 */
#define __bpf_stream_weak	   __attribute__((__weak__))
#define __bpf_stream_global	   __attribute__((__noinline__, __weak__))
#define __bpf_stream_section(name) __attribute__((__section__(name)))
#define __bpf_stream_ksym	   __attribute__((__weak__, __section__(".ksyms")))

/*
 * .data.bpf_log becomes a map of its own, which tools find by its name. What every message reads
 * must not share a cache line with what is written under load, so each variable that is written
 * under load, and each group of those that are only read, starts a line of its own.
 */
#define __bpf_stream_data     __bpf_stream_section(".data.bpf_log") __bpf_stream_weak
#define __bpf_stream_own_line __attribute__((__aligned__(64)))

/* Keep our strings out of .rodata, which holds the user's configuration variables. */
#define __BPF_STREAM_TEXT                                                                          \
	static const char __bpf_stream_nodebug __bpf_stream_section(".rodata.bpf_log")

#define __BPF_STREAM_CAT(a, b)	 a##b
#define __BPF_STREAM_PASTE(a, b) __BPF_STREAM_CAT(a, b)
#define __BPF_STREAM_STR_(x)	 #x
#define __BPF_STREAM_STR(x)	 __BPF_STREAM_STR_(x)

/*
 * Define BPF_STREAM_UNIT in each of several objects that are to be linked (bpftool gen object). It
 * makes maps weak; it is not the default because loaders in Go refuse weak maps. libbpf's linker up
 * to 1.4 cannot link two objects that declare the same kernel function, so give each object its own
 * suffix there, for instance -DBPF_STREAM_UNIT=_parser; with a newer linker it may be empty. At
 * most one of the objects may call bpf_stream_for_each() of reader.h with a program id: it refers
 * to the kernel's table of programs, which has one name.
 */
#ifdef BPF_STREAM_UNIT
#define __bpf_stream_linked __bpf_stream_weak
#else
#define BPF_STREAM_UNIT
#define __bpf_stream_linked
#endif
#define __BPF_STREAM_KFUNC(name) __BPF_STREAM_PASTE(name, BPF_STREAM_UNIT)

/*
 * Put around each public macro, so that its expansion is clean under the warnings that people turn
 * on, also when one message is an argument of another. The format warnings stay. The second form is for
 * messages, which a program may have hundreds of: turning off a large group of warnings costs clang
 * time, and __extension__ none. With it clang warns of a value that nobody uses, unless it is that of
 * a function.
 */
/* clang-format off */
#define __BPF_STREAM_QUIET                                                                         \
	_Pragma("clang diagnostic push")                                                           \
	_Pragma("clang diagnostic ignored \"-Wpedantic\"")                                         \
	_Pragma("clang diagnostic ignored \"-Wgnu\"")                                              \
	_Pragma("clang diagnostic ignored \"-Wshadow\"")                                           \
	_Pragma("clang diagnostic ignored \"-Wdeclaration-after-statement\"")
#if __has_warning("-Wc23-extensions")
#define __BPF_STREAM_QUIET_VA                                                                      \
	_Pragma("clang diagnostic ignored \"-Wgnu-zero-variadic-macro-arguments\"")                \
	_Pragma("clang diagnostic ignored \"-Wc23-extensions\"")
#else
#define __BPF_STREAM_QUIET_VA                                                                      \
	_Pragma("clang diagnostic ignored \"-Wgnu-zero-variadic-macro-arguments\"")
#endif
#define __BPF_STREAM_QUIET_MESSAGE                                                                 \
	_Pragma("clang diagnostic push")                                                           \
	__BPF_STREAM_QUIET_VA                                                                      \
	_Pragma("clang diagnostic ignored \"-Wshadow\"")                                           \
	__extension__
#define __BPF_STREAM_LOUD _Pragma("clang diagnostic pop")

/* The same for what a header itself defines, between these two. */
#define __BPF_STREAM_HEADER                                                                        \
	_Pragma("clang diagnostic push")                                                           \
	_Pragma("clang diagnostic ignored \"-Wpedantic\"")                                         \
	_Pragma("clang diagnostic ignored \"-Wgnu\"")                                              \
	_Pragma("clang diagnostic ignored \"-Wconversion\"")                                       \
	_Pragma("clang diagnostic ignored \"-Wcast-qual\"")                                        \
	_Pragma("clang diagnostic ignored \"-Wdeclaration-after-statement\"")                      \
	_Pragma("clang diagnostic ignored \"-Wshadow\"")
#define __BPF_STREAM_HEADER_END _Pragma("clang diagnostic pop")
/* clang-format on */

/* @x without the parentheses that it may have: only then can a literal be joined with others. */
#define __BPF_STREAM_BARE(x) __BPF_STREAM_PASTE(__BPF_STREAM_BARE_, __BPF_STREAM_IN_PARENS(x))(x)

#define __BPF_STREAM_BARE_0(x)		x
#define __BPF_STREAM_BARE_1(x)		__BPF_STREAM_BARE_2 x
#define __BPF_STREAM_BARE_2(...)	__VA_ARGS__
#define __BPF_STREAM_IN_PARENS(x)	__BPF_STREAM_SECOND(__BPF_STREAM_IF_PARENS x, 0, _)
#define __BPF_STREAM_IF_PARENS(...)	_, 1
#define __BPF_STREAM_SECOND(...)	__BPF_STREAM_SECOND_(__VA_ARGS__)
#define __BPF_STREAM_SECOND_(_, x, ...) x

#define __BPF_STREAM_STDOUT 1
#define __BPF_STREAM_STDERR 2

/*
 * ORed to a stream's number, this gives one that does not exist, which the kernel refuses early. As
 * a flag for the ring it is unknown to the kernel too.
 */
#define __BPF_STREAM_REFUSE 256

/* vmlinux.h has no errno values. */
#define __BPF_STREAM_ENOENT	2
#define __BPF_STREAM_E2BIG	7
#define __BPF_STREAM_EAGAIN	11
#define __BPF_STREAM_ENOMEM	12
#define __BPF_STREAM_EBUSY	16
#define __BPF_STREAM_EINVAL	22
#define __BPF_STREAM_ENOSPC	28
#define __BPF_STREAM_EOPNOTSUPP 95

/*
 * Does the kernel have this weak function? The asm keeps clang from merging several tests into one
 * "or" of addresses, which the verifier rejects. A volatile asm would make clang forget what it has
 * read of the program's context.
 */
#define __bpf_stream_ksym_exists(sym)                                                              \
	({                                                                                         \
		const void *__bpf_stream_nodebug __bpf_stream_sym = (const void *)(sym);           \
                                                                                                   \
		__asm__("" : "+r"(__bpf_stream_sym));                                              \
		!!__bpf_stream_sym;                                                                \
	})

#endif /* BPF_STREAM_BASE_H */
