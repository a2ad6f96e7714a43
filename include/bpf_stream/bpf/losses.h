/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/losses.h - count and report messages that could not be written. Internal: do not
 * include directly.
 *
 * The write path calls two functions, with numbers only: __bpf_stream_report() before a message, if
 * a report may be due, and __bpf_stream_lose() after one that was refused. They are global
 * functions, so the verifier walks each of them once for a program.
 */
#ifndef BPF_STREAM_LOSSES_H
#define BPF_STREAM_LOSSES_H

#include <bpf_stream/bpf/atomic.h>
#include <bpf_stream/bpf/levels.h>
#include <bpf_stream/bpf/push.h>

__BPF_STREAM_HEADER

/*
 * Define it to 1 before statements under a bpf_spin_lock (7.0 and up), or where preemption is
 * disabled on 6.12, and back to 0 after them: the verifier allows no global function there. Such
 * messages call static functions instead, which it walks once for each message. May be redefined at
 * any place.
 */
#ifndef BPF_STREAM_LOCKED
#define BPF_STREAM_LOCKED 0
#endif

/*
 * The least time between two reports on one stream, in ns. The counts are those of all programs of
 * the object; without a limit, a program whose stream is read would report before each of its
 * messages what another program, whose stream nobody reads, has just lost. Define it before the
 * include, for instance as 0 if every report is wanted.
 */
#ifndef BPF_STREAM_REPORT_INTERVAL
#define BPF_STREAM_REPORT_INTERVAL 1000000000ULL
#endif

#define __BPF_STREAM_CAUSES 6

/*
 * Messages lost since load, by cause; [0] is BPF_STDOUT, [1] BPF_STDERR. The programs of an object
 * share the counts, and so do objects that are linked together. The struct has no name, because the
 * variable is in the program's skeleton, where nothing declares one of ours.
 */
volatile struct {
	__bpf_stream_u64 full; /* -ENOSPC: no room, or the strings of a message are too long */
	__bpf_stream_u64 no_memory; /* -ENOMEM */
	__bpf_stream_u64 busy; /* -EBUSY: too many formatting calls nested on one CPU */
	__bpf_stream_u64 invalid; /* -EINVAL: a format that the kernel does not take */
	__bpf_stream_u64 too_long; /* -E2BIG: over 1,023 bytes; kernels up to 7.3 say -ENOMEM */
	__bpf_stream_u64 other;
	__bpf_stream_u64 reserved[2];
} bpf_stream_lost[2] __bpf_stream_data __bpf_stream_own_line = {};

/* Those of them that were reported on the stream. Only the owner of a report changes them. */
__typeof__(bpf_stream_lost) __bpf_stream_told __bpf_stream_data __bpf_stream_own_line = {};

/* The report that is being written: at most one at a time for each stream. */
volatile struct {
	__bpf_stream_u64 taken;
	__bpf_stream_u64 now; /* the time at which the owner took it */
	__bpf_stream_u64 next; /* no further report before this time */
	__bpf_stream_s64 error; /* of the last report that could not be written */
	__bpf_stream_u64 tick; /* of the kernel's timer, in which a report could not be written */
	__bpf_stream_u64 head; /* of its record in a ring: it precedes the arguments */
	__bpf_stream_u64 args[2 + __BPF_STREAM_CAUSES];
	__bpf_stream_u64 reserved[2];
} __bpf_stream_reports[2] __bpf_stream_data __bpf_stream_own_line = {};

/* Where messages go: one of BPF_STREAM_SINK_* of levels.h. */
volatile __bpf_stream_u32 bpf_stream_sink __bpf_stream_data __bpf_stream_own_line = 0;

/*
 * By stream: not 0 if the next message must call __bpf_stream_report(). The first one must, to set
 * bpf_stream_sink. It changes only when losses begin and end, so it may share a line with what all
 * messages read.
 */
volatile __bpf_stream_u32 __bpf_stream_pending[2] __bpf_stream_data = {1, 1};

#ifdef BPF_STREAM_FALLBACK_NONE
#define __BPF_STREAM_NO_STREAM_SINK BPF_STREAM_SINK_NOWHERE
#else
#define __BPF_STREAM_NO_STREAM_SINK BPF_STREAM_SINK_TRACE
#endif

