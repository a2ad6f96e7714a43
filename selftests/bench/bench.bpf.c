// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Programs for bench.c. Each row is three programs with the same statement once, 10 and 20 times:
 * ROW_1, ROW_10, ROW_20. The message is always "flow A has B bytes" of the same two numbers. (No XDP
 * programs: a test run of those patches the kernel and waits for it, 20 ms each time.) Compiled a
 * second time with ring.h, for the rows of the ring.
 */
#include <linux/bpf.h>
/* suppress during the whole run */
#define BPF_LOG_RATELIMIT_INTERVAL 3600000000000ULL
#include <bpf_stream/log.h>
#include "record.h"

char _license[] SEC("license") = "GPL";

#define TIMES_1(...) __VA_ARGS__;
/* clang-format does not converge here. */
/* clang-format off */
#define TIMES_10(...)                                                                              \
	TIMES_1(__VA_ARGS__) TIMES_1(__VA_ARGS__) TIMES_1(__VA_ARGS__) TIMES_1(__VA_ARGS__)        \
	TIMES_1(__VA_ARGS__) TIMES_1(__VA_ARGS__) TIMES_1(__VA_ARGS__) TIMES_1(__VA_ARGS__)        \
	TIMES_1(__VA_ARGS__) TIMES_1(__VA_ARGS__)
/* clang-format on */
#define TIMES_20(...) TIMES_10(__VA_ARGS__) TIMES_10(__VA_ARGS__)

/* The numbers are made in the empty program too, so that they cost nothing when it is subtracted. */
#define PROGRAM(name, ...)                                                                         \
	SEC("tc") int name(struct __sk_buff *ctx)                                                  \
	{                                                                                          \
		int a = ctx->len, b = a * 1031;                                                    \
                                                                                                   \
		asm volatile("" : "+r"(a), "+r"(b));                                               \
		__VA_ARGS__                                                                        \
		return 0;                                                                          \
	}
