/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/assert.h - assertions and warnings, reported on BPF_STDERR.
 *
 *	#include "vmlinux.h"
 *	#include <bpf_stream/assert.h>
 *
 *	bpf_stream_assert(len <= sizeof(buf));
 *
 * A report is a record (WARN for the warn_on forms, FATAL for the others) with the text of the
 * condition, followed by the stack where the kernel can print it (bpf_stream_dump_stack()). A
 * condition of more than 200 bytes is cut and ends in "...". Reports do not depend on the log
 * level. BPF_LOG_TIMESTAMP, BPF_LOG_LOCATION and BPF_LOG_FILE work as in log.h.
 *
 * The name of the form says what happens after the report:
 *
 *	form				after the report
 *	bpf_stream_warn_on(cond)	continues; the value is the condition, as with WARN_ON()
 *	bpf_stream_warn_on_once(cond)	the same, with one report for this place until loaded again
 *	bpf_stream_assert(cond)		ends the program (bpf_throw())
 *	bpf_stream_assert_msg(cond, ..)	the same
 *	bpf_stream_panic(fmt, ...)	the same
 *	bpf_stream_assert_return(c, v)	returns v from this function
 *	bpf_stream_panic_return(v, ..)	the same
 *
 * Where each form works:
 *
 *				warn_on		throwing forms		returning forms
 *	program			yes		yes			yes
 *	static subprogram	yes		yes, ends the program	yes, returns from it
 *	callback, and what	yes		no (verifier)		yes, returns from it
 *	it calls
 *	reference held		yes		no (verifier)		release it first, or the
 *									verifier rejects the return
 *	bpf_spin_lock held	7.0 and up (*)	no (verifier)		7.0 and up (*), as above
 *	bpf_stream_stage()	yes		no (compiler)		yes
 *	block
 *	JIT without exceptions,	yes		no (verifier)		yes
 *	and program types
 *	without bpf_throw()
 *	kernel before 6.7	yes		end the program, but	yes
 *					of a subprogram or a
 *					callback (allowed
 *					there) only that, with
 *					any value
 *
 * (*) With BPF_STREAM_LOCKED 1 (see stream.h) and BPF_LOG_TIMESTAMP 0: under a lock the verifier
 * allows neither calls of global functions nor the clock.
 *
 * A function that always ends in a throwing form must be __always_inline: clang drops everything
 * after a call of it, and the verifier rejects the caller with "last insn is not an exit or jmp".
 *
 * A program that throws returns BPF_STREAM_COOKIE. Messages written before it remain readable.
 */
#include <bpf_stream/bpf/ids.h>

#ifndef BPF_STREAM_ASSERT_H
#define BPF_STREAM_ASSERT_H

#include <bpf_stream/stream.h>
#include <bpf_stream/bpf/often.h>
#include <bpf_stream/bpf/record.h>

__BPF_STREAM_HEADER

/*
 * What a program that throws returns. 0 is XDP_ABORTED, TC_ACT_OK, and what tracing programs must
 * return; define it before the include for a program type that needs another verdict.
 */
#ifndef BPF_STREAM_COOKIE
#define BPF_STREAM_COOKIE 0
#endif

/* 6.7 and up */
#define __bpf_stream_throw_6_7 __BPF_STREAM_KFUNC(bpf_throw___bpf_stream)
extern void __bpf_stream_throw_6_7(__bpf_stream_u64 cookie) __bpf_stream_ksym;

/*
 * Kernels before 6.7 execute the exit. On newer ones it ends the path that the verifier assumes to
 * continue after bpf_throw(): if clang places a loop there, 6.18 to 7.2 stop with "verifier bug:
 * scc exit".
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
 * The text of a condition, up to 200 bytes: in a wrapper macro it is expanded and may be long, and
 * all strings of a message have 512 bytes together. If it is cut, @text has no NUL and the string
 * continues with the mark. It is passed as an argument, because it may contain a %.
 */