#define __BPF_STREAM_LOST_LINE(full, no_memory, busy, invalid, too_long, other)                    \
	"WARN: %llu messages lost by the programs of this object (full: " full                     \
	", no memory: " no_memory ", busy: " busy ", invalid: " invalid ", too long: " too_long    \
	", other: " other ")\n"

/*
 * Write a report of the causes in @args. Mostly there is one cause, and the kernel formats two
 * numbers much faster than seven. That matters: while a stream stays full, each message costs an
 * attempt to report the losses before it.
 */
__bpf_stream_inline int __bpf_stream_put_report(int id, volatile __bpf_stream_u64 *args)
{
	__BPF_STREAM_TEXT full[] = __BPF_STREAM_LOST_LINE("%llu", "0", "0", "0", "0", "0");
	__BPF_STREAM_TEXT no_memory[] = __BPF_STREAM_LOST_LINE("0", "%llu", "0", "0", "0", "0");
	__BPF_STREAM_TEXT all[] =
		__BPF_STREAM_LOST_LINE("%llu", "%llu", "%llu", "%llu", "%llu", "%llu");

	/* args[0] and args[1] are both the sum */
	if (args[2] == args[1])
		return __bpf_stream_push(id, full, (const void *)args, 16, 0);
	if (args[3] == args[1])
		return __bpf_stream_push(id, no_memory, (const void *)args, 16, 0);
	return __bpf_stream_push(id, all, (const void *)(args + 1), 8 * (1 + __BPF_STREAM_CAUSES),
				 0);
}

/* Set the arguments of the report to the unreported losses: twice the sum, then each cause. */
__bpf_stream_inline __bpf_stream_u64 __bpf_stream_unreported(__bpf_stream_u64 i)
{
	volatile __bpf_stream_u64 *args = __bpf_stream_reports[i].args;
	__bpf_stream_u64 sum = 0, k, n;

#pragma clang loop unroll(disable)
	for (k = 0; k < __BPF_STREAM_CAUSES; k++) {
		n = ((volatile __bpf_stream_u64 *)&bpf_stream_lost[i])[k] -
		    ((volatile __bpf_stream_u64 *)&__bpf_stream_told[i])[k];
		args[2 + k] = n;
		sum += n;
	}
	args[0] = sum;
	args[1] = sum;
	return sum;
}

__bpf_stream_inline _Bool __bpf_stream_unreported_any(__bpf_stream_u64 i)
{
	__bpf_stream_u64 any = 0, k;

#pragma clang loop unroll(disable)
	for (k = 0; k < __BPF_STREAM_CAUSES; k++)
		any |= ((volatile __bpf_stream_u64 *)&bpf_stream_lost[i])[k] ^
		       ((volatile __bpf_stream_u64 *)&__bpf_stream_told[i])[k];
	return any != 0;
}

/* Make clang compute addresses from @i again instead of spilling them: the frame has 16 bytes. */
#define __bpf_stream_forget(i) __asm__ __volatile__("" : "+r"(i))

/*
 * Report the losses of stream @id that were not reported yet. Return the stream to write the
 * message to: @id, or one that does not exist if the report could not be written. Then this message
 * is lost too: nothing may follow a gap whose report is due.
 *
 * A report has one owner at a time. Other CPUs, and programs that interrupt the owner, write their
 * messages meanwhile. __bpf_stream_lose() counts and then reads the flag; the owner clears the flag
 * and then reads the counts; full barriers in between ensure that no loss is forgotten.
 */
