/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/assert.h - report what should not be, on BPF_STDERR.
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/assert.h>
 *
 *	bpf_stream_assert(len <= sizeof(buf));
 *
 * A report is a record (WARN of the warn_on forms, FATAL of the others) with the text of the
 * condition, and then the stack where the kernel can print it (bpf_stream_dump_stack()). Reports do
 * not depend on the log level. BPF_LOG_TIMESTAMP and BPF_LOG_LOCATION work as in log.h.
 *
 * What happens then is the caller's choice, by the name:
 *
 *	form				after the report
 *	bpf_stream_warn_on(cond)	goes on; the value is the condition, as the kernel's WARN_ON
 *	bpf_stream_warn_on_once(cond)	the same, one report for this place until loaded anew
 *	bpf_stream_assert(cond)		ends the program (bpf_throw)
 *	bpf_stream_assert_msg(cond, ..)	the same
 *	bpf_stream_panic(fmt, ...)	the same
 *	bpf_stream_assert_return(c, v)	returns v from this function
 *	bpf_stream_panic_return(v, ..)	the same
 *
 * Where each may be used:
 *
 *				warn_on		throwing forms		returning forms
 *	program			yes		yes			yes
 *	static subprogram	yes		yes, ends the program	yes, returns from it
 *	callback, and what	yes		no (verifier)		yes, returns from it
 *	it calls
 *	reference held		yes		no (verifier)		release it first, or the
 *									verifier rejects the return
 *	bpf_spin_lock held	7.0 and up (*)	no (verifier)		7.0 and up (*), as above
 *	JIT without exceptions	yes		no (verifier)		yes
 *	kernel before 6.7	yes		end the program, but	yes
 *					of a subprogram or a
 *					callback (allowed
 *					there) only that, with
 *					any value
 *
 * (*) with BPF_LOG_TIMESTAMP 0: the verifier does not let the clock be read under a lock.
 *
 * A function that always ends in a throwing form has to be __always_inline: clang leaves out all that
 * follows a call of it, and the verifier says of the caller "last insn is not an exit or jmp".
 *
 * A program that throws returns BPF_STREAM_COOKIE (0 unless defined otherwise: XDP_ABORTED,
 * TC_ACT_OK, and what tracing programs have to return). Messages written before it stay readable.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_ASSERT_H
#define BPF_STREAM_ASSERT_H

#include <bpf_stream/stream.h>
#include <bpf_stream/bpf/often.h>
#include <bpf_stream/bpf/record.h>

__BPF_STREAM_HEADER

/* What a program returns that was ended by an assertion */
#ifndef BPF_STREAM_COOKIE
#define BPF_STREAM_COOKIE 0
#endif

/* 6.7 and up */
#define __bpf_stream_throw_6_7 __BPF_STREAM_KFUNC(bpf_throw___bpf_stream)
extern void __bpf_stream_throw_6_7(__bpf_stream_u64 cookie) __bpf_stream_ksym;

/*
 * Kernels before 6.7 get the exit. It also ends what the verifier takes for a way on after
 * bpf_throw(): where clang lays a loop after it, 6.18 to 7.2 stop with "verifier bug: scc exit".
 */
__bpf_stream_inline __attribute__((__noreturn__)) void __bpf_stream_throw(void)
{
	if (__bpf_stream_ksym_exists(__bpf_stream_throw_6_7))
		__bpf_stream_throw_6_7(BPF_STREAM_COOKIE);
#ifdef __bpf__
	__asm__ __volatile__("r0 = %0\n\texit" : : "i"(BPF_STREAM_COOKIE) : "r0");
#endif
	__builtin_unreachable();
}

/*
 * The text of a condition, up to 200 bytes of it: behind a wrapper macro it is expanded, and all strings
 * of a message have 512 bytes together. One that is cut has no NUL in @text and goes on with the mark.
 * It is an argument, because there may be a % in it.
 */
