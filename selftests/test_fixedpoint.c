// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * examples/fixedpoint: its arithmetic against exact arithmetic of 128 bits, its reports and their
 * frequency; the same for objects linked with libfixedpoint.bpf.o.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "fixedpoint/fixedpoint.h"
#include "lib.h"

typedef __int128 wide;

#define MAX 0x7fffffffffffffffLL
#define MIN (-MAX - 1)
#define ONE (1LL << 32)

static const char *const names[] = {"add",   "sub",  "mul",	 "div",
				    "ratio", "sqrt", "from_int", "to_int"};

/* n / d, rounded to the nearest, from the middle away from zero. @d is above 0. */
static wide rounded(wide n, wide d)
{
	return n < 0 ? -((-n + d / 2) / d) : (n + d / 2) / d;
}

static wide quotient(long long a, long long b)
{
	if (!b)
		return a ? (wide)(a < 0 ? -1 : 1) << 100 : 0;
	return b < 0 ? rounded(-(wide)a * ONE, -(wide)b) : rounded((wide)a * ONE, b);
}

/* The nearest to the root of @a * 2^32: the largest r with (r - 1/2)^2 not above it */
static wide root(long long a)
{
	wide n = (wide)a * ONE, r = 0;

	for (int bit = 48; bit >= 0; bit--) {
		wide t = r + ((wide)1 << bit);

		if (4 * t * t - 4 * t + 1 <= 4 * n)
			r = t;
	}
	return r;
}

/* The exact result, without the library's limits */
static wide exact(enum operation op, long long a, long long b)
{
	switch (op) {
	case ADD:
		return (wide)a + b;
	case SUB:
		return (wide)a - b;
	case MUL:
		return rounded((wide)a * b, ONE);
	case DIV:
	case RATIO:
		return quotient(a, b);
	case SQRT:
		return a < 0 ? 0 : root(a);
	case FROM_INT:
		return (wide)a * ONE;
	default:
		return rounded(a, ONE);
	}
}

static long wrong_results[N_OPERATIONS], wrong_reports[N_OPERATIONS], reports[N_OPERATIONS];

static void check(const struct calculation *c)
{
	for (enum operation op = 0; op < N_OPERATIONS; op++) {
		wide e = exact(op, c->a, c->b);
		long long want = e > MAX ? MAX : e < MIN ? MIN : e;
		bool misused = e != want || (op == SQRT && c->a < 0) ||
			       ((op == DIV || op == RATIO) && !c->b);
		bool reported = c->reported >> op & 1;

		reports[op] += reported;
		if (c->result[op] != want && !wrong_results[op]++)
			note("%s(%lld, %lld) is %lld, and should be %lld", names[op], c->a, c->b,
			     c->result[op], want);
		if (reported != misused && !wrong_reports[op]++)
			note("%s(%lld, %lld) is%s counted as misuse", names[op], c->a, c->b,
			     reported ? "" : " not");
	}
}

/* Of any length in bits, and often close to a power of two */
static long long number(void)
{
	static unsigned long long seed = 88172645463325252;
	int bits;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	bits = seed >> 58;
	switch (seed >> 4 & 7) {
	case 0:
		return (1ULL << bits) + (seed & 3) - 2;
	case 1:
		return -(1ULL << bits) + (seed & 3) - 2;
	default:
		return (seed & 8 ? -1 : 1) * (long long)(seed * 0x9e3779b97f4a7c15 >> bits);
	}
}

static const long long edges[] = {MIN,
				  MIN + 1,
				  MIN / 2,
				  -(1LL << 48) - 1,
				  -ONE - 1,
				  -ONE,
				  -ONE + 1,
				  -ONE / 2,
				  -3,
				  -2,
				  -1,
				  0,
				  1,
				  2,
				  3,
				  ONE / 2,
				  ONE - 1,
				  ONE,
				  ONE + 1,
				  2 * ONE,
				  3 * ONE,
				  1LL << 47,
				  1LL << 48,
				  MAX / 2,
				  MAX / 2 + 1,
				  MAX - 1,
				  MAX,
				  46340 * ONE + ONE - 1,
				  3037000499LL << 16,
				  2147483647 * ONE,
				  MAX - ONE / 2};
#define N_EDGES ((int)(sizeof(edges) / sizeof(edges[0])))

