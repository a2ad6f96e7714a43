/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/record.h - the form of a log record. Internal: log.h and assert.h include it.
 */
#ifndef BPF_STREAM_RECORD_H
#define BPF_STREAM_RECORD_H

#include <bpf_stream/bpf/write.h>

/*
 * 1: a record has a time. It takes one of the kernel's 12 arguments, and the verifier allows no
 * clock under a bpf_spin_lock: define it to 0 for such records.
 */
#ifndef BPF_LOG_TIMESTAMP
#define BPF_LOG_TIMESTAMP 1
#endif

/*
 * 1: a record has file and line. They are part of the format, so they cost no argument, only their
 * bytes in the stream: define it to 0 to save these.
 */
#ifndef BPF_LOG_LOCATION
#define BPF_LOG_LOCATION 1
#endif

/*
 * The file name in a record's location. Define it if the compiler's name for the file is not the
 * one to show, or has a percent sign: it is part of a format, so write %% for one. May be redefined
 * at any place.
 */
#ifndef BPF_LOG_FILE
#define BPF_LOG_FILE __FILE_NAME__
#endif

/*
 * 1: a record has the CPU, and the thread's id, as a line of the trace pipe has them. Each takes one of
 * the kernel's 12 arguments. The task is the one that was interrupted, if the program runs for none.
 * Before 6.10 the verifier refuses BPF_LOG_PID in programs that cannot call
 * bpf_get_current_pid_tgid(), such as XDP and tc.
 */
#ifndef BPF_LOG_CPU
#define BPF_LOG_CPU 0
#endif
#ifndef BPF_LOG_PID
#define BPF_LOG_PID 0
#endif

#if (BPF_LOG_TIMESTAMP != 0 && BPF_LOG_TIMESTAMP != 1) ||                                          \
	(BPF_LOG_LOCATION != 0 && BPF_LOG_LOCATION != 1) ||                                        \
	(BPF_LOG_CPU != 0 && BPF_LOG_CPU != 1) || (BPF_LOG_PID != 0 && BPF_LOG_PID != 1)
#error "bpf_log: BPF_LOG_TIMESTAMP, BPF_LOG_LOCATION, BPF_LOG_CPU and BPF_LOG_PID are 0 or 1"
#endif

/*
 * The component of a record has no byte in the stream. It is a note after the record's text in
 * .rodata.bpf_log, for those who list a program's log statements: 0x01 and the name. Without
 * BPF_LOG_COMPONENT the paste gives the name of a macro, whose arguments come before these.
 */
