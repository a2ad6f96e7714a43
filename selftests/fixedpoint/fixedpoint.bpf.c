// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For test_fixedpoint.c: compiled with and without FIXED_EXTERN */
#include "vmlinux.h"
#include "../../examples/fixedpoint/fixedpoint.h"
#include "fixedpoint.h"

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, CALCULATIONS);
	__type(key, __u32);
	__type(value, struct calculation);
} calculations SEC(".maps");

/* run one operation, and note whether it was counted */
#define DO(operation, value)                                                                       \
	do {                                                                                       \
		errors = fixed_errors;                                                             \
		c->result[operation] = (value);                                                    \
		c->reported |= (fixed_errors != errors) << operation;                              \
	} while (0)

static long calculate(__u32 i, void *ctx)
{
	struct calculation *c = bpf_map_lookup_elem(&calculations, &i);
	__u64 errors;
	fixed_t a, b;

	if (!c)
		return 1;
	a.raw = c->a;
	b.raw = c->b;
	c->reported = 0;
	DO(ADD, fixed_add(a, b).raw);
	DO(SUB, fixed_sub(a, b).raw);
	DO(MUL, fixed_mul(a, b).raw);
	DO(DIV, fixed_div(a, b).raw);
	DO(RATIO, fixed_ratio(c->a, c->b).raw);
	DO(SQRT, fixed_sqrt(a).raw);
	DO(FROM_INT, fixed_from_int(c->a).raw);
	DO(TO_INT, fixed_to_int(a));
	return 0;
}

SEC("syscall")
int arithmetic(void *ctx)
{
	bpf_loop(CALCULATIONS, calculate, NULL, 0);
	return 0;
}

/* Hidden from the compiler */
fixed_t zero = FIXED(0), minus_two = FIXED(-2), large = FIXED(2000000000.5);
long long large_int = 1LL << 40;
__u32 first_line, times = 1;

/* Each kind of misuse, at one line each. */
SEC("syscall")
int misuse(void *ctx)
{
	fixed_t r;

	first_line = __LINE__;
	r = fixed_add(large, large);
	r = fixed_sub(minus_two, fixed_add(large, FIXED(147483647)));
	r = fixed_mul(large, minus_two);
	r = fixed_div(FIXED(1.5), zero);
	r = fixed_div(large, FIXED(0.5));
	r = fixed_ratio(-3, zero.raw);
	r = fixed_sqrt(minus_two);
	r = fixed_from_int(large_int);
	return r.raw == FIXED_MAX.raw;
}

static long hot(__u32 i, void *ctx)
{
	return fixed_mul(large, large).raw != FIXED_MAX.raw;
}

/* Many times at one place */
SEC("syscall")
int in_a_loop(void *ctx)
{
	return bpf_loop(times, hot, NULL, 0);
}

#undef FIXED_HOW
#define FIXED_HOW once

static long hot_once(__u32 i, void *ctx)
{
	return fixed_mul(large, large).raw != FIXED_MAX.raw;
}

SEC("syscall")
int in_a_loop_once(void *ctx)
{
	return bpf_loop(times, hot_once, NULL, 0);
}

/* Numbers with decimals, as printf prints them */
SEC("syscall")
int decimals(void *ctx)
{
	fixed_t pi = FIXED(3.14159265358979), edge = FIXED(-0.9996), half = FIXED(-0.5),
		min = FIXED_MIN, max = FIXED_MAX;

	bpf_log_info(FIXED_FMT(1) " " FIXED_FMT(9), FIXED_ARG(pi, 1), FIXED_ARG(pi, 9));
	bpf_log_info(FIXED_FMT(3) " " FIXED_FMT(4) " " FIXED_FMT(2), FIXED_ARG(edge, 3),
		     FIXED_ARG(edge, 4), FIXED_ARG(half, 2));
	bpf_log_info(FIXED_FMT(2) " " FIXED_FMT(9) " " FIXED_FMT(6), FIXED_ARG(min, 2),
		     FIXED_ARG(max, 9), FIXED_ARG(zero, 6));
	return 0;
}
