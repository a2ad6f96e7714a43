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

#if (BPF_LOG_TIMESTAMP != 0 && BPF_LOG_TIMESTAMP != 1) ||                                          \
	(BPF_LOG_LOCATION != 0 && BPF_LOG_LOCATION != 1)
#error "bpf_log: BPF_LOG_TIMESTAMP and BPF_LOG_LOCATION are 0 or 1"
#endif

/* The parts of a record's head that can be switched off */
#define __BPF_LOG_TIME_0
#define __BPF_LOG_TIME_1 " %llu"
#define __BPF_LOG_PLACE_0
#define __BPF_LOG_PLACE_1 " " BPF_LOG_FILE ":" __BPF_STREAM_STR(__LINE__)
#define __BPF_LOG_HEAD(name)                                                                       \
	name __BPF_STREAM_PASTE(__BPF_LOG_TIME_, BPF_LOG_TIMESTAMP)                                \
		__BPF_STREAM_PASTE(__BPF_LOG_PLACE_, BPF_LOG_LOCATION) ": "

/*
 * Read the time after the author's arguments are evaluated: to clang every call may change memory,
 * so after it clang would read again what the author has just checked.
 */
#define __bpf_log_time_0 (void)0
#define __bpf_log_time_1 __bpf_stream_args[__BPF_STREAM_ROOM] = __bpf_stream_helper_ktime_get_ns()

/* Does a literal end in a newline? A constant to the optimizer. */
#define __BPF_LOG_ENDS_LINE(fmt) (sizeof(fmt) > 1 && ("" fmt)[sizeof(fmt) - 2] == '\n')

/*
 * Write a record if @when; the value is 0 or a negative error. @when comes after the author's
 * arguments: to clang a call and an atomic may change memory, as the clock may. A reader counts on
 * exactly one newline at the end of a record, and the trace pipe on none.
 */
#define __bpf_log_record(id, name, ...) __bpf_log_record_if(1, id, name, __VA_ARGS__)
#define __bpf_log_record_if(when, id, name, fmt, ...)                                              \
	({                                                                                         \
		__BPF_STREAM_TEXT __bpf_stream_text[] =                                            \
			__BPF_LOG_HEAD(name) fmt "\0" __BPF_LOG_HEAD(name) fmt "\n";               \
		const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_size =                    \
			sizeof(__BPF_LOG_HEAD(name) fmt);                                          \
		const __bpf_stream_u32 __bpf_stream_nodebug __bpf_stream_skip =                    \
			__BPF_LOG_ENDS_LINE(fmt) ? 0 : __bpf_stream_size;                          \
		__BPF_STREAM_ARGS(BPF_LOG_TIMESTAMP __VA_OPT__(, ) __VA_ARGS__);                   \
		int __bpf_stream_nodebug __bpf_stream_err = 0;                                     \
                                                                                                   \
		__BPF_STREAM_SET_ARGS(__VA_ARGS__)                                                 \
		if (when) {                                                                        \
			__BPF_STREAM_PASTE(__bpf_log_time_, BPF_LOG_TIMESTAMP);                    \
			__bpf_stream_err = __bpf_stream_write(                                     \
				id, __bpf_stream_text + __bpf_stream_skip,                         \
				__bpf_stream_args + __BPF_STREAM_ROOM,                             \
				8 * (BPF_LOG_TIMESTAMP + __BPF_STREAM_NARG(__VA_ARGS__)),          \
				__BPF_STREAM_ELSEWHERE(__bpf_stream_skip, __bpf_stream_size,       \
						       __BPF_STREAM_KINDS(BPF_LOG_TIMESTAMP,       \
									  fmt __VA_OPT__(, )       \
										  __VA_ARGS__)),   \
				BPF_STREAM_LOCKED);                                                \
		}                                                                                  \
		__bpf_stream_err;                                                                  \
	})

/* A percent sign in the file's name would start a conversion. See format.h for diagnose_if. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat"
extern void __bpf_log_check_file(const char *name)
	__BPF_STREAM_FMT_SAY(__builtin_strchr(name, '%') && __builtin_strchr(name, '%')[1] != '%',
			     "this file has a % in its name: define BPF_LOG_FILE, with %% for it");
#pragma clang diagnostic pop
#define __BPF_LOG_CHECK_PLACE __BPF_STREAM_PASTE(__BPF_LOG_CHECK_PLACE_, BPF_LOG_LOCATION)

#define __BPF_LOG_CHECK_PLACE_0
#define __BPF_LOG_CHECK_PLACE_1                                                                    \
	if (0)                                                                                     \
	__bpf_log_check_file(BPF_LOG_FILE)

/* What a record requires; @n is the number of arguments that the library adds. */
#define __BPF_LOG_CHECK_RECORD(fmt, n, ...)                                                        \
	__BPF_STREAM_CHECK_LITERAL(fmt);                                                           \
	__BPF_LOG_CHECK_PLACE;                                                                     \
	_Static_assert(__BPF_STREAM_NARG(__VA_ARGS__) + BPF_LOG_TIMESTAMP + (n) <= 12,             \
		       "bpf_log: more than 12 arguments; the kernel takes 12 at most, and the "    \
		       "record's time (BPF_LOG_TIMESTAMP) is one of them")

/* The message must fit a stream with a time of 20 digits. */
#define __BPF_LOG_CHECK_LENGTH(name, fmt, ...)                                                     \
	__BPF_STREAM_CHECK_LENGTH(__BPF_LOG_HEAD(name) "184467440737095516" fmt                    \
						       "\n" __VA_OPT__(, ) __VA_ARGS__)

#endif /* BPF_STREAM_RECORD_H */