#define __BPF_LOG_NOTE			 __BPF_LOG_COMPONENT(__BPF_LOG_SECOND, BPF_LOG_COMPONENT)
#define __BPF_LOG_LIVE_LEVEL		 __BPF_LOG_COMPONENT(__BPF_LOG_THIRD, BPF_LOG_COMPONENT)
#define __BPF_LOG_NONE_BPF_LOG_COMPONENT ~, "", bpf_log_level
#define __BPF_LOG_COMPONENT(pick, name)	 __BPF_LOG_COMPONENT_(pick, name)
#define __BPF_LOG_COMPONENT_(pick, name)                                                           \
	pick(__BPF_STREAM_PASTE(__BPF_LOG_NONE_, name), "\0\1" #name, bpf_log_level_##name, ~)
#define __BPF_LOG_SECOND(...)		  __BPF_LOG_SECOND_(__VA_ARGS__)
#define __BPF_LOG_SECOND_(_1, _2, ...)	  _2
#define __BPF_LOG_THIRD(...)		  __BPF_LOG_THIRD_(__VA_ARGS__)
#define __BPF_LOG_THIRD_(_1, _2, _3, ...) _3

/* The parts of a record's head that can be switched off */
#define __BPF_LOG_TIME_0
#define __BPF_LOG_TIME_1 " %llu"
#define __BPF_LOG_PLACE_0
#define __BPF_LOG_PLACE_1 " " BPF_LOG_FILE ":" __BPF_STREAM_STR(__LINE__)
#define __BPF_LOG_CPU_0
#define __BPF_LOG_CPU_1 " cpu=%u"
#define __BPF_LOG_PID_0
#define __BPF_LOG_PID_1 " pid=%u"
#define __BPF_LOG_HEAD(name)                                                                       \
	__BPF_LOG_HEAD_AS(name, BPF_LOG_TIMESTAMP, BPF_LOG_LOCATION, BPF_LOG_CPU, BPF_LOG_PID)
#define __BPF_LOG_HEAD_AS(name, t, l, c, p) __BPF_LOG_HEAD_(name, t, l, c, p)
#define __BPF_LOG_HEAD_(name, t, l, c, p)                                                          \
	name __BPF_LOG_TIME_##t __BPF_LOG_PLACE_##l __BPF_LOG_CPU_##c __BPF_LOG_PID_##p ": "

/*
 * The arguments that the head takes, and how to set them in @args, from element @i on. Set them after the
 * author's: to clang a call may change memory, so after one it would read again what the author has just
 * checked.
 */
#define __BPF_LOG_OWN (BPF_LOG_TIMESTAMP + BPF_LOG_CPU + BPF_LOG_PID)
#define __BPF_LOG_SET_HEAD(args, i)                                                                \
	__BPF_LOG_SET_HEAD_AS(args, i, BPF_LOG_TIMESTAMP, BPF_LOG_CPU, BPF_LOG_PID)
#define __BPF_LOG_SET_HEAD_AS(args, i, t, c, p) __BPF_LOG_SET_HEAD_(args, i, t, c, p)
#define __BPF_LOG_SET_HEAD_(args, i, t, c, p)                                                      \
	__BPF_LOG_SET_TIME_##t(args, i) __BPF_LOG_SET_CPU_##c(args, i)                             \
		__BPF_LOG_SET_PID_##p(args, i)
#define __BPF_LOG_SET_TIME_0(args, i)
#define __BPF_LOG_SET_TIME_1(args, i) (args)[i] = __bpf_stream_helper_ktime_get_ns(),
#define __BPF_LOG_SET_CPU_0(args, i)
#define __BPF_LOG_SET_CPU_1(args, i)                                                               \
	(args)[(i) + BPF_LOG_TIMESTAMP] = __bpf_stream_helper_get_smp_processor_id(),
#define __BPF_LOG_SET_PID_0(args, i)
#define __BPF_LOG_SET_PID_1(args, i)                                                               \
	(args)[(i) + BPF_LOG_TIMESTAMP + BPF_LOG_CPU] =                                            \
		(__bpf_stream_u32)__bpf_stream_helper_get_current_pid_tgid(),

/* Does a literal end in a newline? A constant to the optimizer. */
#define __BPF_LOG_ENDS_LINE(fmt) ((" " fmt)[sizeof(fmt) - 1] == '\n')

/*
 * Write a record; the value is 0 or a negative error. A reader counts on exactly one newline at the end
 * of a record, and the trace pipe on none.
 */
#define __bpf_log_record(id, name, fmt, ...)                                                       \
	({                                                                                         \
		__bpf_log_record_(id, __BPF_LOG_HEAD(name), __BPF_STREAM_NARG(__VA_ARGS__),        \
				  fmt __VA_OPT__(, ) __VA_ARGS__);                                 \
	})
#define __bpf_log_record_(id, head, ...) __bpf_log_record_n(id, head, __VA_ARGS__)
#define __bpf_log_record_n(id, head, n, fmt, ...)                                                  \
	__BPF_LOG_DECLARE(head, __BPF_LOG_NOTE, n, fmt);                                           \
	__BPF_STREAM_SET_ARGS(n __VA_OPT__(, ) __VA_ARGS__)                                        \
	__BPF_LOG_SET_HEAD(__bpf_stream_args, __BPF_STREAM_ROOM) __BPF_LOG_WRITE(id, n, fmt)

/* The text of a record and its arguments */
#define __BPF_LOG_DECLARE(head, note, n, fmt)                                                      \
	__BPF_STREAM_TEXT __bpf_stream_text[] = head fmt "\0" head fmt "\n" note;                  \
	enum {                                                                                     \
		__bpf_stream_size = (sizeof(__bpf_stream_text) - sizeof(note)) / 2,                \
		__bpf_stream_skip = __BPF_LOG_ENDS_LINE(fmt) ? 0 : __bpf_stream_size,              \
		__bpf_stream_place = __BPF_STREAM_PLACE(__bpf_stream_skip, __bpf_stream_size),     \
		__BPF_STREAM_END(__BPF_LOG_OWN, n),                                                \
		__bpf_stream_longest = __bpf_stream_size + 18 * (__BPF_LOG_OWN + n),               \
	};                                                                                         \
	__BPF_STREAM_ARGS

/* Write what was declared, without and with the arguments of the head. */
#define __BPF_LOG_WRITE(id, n, fmt)                                                                \
	__bpf_stream_write(                                                                        \
		id, __bpf_stream_text + __bpf_stream_skip, __bpf_stream_args + __BPF_STREAM_ROOM,  \
		__BPF_STREAM_BYTES,                                                                \
		__BPF_STREAM_ELSEWHERE(__bpf_stream_place,                                         \
				       __BPF_STREAM_RING_RECORD |                                  \
					       __BPF_STREAM_KINDS(__BPF_LOG_OWN, n, fmt)),         \
		BPF_STREAM_LOCKED, 1)
#define __BPF_LOG_HEAD_WRITE(level, n, fmt)                                                        \
	(__BPF_LOG_SET_HEAD(__bpf_stream_args, __BPF_STREAM_ROOM)                                  \
		 __BPF_LOG_WRITE(BPF_LOG_STREAM_OF(level), n, fmt))

/*
 * A percent sign in the file's name would start a conversion. One call checks two things, because each
 * call costs clang time. See format.h for diagnose_if.
 */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat"
/* clang-format off */
extern int __bpf_log_check(const char *file, int literal)
	__BPF_STREAM_FMT_SAY(!literal, "the format must be a string literal")
	__BPF_STREAM_FMT_SAY(__builtin_strchr(file, '%') && __builtin_strchr(file, '%')[1] != '%',
			     "this file has a % in its name: define BPF_LOG_FILE, with %% for it");
/* clang-format on */
#pragma clang diagnostic pop
#define __BPF_LOG_CHECK(literal)                                                                   \
	sizeof(__bpf_log_check(__BPF_STREAM_PASTE(__BPF_LOG_FILE_, BPF_LOG_LOCATION), literal))
#define __BPF_LOG_FILE_0 ""
#define __BPF_LOG_FILE_1 BPF_LOG_FILE

/* What a record with @n arguments requires; @more are those that the library adds. */
#define __BPF_LOG_CHECK_RECORD(n, fmt, more)                                                       \
	_Static_assert(__BPF_LOG_CHECK(__builtin_constant_p(fmt)), "bpf_log: literal and file");   \
	_Static_assert(n + __BPF_LOG_OWN + (more) <= 12,                                           \
		       "bpf_log: more than 12 arguments; the kernel takes 12 at most, and the "    \
		       "record's time (BPF_LOG_TIMESTAMP), CPU and PID are some of them")

/* The message must fit a stream with a time of 20 digits, and a CPU and a PID of 10. */
#define __BPF_LOG_LONGEST(name, n, fmt)                                                            \
	__BPF_STREAM_LONGEST(n, __BPF_LOG_HEAD(name) __BPF_LOG_HEAD_DIGITS fmt "\n")
#define __BPF_LOG_HEAD_DIGITS                                                                      \
	"184467440737095516" __BPF_STREAM_PASTE(__BPF_LOG_DIGITS_, BPF_LOG_CPU)                    \
		__BPF_STREAM_PASTE(__BPF_LOG_DIGITS_, BPF_LOG_PID)
#define __BPF_LOG_DIGITS_0
#define __BPF_LOG_DIGITS_1 "42949672"

#endif /* BPF_STREAM_RECORD_H */