static void fill(struct calculation *c)
{
	for (int i = 0; i < CALCULATIONS; i++) {
		c[i].a = i < N_EDGES * N_EDGES ? edges[i / N_EDGES] : number();
		c[i].b = i < N_EDGES * N_EDGES ? edges[i % N_EDGES] : number();
		/* in half of the cases, a quotient in range */
		if (i >= N_EDGES * N_EDGES && i % 2)
			c[i].a = (wide)(c[i].a >> 1) * (c[i].b >> 1) >> 62;
	}
}

/* Run a program; return its text on stderr, or in the trace pipe, as a string to free */
static char *run(struct bpf_object *obj, const char *name, int stream)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);
	unsigned int retval;

	trace_clear();
	if (!prog || run_prog(prog, &retval))
		note("cannot run %s: %s", name, strerror(errno));
	if (!have_streams())
		return trace_text();
	return stream_text(bpf_program__fd(prog), stream, NULL) ?: strdup("");
}

static void test_arithmetic(struct bpf_object *obj, const char *what, int rounds)
{
	size_t size = CALCULATIONS * sizeof(struct calculation);
	volatile __u32 *level = map_var(obj, ".data.fixed", "fixed_level");
	int fd = bpf_object__find_map_fd_by_name(obj, "calculations");
	struct calculation *c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *text;

	if (!ok(c != MAP_FAILED && level, "%s: its data", what))
		return;
	*level = BPF_LOG_OFF;
	memset(wrong_results, 0, sizeof(wrong_results));
	memset(wrong_reports, 0, sizeof(wrong_reports));
	memset(reports, 0, sizeof(reports));
	for (int i = 0; i < rounds; i++) {
		fill(c);
		text = run(obj, "arithmetic", BPF_STREAM_ID_STDERR);
		if (*text)
			ok(false, "%s: not silent: %s", what, text);
		free(text);
		for (int j = 0; j < CALCULATIONS; j++)
			check(&c[j]);
	}
	for (enum operation op = 0; op < N_OPERATIONS; op++) {
		ok(!wrong_results[op] && !wrong_reports[op] && (reports[op] || op == TO_INT),
		   "%s: %s: %d calculations, %ld results wrong, %ld times misused, %ld counts "
		   "wrong",
		   what, names[op], rounds * CALCULATIONS, wrong_results[op], reports[op],
		   wrong_reports[op]);
	}
	*level = BPF_LOG_TRACE;
	munmap(c, size);
}

/* The n-th line, without its level and time */
static const char *record(const char *text, int n)
{
	int end = 0;

	while (text && n--)
		text = (text = strchr(text, '\n')) ? text + 1 : NULL;
	if (!text || sscanf(text, "WARN %*u %n", &end) || !end)
		return "";
	return text + end;
}

static int lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void test_reports(struct bpf_object *obj, const char *what)
{
	static const char *const want[] = {
		"fixed_add(2000000000.500000, 2000000000.500000): overflow\n",
		"fixed_sub(-2.000000, 2147483647.500000): overflow\n", /* not the sum within */
		"fixed_mul(2000000000.500000, -2.000000): overflow\n",
		"fixed_div(1.500000, 0.000000): division by zero\n",
		"fixed_div(2000000000.500000, 0.500000): overflow\n",
		"fixed_ratio(-3, 0): division by zero\n",
		"fixed_sqrt(-2.000000): of a negative number\n",
		"fixed_from_int(1099511627776): overflow\n",
	};
	volatile __u32 *line = map_var(obj, ".bss", "first_line");
	char *text = run(obj, "misuse", BPF_STREAM_ID_STDERR), head[64];
	int n = lines(text), good = 0;

	for (int i = 0; i < 8; i++) {
		const char *r = record(text, i);

		snprintf(head, sizeof(head), "fixedpoint.bpf.c:%u: ", *line + 1 + i);
		if (!strncmp(r, head, strlen(head)) &&
		    !strncmp(r + strlen(head), want[i], strlen(want[i])))
			good++;
		else
			note("wanted: %s%s", head, want[i]);
	}
	if (!ok(good == 8 && n == 8, "%s: each misuse is reported with its line", what))
		note("%s", text);
	free(text);
}

