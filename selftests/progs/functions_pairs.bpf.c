// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Two static functions that log, with 0 to 12 arguments each, in every pair; the first gets a pointer
 * to its caller's stack. The verifiers of 7.1 to 7.3 reject such a program ("slot poisoned by dead code
 * elimination") if a function of the headers passes on the arguments as memory and length.
 */
#include "vmlinux.h"
#define BPF_LOG_TIMESTAMP 0 /* a time would be one of the 12 arguments */
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

struct flow {
	int len, mark;
};

#define A0
#define A1  , f->len
#define A2  A1, f->mark
#define A3  A2, 3
#define A4  A3, f->len
#define A5  A4, f->mark
#define A6  A5, 6
#define A7  A6, f->len
#define A8  A7, f->mark
#define A9  A8, 9
#define A10 A9, f->len
#define A11 A10, f->mark
#define A12 A11, 12

#define F0
#define F1  " %d"
#define F2  F1 F1
#define F3  F2 F1
#define F4  F3 F1
#define F5  F4 F1
#define F6  F5 F1
#define F7  F6 F1
#define F8  F7 F1
#define F9  F8 F1
#define F10 F9 F1
#define F11 F10 F1
#define F12 F11 F1

#define N13(m, ...)                                                                                \
	m(0, ##__VA_ARGS__) m(1, ##__VA_ARGS__) m(2, ##__VA_ARGS__) m(3, ##__VA_ARGS__)            \
		m(4, ##__VA_ARGS__) m(5, ##__VA_ARGS__) m(6, ##__VA_ARGS__) m(7, ##__VA_ARGS__)    \
			m(8, ##__VA_ARGS__) m(9, ##__VA_ARGS__) m(10, ##__VA_ARGS__)               \
				m(11, ##__VA_ARGS__) m(12, ##__VA_ARGS__)

#define FIRST(n)                                                                                   \
	static __noinline void first_##n(const struct flow *f)                                     \
	{                                                                                          \
		bpf_log_info("first" F##n A##n);                                                   \
	}
#define SECOND(n)                                                                                  \
	static __noinline int second_##n(int len, int mark)                                        \
	{                                                                                          \
		struct flow flow = {len, mark}, *f = &flow;                                        \
                                                                                                   \
		bpf_log_info("second" F##n A##n);                                                  \
		return f->len > 100;                                                               \
	}
N13(FIRST)
N13(SECOND)

#define PAIR(b, a)                                                                                 \
	SEC("tc")                                                                                  \
	__stdout(HEAD_NO_TIME("INFO", "functions_pairs.bpf.c") "first( [0-9]+){" #a "}")           \
	__stdout(HEAD_NO_TIME("INFO", "functions_pairs.bpf.c") "second( [0-9]+){" #b "}")          \
	int pair_##a##_##b(struct __sk_buff *skb)                                                  \
	{                                                                                          \
		struct flow flow = {skb->len, skb->mark};                                          \
                                                                                                   \
		first_##a(&flow);                                                                  \
		return second_##b(flow.len, flow.mark);                                            \
	}
N13(PAIR, 0)
N13(PAIR, 1)
N13(PAIR, 2)
N13(PAIR, 3)
N13(PAIR, 4)
N13(PAIR, 5)
N13(PAIR, 6)
N13(PAIR, 7)
N13(PAIR, 8)
N13(PAIR, 9)
N13(PAIR, 10)
N13(PAIR, 11)
N13(PAIR, 12)