#define ROW(name, ...)                                                                             \
	PROGRAM(name##_1, TIMES_1(__VA_ARGS__))                                                    \
	PROGRAM(name##_10, TIMES_10(__VA_ARGS__))                                                  \
	PROGRAM(name##_20, TIMES_20(__VA_ARGS__))

#define MSG	 "flow %d has %d bytes"
#define MSG_S	 "flow %d of %s has %d bytes"
#define STR_(x)	 #x
#define STR(x)	 STR_(x)
#define LOCATION __FILE_NAME__ ":" STR(__LINE__)

char owner[] = "sixteen letters!";

ROW(empty, )
ROW(clock, bpf_ktime_get_ns())

/*
 * The bare kernel function, as libbpf's macro for one kernel would call it, without tests and
 * counts. Each kernel has one of these three; only its programs are loaded.
 */
extern int bpf_stream_vprintk___bench_7_0(int id, const char *fmt__str, const void *args,
					  __u32 len__sz) __weak __ksym;
extern int bpf_stream_vprintk_impl___bench_6_18(int id, const char *fmt__str, const void *args,
						__u32 len__sz, void *aux__prog) __weak __ksym;
extern int bpf_stream_vprintk___bench_6_17(int id, const char *fmt__str, const void *args,
					   __u32 len__sz, void *aux__prog) __weak __ksym;

#define CALL_7_0(...)  bpf_stream_vprintk___bench_7_0(__VA_ARGS__)
#define CALL_6_18(...) bpf_stream_vprintk_impl___bench_6_18(__VA_ARGS__, (void *)0)
#define CALL_6_17(...) bpf_stream_vprintk___bench_6_17(__VA_ARGS__, (void *)0)

/* like libbpf's own macro, for strings as arguments */
#pragma GCC diagnostic ignored "-Wint-conversion"

#define TEXT static const char __attribute__((section(".rodata.bpf_log")))
#define BARE(kernel, fmt, ...)                                                                     \
	({                                                                                         \
		TEXT text[] = fmt;                                                                 \
		unsigned long long args[___bpf_narg(__VA_ARGS__)];                                 \
                                                                                                   \
		___bpf_fill(args, __VA_ARGS__);                                                    \
		CALL_##kernel(BPF_STDOUT, text, args, sizeof(args));                               \
	})
#define BARE_ROW(name, ...)                                                                        \
	ROW(name##_6_17, BARE(6_17, __VA_ARGS__))                                                  \
	ROW(name##_6_18, BARE(6_18, __VA_ARGS__))                                                  \
	ROW(name##_7_0, BARE(7_0, __VA_ARGS__))

BARE_ROW(bare, MSG "\n", a, b)
BARE_ROW(bare_neither, "INFO: " MSG "\n", a, b)
BARE_ROW(bare_location, "INFO " LOCATION ": " MSG "\n", a, b)
BARE_ROW(bare_time, "INFO %llu: " MSG "\n", bpf_ktime_get_ns(), a, b)
BARE_ROW(bare_both, "INFO %llu " LOCATION ": " MSG "\n", bpf_ktime_get_ns(), a, b)
/* Locations as arguments: the usual way, and one that writes the same text as bare_location */
BARE_ROW(bare_func_line, "%s:%d " MSG "\n", __func__, __LINE__, a, b)
BARE_ROW(bare_file_line, "INFO %s:%d: " MSG "\n", __FILE_NAME__, __LINE__, a, b)

ROW(stream, bpf_stream_printk(BPF_STDOUT, MSG "\n", a, b))

ROW(log_both, bpf_log_info(MSG, a, b))
ROW(log_string, bpf_log_info(MSG_S, a, owner, b))
#undef BPF_LOG_TIMESTAMP
#define BPF_LOG_TIMESTAMP 0
ROW(log_location, bpf_log_info(MSG, a, b))
#undef BPF_LOG_LOCATION
#define BPF_LOG_LOCATION 0
ROW(log_neither, bpf_log_info(MSG, a, b))
#undef BPF_LOG_TIMESTAMP
#define BPF_LOG_TIMESTAMP 1
ROW(log_time, bpf_log_info(MSG, a, b))
#undef BPF_LOG_LOCATION
#define BPF_LOG_LOCATION 1

#ifdef BPF_LOG_DECLARE_COMPONENT
BPF_LOG_DECLARE_COMPONENT(part);
#define BPF_LOG_COMPONENT part
ROW(log_component, bpf_log_info(MSG, a, b))
#undef BPF_LOG_COMPONENT
#endif
#ifdef BPF_LOG_CPU
#undef BPF_LOG_CPU
#define BPF_LOG_CPU 1
ROW(log_cpu, bpf_log_info(MSG, a, b))
#undef BPF_LOG_PID
#define BPF_LOG_PID 1
ROW(log_cpu_pid, bpf_log_info(MSG, a, b))
#undef BPF_LOG_CPU
#define BPF_LOG_CPU 0
#undef BPF_LOG_PID
#define BPF_LOG_PID 0
#endif

#undef BPF_LOG_COMPILE_LEVEL
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_WARN
ROW(log_not_compiled, bpf_log_info(MSG, a, b))
#undef BPF_LOG_COMPILE_LEVEL
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_TRACE

#ifdef bpf_log_info_ratelimited
ROW(log_ratelimited, bpf_log_info_ratelimited(MSG, a, b))
#endif
#ifdef bpf_log_info_once
ROW(log_once, bpf_log_info_once(MSG, a, b))
#endif
#ifdef bpf_log_info_every
ROW(log_every, bpf_log_info_every(1 << 30, MSG, a, b))
#endif

/*
 * As libbpf's bpf_printk(), which takes bpf_trace_printk() for up to three arguments and
 * bpf_trace_vprintk() for more. The trace pipe adds the newline.
 */
#define TRACE(fmt, ...)                                                                            \
	({                                                                                         \
		TEXT text[] = fmt;                                                                 \
                                                                                                   \
		bpf_trace_printk(text, sizeof(text), __VA_ARGS__);                                 \
	})
#define TRACEV(fmt, ...)                                                                           \
	({                                                                                         \
		TEXT text[] = fmt;                                                                 \
		unsigned long long args[___bpf_narg(__VA_ARGS__)];                                 \
                                                                                                   \
		___bpf_fill(args, __VA_ARGS__);                                                    \
		bpf_trace_vprintk(text, sizeof(text), args, sizeof(args));                         \
	})
ROW(trace, TRACE(MSG, a, b))
ROW(trace_both, TRACE("INFO %llu " LOCATION ": " MSG, bpf_ktime_get_ns(), a, b))
ROW(tracev, TRACEV(MSG, a, b))
ROW(tracev_both, TRACEV("INFO %llu " LOCATION ": " MSG, bpf_ktime_get_ns(), a, b))
ROW(tracev_string, TRACEV("INFO %llu " LOCATION ": " MSG_S, bpf_ktime_get_ns(), a, owner, b))

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} records SEC(".maps");

#define RECORD                                                                                     \
	({                                                                                         \
		struct record *r = bpf_ringbuf_reserve(&records, sizeof(*r), 0);                   \
                                                                                                   \
		if (r) {                                                                           \
			r->time = bpf_ktime_get_ns();                                              \
			r->level = BPF_LOG_INFO;                                                   \
			r->line = __LINE__;                                                        \
			r->flow = a;                                                               \
			r->bytes = b;                                                              \
			bpf_ringbuf_submit(r, 0);                                                  \
		}                                                                                  \
	})
ROW(ringbuf, RECORD)

#define OUTPUT                                                                                     \
	({                                                                                         \
		struct record r = {.time = bpf_ktime_get_ns(),                                     \
				   .level = BPF_LOG_INFO,                                          \
				   .line = __LINE__,                                               \
				   .flow = a,                                                      \
				   .bytes = b};                                                    \
                                                                                                   \
		bpf_ringbuf_output(&records, &r, sizeof(r), 0);                                    \
	})
ROW(ringbuf_output, OUTPUT)