/* The number of reports that two runs of this program make, of 1,000 operations each */
static void test_how_often(struct bpf_object *obj, const char *what, const char *name, int first,
			   int suppressed)
{
	volatile __u32 *times = map_var(obj, ".data", "times");
	volatile __u64 *errors = map_var(obj, ".data.fixed", "fixed_errors");
	volatile __u64 *held_back = map_var(obj, ".data.bpf_log", "bpf_log_suppressed");
	volatile __u32 *own = map_var(obj, ".data.fixed", "fixed_level");
	volatile __u32 *level = map_var(obj, ".data.bpf_log", "bpf_log_level");
	__u64 errors_before = *errors, held_back_before = *held_back;
	char *text[3], head[64];

	*times = 1000;
	*own = BPF_LOG_ERROR;
	text[0] = run(obj, name, BPF_STREAM_ID_STDERR);
	*own = BPF_LOG_TRACE;
	*level = BPF_LOG_ERROR;
	text[1] = run(obj, name, BPF_STREAM_ID_STDERR);
	ok(!*text[0] && !*text[1] && *errors == errors_before + 2000,
	   "%s: %s: silent by fixed_level and by bpf_log_level, but counted", what, name);
	*level = BPF_LOG_INFO;
	text[2] = run(obj, name, BPF_STREAM_ID_STDERR);
	if (!ok(lines(text[2]) == first && *errors == errors_before + 3000,
		"%s: %s: %d reports of 1,000", what, name, first))
		note("%s", text[2]);
	if (suppressed) {
		/* counted when the next interval opens, with the default of 5 s */
		snprintf(head, sizeof(head), ": %d messages suppressed\n", suppressed);
		usleep(5200000);
		*times = 1;
		free(text[2]);
		text[2] = run(obj, name, BPF_STREAM_ID_STDERR);
		if (!ok(strstr(text[2], head) && *held_back == held_back_before + suppressed,
			"%s: %s: then how many were held back", what, name))
			note("%s", text[2]);
	}
	for (int i = 0; i < 3; i++)
		free(text[i]);
	*times = 1;
}

static void test_decimals(struct bpf_object *obj, const char *what)
{
	static const char *const want[] = {": 3.1 3.141592654\n", ": -1.000 -0.9996 -0.50\n",
					   ": -2147483648.00 2147483648.000000000 0.000000\n"};
	char *text = run(obj, "decimals", BPF_STREAM_ID_STDOUT), *at = text;

	for (int i = 0; i < 3 && at; i++)
		at = strstr(at, want[i]);
	if (!ok(at && lines(text) == 3, "%s: numbers with decimals", what))
		note("%s", text);
	free(text);
}

static void test(const char *what, int rounds)
{
	struct bpf_object *obj;
	char path[256];

	snprintf(path, sizeof(path), "build/selftests/fixedpoint/%s.bpf.o", what);
	obj = bpf_object__open_file(path, NULL);
	if (!ok(obj && !bpf_object__load(obj), "%s: loads", path)) {
		log_show();
		return;
	}
	test_arithmetic(obj, what, rounds);
	test_reports(obj, what);
	test_how_often(obj, what, "in_a_loop", 10, 990);
	test_how_often(obj, what, "in_a_loop_once", 1, 0);
	test_decimals(obj, what);
	bpf_object__close(obj);
}

/* The program on this machine's tasks, without bpfstream */
static void test_example(void)
{
	struct bpf_object *obj = bpf_object__open_file("build/examples/fixedpoint.bpf.o", NULL);
	struct bpf_program *prog;
	char *text = NULL;
	int cpu, whole;

	if (!ok(obj && !bpf_object__load(obj), "the example loads")) {
		log_show();
		return;
	}
	trace_clear();
	bpf_object__for_each_program(prog, obj)
		bpf_program__attach(prog);
	for (int i = 0; i < 1500 && (!text || !lines(text)); i++) {
		usleep(10000);
		free(text);
		text = trace_text();
	}
	if (!ok(text && sscanf(text,
			       "INFO %*u fixedpoint.bpf.c:%*u: cpu %d: a task waits %d.%*3u us",
			       &cpu, &whole) == 2,
		"the example logs how long tasks wait"))
		note("%s", text);
	free(text);
	bpf_object__close(obj);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 2;

	log_capture();
	/* loading takes long in emulation: run each of the four on some kernels */
	if (have_kernel(7, 0)) {
		test("clang-19", rounds);
		test("linked-clang-14", rounds);
	} else {
		test("clang-14", rounds);
		if (have_kernel(6, 19)) /* its verifier takes 430,000 steps for "arithmetic" */
			skip("takes 6.19's verifier 15 s", "linked-clang-19");
		else
			test("linked-clang-19", rounds);
	}
	if (!have_streams())
		test_example();
	return tap_done();
}