__bpf_stream_inline int __bpf_stream_report_body(int id, _Bool locked)
{
	__bpf_stream_u64 i = (id - 1) & 1, k, n;
	int ret = 0;

	if (id != __BPF_STREAM_STDOUT && id != __BPF_STREAM_STDERR)
		return id;
	if (!bpf_stream_supported() && !__bpf_stream_to_ring()) {
		bpf_stream_sink = __BPF_STREAM_NO_STREAM_SINK;
		__bpf_stream_pending[i] = 0;
		return id;
	}
	bpf_stream_sink = __bpf_stream_to_ring() ? BPF_STREAM_SINK_RING : BPF_STREAM_SINK_STREAM;
	n = 0;
	if (!locked) {
		if (__bpf_stream_helper_jiffies64() == __bpf_stream_reports[i].tick)
			return id;
		__bpf_stream_forget(i);
		n = __bpf_stream_helper_ktime_get_ns();
		__bpf_stream_forget(i);
		if (n < __bpf_stream_reports[i].next)
			return id;
	}
	if (__bpf_stream_xchg(&__bpf_stream_reports[i].taken, 1))
		return id;
	__bpf_stream_reports[i].now = n;
	__bpf_stream_forget(i);
	if (__bpf_stream_unreported(i)) {
		ret = __bpf_stream_put_report(id, __bpf_stream_reports[i].args);
		__bpf_stream_forget(i);
		if (ret) {
			__bpf_stream_reports[i].error = ret;
			if (!locked)
				__bpf_stream_reports[i].tick = __bpf_stream_helper_jiffies64();
			__bpf_stream_forget(i);
			__bpf_stream_xchg(&__bpf_stream_reports[i].taken, 0);
			return id | __BPF_STREAM_REFUSE;
		}
		if (!locked)
			__bpf_stream_reports[i].next =
				__bpf_stream_reports[i].now + BPF_STREAM_REPORT_INTERVAL;
		__bpf_stream_forget(i);
#pragma clang loop unroll(disable)
		for (k = 0; k < __BPF_STREAM_CAUSES; k++)
			((volatile __bpf_stream_u64 *)&__bpf_stream_told[i])[k] +=
				__bpf_stream_reports[i].args[2 + k];
	}
	__bpf_stream_forget(i);
	__bpf_stream_pending[i] = 0;
	__bpf_stream_xchg(&__bpf_stream_reports[i].taken, 0);
	__bpf_stream_forget(i);
	if (__bpf_stream_unreported_any(i))
		__bpf_stream_pending[i] = 1;
	return id;
}

/*
 * Where the count of a cause is in bpf_stream_lost[], in bytes, by errno: a table, so that nothing
 * branches on it. Entries are XORed with 40, so that an unlisted errno (0) becomes "other" (40).
 */
static const __bpf_stream_u8 __bpf_stream_causes[128] __bpf_stream_unused
	__bpf_stream_section(".rodata.bpf_log") = {
		[128 - __BPF_STREAM_ENOSPC] = 0 ^ 40, [128 - __BPF_STREAM_ENOMEM] = 8 ^ 40,
		[128 - __BPF_STREAM_EBUSY] = 16 ^ 40, [128 - __BPF_STREAM_EINVAL] = 24 ^ 40,
		[128 - __BPF_STREAM_E2BIG] = 32 ^ 40,
};

/*
 * Count a message on stream @id that was refused with @ret. Return why it was lost: @ret, or the
 * error of the report that should have preceded it.
 */
__bpf_stream_inline int __bpf_stream_lose_body(int id, int ret)
{
	__bpf_stream_u32 cause;
	int i = (id - 1) & 1;

	if (id != __BPF_STREAM_STDOUT && id != __BPF_STREAM_STDERR)
		return ret;
	if (ret == -__BPF_STREAM_ENOENT)
		ret = __bpf_stream_reports[i].error;
	cause = __bpf_stream_causes[ret & 127] ^ 40;
	__asm__("" : "+r"(cause));
	__bpf_stream_fetch_add(
		(volatile __bpf_stream_u64 *)((volatile char *)&bpf_stream_lost[i] + (cause & 56)),
		1);
	if (!__bpf_stream_pending[i])
		__bpf_stream_pending[i] = 1;
	return ret;
}

__bpf_stream_global int __bpf_stream_report(int id)
{
#ifdef __bpf__
	/* Without -g clang reports an error here, before a loader reports that there is no BTF. */
	(void)__builtin_preserve_access_index(&__bpf_stream_reports[0].taken); /* compile with -g */
#endif
	return __bpf_stream_report_body(id, 0);
}

__bpf_stream_global int __bpf_stream_lose(int id, int ret)
{
	return __bpf_stream_lose_body(id, ret);
}

/*
 * The same for BPF_STREAM_LOCKED. They read no clock: the verifier allows no helper under a lock.
 */
__bpf_stream_noinline int __bpf_stream_report_locked(int id)
{
	return __bpf_stream_report_body(id, 1);
}

__bpf_stream_noinline int __bpf_stream_lose_locked(int id, int ret)
{
	return __bpf_stream_lose_body(id, ret);
}

__BPF_STREAM_HEADER_END

#endif /* BPF_STREAM_LOSSES_H */