#define __BPF_STREAM_COND_MAX 200
#define __BPF_STREAM_COND(cond)                                                                    \
	_Pragma("clang diagnostic push")                                                           \
	_Pragma("clang diagnostic ignored \"-Wexcess-initializers\"")                              \
	static const struct {                                                                      \
		char text[__BPF_STREAM_COND_MAX], mark[4];                                         \
	} __bpf_stream_cond_text __bpf_stream_nodebug __bpf_stream_section(".rodata.bpf_log") = {  \
		#cond, "..."};                                                                     \
	_Pragma("clang diagnostic pop")

/*
 * A report: a record, and the stack. If the strings of the author's message are too long for the kernel,
 * the record @instead comes in its place: no program ends without a word.
 */
#define __bpf_stream_fail(name, instead, cond, fmt, ...)                                         \
	({                                                                         \
		if (__bpf_log_record(__BPF_STREAM_STDERR, name,                                             \
				     fmt __VA_OPT__(, ) __VA_ARGS__) == -__BPF_STREAM_ENOSPC &&    \
		    __BPF_STREAM_HAS_PTR(__VA_ARGS__))                                             \
			instead(name, cond);                                                       \
		bpf_stream_dump_stack(__BPF_STREAM_STDERR);                                                 \
		(void)0;                                                                           \
	})
#define __BPF_STREAM_HAS_PTR(...)                                                                  \
	(0 __BPF_STREAM_MAP(__BPF_STREAM_IS_PTR __VA_OPT__(, ) __VA_ARGS__))
#define __bpf_stream_instead_of_nothing(name, cond) (void)0
#define __bpf_stream_instead_of_assert(name, cond)                                                 \
	__bpf_log_record(__BPF_STREAM_STDERR, name, "assertion failed: %s (strings too long)", cond)
#define __bpf_stream_instead_of_panic(name, cond)                                                  \
	__bpf_log_record(__BPF_STREAM_STDERR, name, "panic (strings too long)")

#define __bpf_stream_fail_cond(name, fmt, cond)                                                  \
	({                                                                         \
		__BPF_STREAM_COND(cond);                                                           \
                                                                                                   \
		__bpf_stream_fail(name, __bpf_stream_instead_of_nothing, , fmt,                  \
				    __bpf_stream_cond_text.text);                                  \
	})

#define __BPF_STREAM_CHECK_REPORT(n, head, fmt, ...)                                               \
	__BPF_LOG_CHECK_RECORD(fmt, n __VA_OPT__(, ) __VA_ARGS__);                                 \
	__BPF_LOG_CHECK_LENGTH("FATAL", head fmt __VA_OPT__(, ) __VA_ARGS__);                      \
	__BPF_STREAM_CHECK_ARGS(fmt __VA_OPT__(, ) __VA_ARGS__)

/* bpf_stream_stage() declares a pointer of this name: in its block, nothing may throw. */
extern int __bpf_stream_in_stage;
#define __BPF_STREAM_CHECK_STAGE                                                                   \
	_Static_assert(_Generic(&__bpf_stream_in_stage, int *: 1, default: 0),                     \
		       "bpf_stream: this may throw, and would lose the message of the "            \
		       "bpf_stream_stage() block that it is in; use the _return form")

/**
 * bpf_stream_warn_on() - report a condition that should not be true, and go on
 * @cond: an expression, evaluated once
 *
 * Return: the condition as 0 or 1, so that it can stand in an if.
 * Context: any program type; under a bpf_spin_lock as in the table above. Kernels: stream 6.17 and
 *	up, trace pipe before; with the stack from 7.0 on (see bpf_stream_dump_stack()).
 */
#define bpf_stream_warn_on(cond) __BPF_STREAM_QUIET __bpf_stream_warn_on(cond) __BPF_STREAM_LOUD
#define __bpf_stream_warn_on(cond)                                                                   \
	({                                                                         \
		const int __bpf_stream_nodebug __bpf_stream_cond = !!(cond);                       \
                                                                                                   \
		if (__builtin_expect(__bpf_stream_cond, 0))                                        \
			__bpf_stream_fail_cond("WARN", "warn_on: %s", cond);                     \
		__bpf_stream_cond;                                                                 \
	})

/**
 * bpf_stream_warn_on_once() - the same, with one report for this place in the source
 * Return, context, kernels: as bpf_stream_warn_on(). The value is the condition each time.
 */
#define bpf_stream_warn_on_once(cond) __BPF_STREAM_QUIET __bpf_stream_warn_on_once(cond) __BPF_STREAM_LOUD
#define __bpf_stream_warn_on_once(cond)                                                              \
	({                                                                         \
		__BPF_LOG_ONCE_SITE;                                                               \
		const int __bpf_stream_nodebug __bpf_stream_cond = !!(cond);                       \
                                                                                                   \
		if (__builtin_expect(__bpf_stream_cond, 0) && !__bpf_stream_site &&                \
		    !__bpf_stream_xchg(&__bpf_stream_site, 1))                                     \
			__bpf_stream_fail_cond("WARN", "warn_on: %s", cond);                     \
		__bpf_stream_cond;                                                                 \
	})

/**
 * bpf_stream_assert() - report a condition that is not true, and end the program
 * @cond: an expression, evaluated once
 *
 * Return: does not, if the condition is false. Context: see the table above; no reference and no
 *	lock may be held. Kernels: throws from 6.7 on; before, it ends the function that it is in.
 */
#define bpf_stream_assert(cond) __BPF_STREAM_QUIET __bpf_stream_assert(cond) __BPF_STREAM_LOUD
#define __bpf_stream_assert(cond)                                                                    \
	({                                                                         \
		__BPF_STREAM_CHECK_STAGE;                                                          \
		if (__builtin_expect(!(cond), 0)) {                                                \
			__bpf_stream_fail_cond("FATAL", "assertion failed: %s", cond);           \
			__bpf_stream_throw();                                                      \
		}                                                                                  \
		(void)0;                                                                           \
	})

/**
 * bpf_stream_assert_msg() - the same, with a message of the author's behind the condition
 * @cond: an expression, evaluated once
 * @fmt, @...: as for bpf_stream_printk(), up to 10 arguments (11 without BPF_LOG_TIMESTAMP)
 */
#define bpf_stream_assert_msg(cond, ...) __BPF_STREAM_QUIET __bpf_stream_assert_msg(cond, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_assert_msg(cond, fmt, ...)                                                      \
	({                                                                         \
		__BPF_STREAM_CHECK_STAGE;                                                          \
		__BPF_STREAM_CHECK_REPORT(1, "assertion failed: 512: ",                            \
					  fmt __VA_OPT__(, ) __VA_ARGS__);                         \
		if (__builtin_expect(!(cond), 0)) {                                                \
			__BPF_STREAM_COND(cond);                                                   \
                                                                                                   \
			__bpf_stream_fail("FATAL", __bpf_stream_instead_of_assert,               \
					    __bpf_stream_cond_text.text,                           \
					    "assertion failed: %s: " fmt,                          \
					    __bpf_stream_cond_text.text __VA_OPT__(, )             \
						    __VA_ARGS__);                                  \
			__bpf_stream_throw();                                                      \
		}                                                                                  \
		(void)0;                                                                           \
	})

/**
 * bpf_stream_panic() - report, and end the program
 * @fmt, @...: as for bpf_stream_printk(), up to 11 arguments (12 without BPF_LOG_TIMESTAMP)
 *
 * Return: does not. Context, kernels: as bpf_stream_assert().
 */
#define bpf_stream_panic(...) __BPF_STREAM_QUIET __bpf_stream_panic(__VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_panic(fmt, ...)                                                                 \
	({                                                                         \
		__BPF_STREAM_CHECK_STAGE;                                                          \
		__BPF_STREAM_CHECK_REPORT(0, "", fmt __VA_OPT__(, ) __VA_ARGS__);                  \
		__bpf_stream_fail("FATAL", __bpf_stream_instead_of_panic, ,                      \
				    fmt __VA_OPT__(, ) __VA_ARGS__);                               \
		__bpf_stream_throw();                                                              \
	})

/**
 * bpf_stream_assert_return() - report a condition that is not true, and return from this function
 * @cond: an expression, evaluated once
 * @value: what to return (may be empty in a function without a value)
 *
 * For programs that cannot throw. Context: any program type, also with a reference or a lock held
 *	as far as the kernel allows printing and returning there (see the table above).
 */
#define bpf_stream_assert_return(cond, value) __BPF_STREAM_QUIET __bpf_stream_assert_return(cond, value) __BPF_STREAM_LOUD
#define __bpf_stream_assert_return(cond, value)                                                      \
	({                                                                         \
		if (__builtin_expect(!(cond), 0)) {                                                \
			__bpf_stream_fail_cond("FATAL", "assertion failed: %s", cond);           \
			return value;                                                              \
		}                                                                                  \
		(void)0;                                                                           \
	})

/**
 * bpf_stream_panic_return() - report, and return from this function
 * @value: what to return
 * @fmt, @...: as for bpf_stream_panic()
 */
#define bpf_stream_panic_return(value, ...) __BPF_STREAM_QUIET __bpf_stream_panic_return(value, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_panic_return(value, fmt, ...)                                                   \
	({                                                                         \
		__BPF_STREAM_CHECK_REPORT(0, "", fmt __VA_OPT__(, ) __VA_ARGS__);                  \
		__bpf_stream_fail("FATAL", __bpf_stream_instead_of_panic, ,                      \
				    fmt __VA_OPT__(, ) __VA_ARGS__);                               \
		return value;                                                                      \
	})

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_ASSERT_H */