#define __BPF_STREAM_COND_MAX 200
/* clang-format off */
#define __BPF_STREAM_COND(cond)                                                                    \
	_Pragma("clang diagnostic push")                                                           \
	_Pragma("clang diagnostic ignored \"-Wexcess-initializers\"")                              \
	static const struct {                                                                      \
		char text[__BPF_STREAM_COND_MAX], mark[4];                                         \
	} __bpf_stream_cond_text __bpf_stream_nodebug __bpf_stream_section(".rodata.bpf_log") = {  \
		#cond,                                                                             \
		__builtin_choose_expr(sizeof(#cond) > __BPF_STREAM_COND_MAX + 1, "...", "")};      \
	_Pragma("clang diagnostic pop")
/* clang-format on */

/*
 * Write a report: a record and the stack. If the strings of the author's message are too long for
 * the kernel, write the record @instead, so that no program ends silently.
 */
#define __bpf_stream_fail(name, instead, cond, fmt, ...)                                           \
	({                                                                                         \
		const int __bpf_stream_nodebug __bpf_stream_failed = __bpf_log_record(             \
			__BPF_STREAM_STDERR, name, fmt __VA_OPT__(, ) __VA_ARGS__);                \
                                                                                                   \
		if (__bpf_stream_failed == -__BPF_STREAM_ENOSPC &&                                 \
		    __BPF_STREAM_HAS_PTR(__VA_ARGS__) && !__bpf_stream_to_ring())                  \
			instead(name, cond);                                                       \
		bpf_stream_dump_stack(__BPF_STREAM_STDERR);                                        \
		__bpf_stream_failed;                                                               \
	})
#define __BPF_STREAM_HAS_PTR(...)                                                                  \
	__BPF_STREAM_HAS_PTR_(__BPF_STREAM_NARG(__VA_ARGS__) __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_STREAM_HAS_PTR_(n, ...) __BPF_STREAM_HAS_PTR_N(n __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_STREAM_HAS_PTR_N(n, ...)                                                             \
	(0 __BPF_STREAM_MAP(n, __BPF_STREAM_IS_PTR __VA_OPT__(, ) __VA_ARGS__))
#define __bpf_stream_instead_of_nothing(name, cond) (void)0
#define __bpf_stream_instead_of_assert(name, cond)                                                 \
	__bpf_log_record(__BPF_STREAM_STDERR, name, "assertion failed: %s (strings too long)", cond)
#define __bpf_stream_instead_of_panic(name, cond)                                                  \
	__bpf_log_record(__BPF_STREAM_STDERR, name, "panic (strings too long)")

#define __bpf_stream_fail_cond(name, fmt, cond)                                                    \
	({                                                                                         \
		__BPF_STREAM_COND(cond);                                                           \
                                                                                                   \
		_Static_assert(__BPF_LOG_CHECK(1), "bpf_log: the name of the file");               \
		__bpf_stream_fail(name, __bpf_stream_instead_of_nothing, , fmt,                    \
				  __bpf_stream_cond_text.text);                                    \
	})

#define __BPF_STREAM_CHECK_REPORT(more, head, fmt, ...)                                            \
	__BPF_STREAM_CHECK_REPORT_(more, head, __BPF_STREAM_NARG(__VA_ARGS__),                     \
				   fmt __VA_OPT__(, ) __VA_ARGS__)
#define __BPF_STREAM_CHECK_REPORT_(more, head, ...)                                                \
	__BPF_STREAM_CHECK_REPORT_N(more, head, __VA_ARGS__)
#define __BPF_STREAM_CHECK_REPORT_N(more, head, n, fmt, ...)                                       \
	__BPF_LOG_CHECK_RECORD(n, fmt, more);                                                      \
	enum { __BPF_LOG_LONGEST("FATAL", n, head fmt) };                                          \
	__BPF_STREAM_CHECK_ARGS(n, fmt __VA_OPT__(, ) __VA_ARGS__)

/* bpf_stream_stage() declares a pointer of this name: nothing may throw in its block. */
extern int __bpf_stream_in_stage;
#define __BPF_STREAM_CHECK_STAGE                                                                   \
	_Static_assert(_Generic(&__bpf_stream_in_stage, int * : 1, default : 0),                   \
		       "bpf_stream: this may throw, and would lose the message of the "            \
		       "bpf_stream_stage() block that it is in; use the _return form")

/**
 * bpf_stream_warn_on() - report a condition that should not be true, and continue
 * @cond: an expression, evaluated once
 *
 * Return: the condition as 0 or 1, for use in an if.
 * Context: any program type, NMI included; under a bpf_spin_lock as in the table above.
 * Kernels: stream 6.17 and up, trace pipe before; with the stack from 7.0 on (see
 *	bpf_stream_dump_stack()).
 */
#define bpf_stream_warn_on(cond) __BPF_STREAM_QUIET __bpf_stream_warn_on(cond) __BPF_STREAM_LOUD
#define __bpf_stream_warn_on(cond)                                                                 \
	({                                                                                         \
		const int __bpf_stream_nodebug __bpf_stream_cond = !!(cond);                       \
                                                                                                   \
		if (__builtin_expect(__bpf_stream_cond, 0))                                        \
			__bpf_stream_fail_cond("WARN", "warn_on: %s", cond);                       \
		__bpf_stream_cond;                                                                 \
	})

/**
 * bpf_stream_warn_on_once() - the same, with one report for this place in the source
 * @cond: an expression, evaluated each time
 *
 * A report that is lost is counted, and the next one is written instead.
 *
 * Return, context, kernels: as bpf_stream_warn_on(); the value is the condition each time.
 */
#define bpf_stream_warn_on_once(cond)                                                              \
	__BPF_STREAM_QUIET __bpf_stream_warn_on_once(cond) __BPF_STREAM_LOUD
#define __bpf_stream_warn_on_once(cond)                                                            \
	({                                                                                         \
		__BPF_LOG_ONCE_SITE;                                                               \
		const int __bpf_stream_nodebug __bpf_stream_cond = !!(cond);                       \
                                                                                                   \
		if (__builtin_expect(__bpf_stream_cond, 0) && !__bpf_stream_site &&                \
		    !__bpf_stream_xchg(&__bpf_stream_site, 1) &&                                   \
		    __bpf_stream_fail_cond("WARN", "warn_on: %s", cond))                           \
			__bpf_stream_site = 0;                                                     \
		__bpf_stream_cond;                                                                 \
	})

/**
 * bpf_stream_assert() - report a condition that is not true, and end the program
 * @cond: an expression, evaluated once
 *
 * It does not compile in a bpf_stream_stage() block.
 *
 * Return: nothing; does not return if the condition is false.
 * Context: see the table above; no reference and no lock may be held.
 * Kernels: throws from 6.7 on; before, it ends the function that it is in.
 */
#define bpf_stream_assert(cond) __BPF_STREAM_QUIET __bpf_stream_assert(cond) __BPF_STREAM_LOUD
#define __bpf_stream_assert(cond)                                                                  \
	({                                                                                         \
		__BPF_STREAM_CHECK_STAGE;                                                          \
		if (__builtin_expect(!(cond), 0)) {                                                \
			__bpf_stream_fail_cond("FATAL", "assertion failed: %s", cond);             \
			__bpf_stream_throw();                                                      \
		}                                                                                  \
		(void)0;                                                                           \
	})

/**
 * bpf_stream_assert_msg() - the same, with a message after the condition
 * @cond: an expression, evaluated once
 * @fmt, @...: as for bpf_stream_printk(), up to 10 arguments (11 without BPF_LOG_TIMESTAMP). If
 *	their strings take more than 512 bytes together with the condition, the report has the
 *	condition only.
 *
 * Return, context, kernels: as bpf_stream_assert().
 */
#define bpf_stream_assert_msg(cond, ...)                                                           \
	__BPF_STREAM_QUIET __bpf_stream_assert_msg(cond, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_assert_msg(cond, fmt, ...)                                                    \
	({                                                                                         \
		__BPF_STREAM_CHECK_STAGE;                                                          \
		__BPF_STREAM_CHECK_REPORT(                                                         \
			1, "assertion failed: 512: ", fmt __VA_OPT__(, ) __VA_ARGS__);             \
		if (__builtin_expect(!(cond), 0)) {                                                \
			__BPF_STREAM_COND(cond);                                                   \
                                                                                                   \
			__bpf_stream_fail("FATAL", __bpf_stream_instead_of_assert,                 \
					  __bpf_stream_cond_text.text,                             \
					  "assertion failed: %s: " fmt,                            \
					  __bpf_stream_cond_text.text __VA_OPT__(, ) __VA_ARGS__); \
			__bpf_stream_throw();                                                      \
		}                                                                                  \
		(void)0;                                                                           \
	})

/**
 * bpf_stream_panic() - report, and end the program
 * @fmt, @...: as for bpf_stream_printk(), up to 11 arguments (12 without BPF_LOG_TIMESTAMP)
 *
 * Return: does not return.
 * Context, kernels: as bpf_stream_assert().
 */
#define bpf_stream_panic(...) __BPF_STREAM_QUIET __bpf_stream_panic(__VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_panic(fmt, ...)                                                               \
	({                                                                                         \
		__BPF_STREAM_CHECK_STAGE;                                                          \
		__BPF_STREAM_CHECK_REPORT(0, "", fmt __VA_OPT__(, ) __VA_ARGS__);                  \
		__bpf_stream_fail("FATAL", __bpf_stream_instead_of_panic, ,                        \
				  fmt __VA_OPT__(, ) __VA_ARGS__);                                 \
		__bpf_stream_throw();                                                              \
	})

/**
 * bpf_stream_assert_return() - report a condition that is not true, and return from this function
 * @cond: an expression, evaluated once
 * @value: the value to return; empty in a void function
 *
 * For programs that cannot throw.
 *
 * Return: nothing; returns @value from the function if the condition is false.
 * Context: any program type, NMI included, also with a reference or a lock held as far as the
 *	kernel allows printing and returning there (see the table above).
 * Kernels: as bpf_stream_warn_on().
 */
#define bpf_stream_assert_return(cond, value)                                                      \
	__BPF_STREAM_QUIET __bpf_stream_assert_return(cond, value) __BPF_STREAM_LOUD
#define __bpf_stream_assert_return(cond, value)                                                    \
	({                                                                                         \
		if (__builtin_expect(!(cond), 0)) {                                                \
			__bpf_stream_fail_cond("FATAL", "assertion failed: %s", cond);             \
			return value;                                                              \
		}                                                                                  \
		(void)0;                                                                           \
	})

/**
 * bpf_stream_panic_return() - report, and return from this function
 * @value: the value to return; empty in a void function
 * @fmt, @...: as for bpf_stream_panic()
 *
 * Return: returns @value from the function.
 * Context, kernels: as bpf_stream_assert_return().
 */
#define bpf_stream_panic_return(value, ...)                                                        \
	__BPF_STREAM_QUIET __bpf_stream_panic_return(value, __VA_ARGS__) __BPF_STREAM_LOUD
#define __bpf_stream_panic_return(value, fmt, ...)                                                 \
	({                                                                                         \
		__BPF_STREAM_CHECK_REPORT(0, "", fmt __VA_OPT__(, ) __VA_ARGS__);                  \
		__bpf_stream_fail("FATAL", __bpf_stream_instead_of_panic, ,                        \
				  fmt __VA_OPT__(, ) __VA_ARGS__);                                 \
		return value;                                                                      \
	})

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_ASSERT_H */
