/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/levels.h - levels, their names, sinks, and the first lines of kernel reports, for
 * BPF programs and user space alike. Includes nothing. Included by stream.h, reader.h and user.h.
 */
#ifndef BPF_STREAM_LEVELS_H
#define BPF_STREAM_LEVELS_H

/*
 * The levels of a record, and of filters. assert.h writes FATAL before a program ends itself.
 * It has the value of OFF, so it passes every filter of the form "level <= max", including the one
 * that lets nothing else pass: 0 means FATAL as the level of a record, and OFF as that of a filter.
 */
#define BPF_LOG_OFF   0
#define BPF_LOG_FATAL 0
#define BPF_LOG_ERROR 1
#define BPF_LOG_WARN  2
#define BPF_LOG_INFO  3
#define BPF_LOG_DEBUG 4
#define BPF_LOG_TRACE 5

/* X(level, name in a record, name of a filter), in the order of the levels */
#define __BPF_LOG_LEVELS(X)                                                                        \
	X(BPF_LOG_FATAL, "FATAL", "off")                                                           \
	X(BPF_LOG_ERROR, "ERROR", "error")                                                         \
	X(BPF_LOG_WARN, "WARN", "warn")                                                            \
	X(BPF_LOG_INFO, "INFO", "info")                                                            \
	X(BPF_LOG_DEBUG, "DEBUG", "debug")                                                         \
	X(BPF_LOG_TRACE, "TRACE", "trace")

/* All values of a filter, for help texts and error messages */
#define BPF_LOG_LEVEL_NAMES "off, error, warn, info, debug, trace (or 0 to 5)"

/*
 * Where messages go. UNKNOWN until the first message was written or refused; NOWHERE on a kernel
 * without streams, with BPF_STREAM_FALLBACK_NONE.
 */
#define BPF_STREAM_SINK_UNKNOWN 0
#define BPF_STREAM_SINK_STREAM	1
#define BPF_STREAM_SINK_RING	2
#define BPF_STREAM_SINK_TRACE	3
#define BPF_STREAM_SINK_NOWHERE 4

/* X(start of the first line), of every report by the kernel itself (6.17 to 7.3) */
#define __BPF_LOG_REPORTS(X)                                                                       \
	X("ERROR: Timeout detected for may_goto instruction")                                      \
	X("ERROR: Timeout detected for bpf_res_spin_lock")                                         \
	X("ERROR: AA or ABBA deadlock detected for bpf_res_spin_lock")                             \
	X("ERROR: Arena READ access at unmapped address 0x")                                       \
	X("ERROR: Arena WRITE access at unmapped address 0x")

#endif /* BPF_STREAM_LEVELS_H */
