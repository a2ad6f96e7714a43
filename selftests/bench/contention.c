// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Measures a message on one CPU while another CPU executes messages of the same object all the time,
 * and a lost message beside the kernel's own failed write. Runs on the machine itself, because an
 * emulation has no cache lines.
 *
 *	contention OBJECT [ROUNDS]
 *
 * Prints medians, and compares them with the bars. Exits 0 if it could measure.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define TIMES	2000 /* messages in a run */
#define REPEATS 15 /* of all rows in turn, because the machine's speed varies */

static struct bpf_object *obj;
static volatile int stop;
static int rounds = 51;
static double *ns;

static void die(const char *what)
{
	fprintf(stderr, "contention: %s\n", what);
	log_show();
	exit(1);
}

static struct bpf_program *program(const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);

	if (!prog)
		die("a program is missing in the object");
	return prog;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Take precedence over other processes: the two programs must run at the same time. */
static void go_first(void)
{
	struct sched_param param = {.sched_priority = 10};

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die("not allowed to use SCHED_FIFO");
}

static void *beside(void *prog)
{
	unsigned int retval;

	pin_to_cpu(1);
	go_first();
	while (!stop)
		run_prog(prog, &retval);
	return NULL;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* ns for each message of @name, the loop included; the median */
static double measure(const char *name, const char *other)
{
	struct bpf_program *prog = program(name);
	unsigned int retval;
	pthread_t thread;
	double begin;

	stop = 0;
	if (other && pthread_create(&thread, NULL, beside, program(other)))
		die("no thread");
	usleep(20000);
	for (int i = 0; i < rounds; i++) {
		begin = now();
		if (run_prog(prog, &retval))
			die("a program does not run");
		ns[i] = (now() - begin) / TIMES;
	}
	stop = 1;
	if (other)
		pthread_join(thread, NULL);
	qsort(ns, rounds, sizeof(*ns), ascending);
	return ns[rounds / 2];
}

static const struct row {
	const char *name, *other;
} rows[] = {
	{"empty", NULL},	 {"off", NULL},		{"off", "off"},
	{"off", "ratelimited"},	 {"off", "printk"},	{"once", NULL},
	{"once", "ratelimited"}, {"ratelimited", NULL}, {"ratelimited", "ratelimited"},
	{"every", NULL},	 {"every", "every"},	{"write", NULL},
	{"write", "write"},	 {"printk", NULL},	{"printk", "printk"},
};

#define N_ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

static double results[N_ROWS][REPEATS];

static const double *result(const char *name, const char *other)
{
	for (int i = 0; i < N_ROWS; i++)
		if (!strcmp(rows[i].name, name) && !strcmp(rows[i].other ?: "", other ?: ""))
			return results[i];
	die("no such row");
	return NULL;
}

/* The median, or that of the ratios of each repeat */
static double median(const double *values, const double *by)
{
	double v[REPEATS];

	for (int i = 0; i < REPEATS; i++)
		v[i] = values[i] / (by ? by[i] : 1);
	qsort(v, REPEATS, sizeof(*v), ascending);
	return v[REPEATS / 2];
}

static void bar(const char *text, double is, double most)
{
	printf("bar: %-8s %s: %.2f, at most %.2f\n", is <= most ? "met" : "MISSED", text, is, most);
}

static __u64 lost(void)
{
	volatile __u64 *lost = map_var(obj, ".data.bpf_log", "bpf_stream_lost");
	__u64 sum = 0;

	for (int i = 0; lost && i < 6; i++)
		sum += lost[i];
	return sum;
}

/* Whether every write fails here, for lack of memory or room: a lost message can be measured. */
static bool writes_fail(void)
{
	__u64 before = lost();
	unsigned int retval;

	return !run_prog(program("printk"), &retval) && lost() - before == TIMES;
}

int main(int argc, char **argv)
{
	if (argc > 2)
		rounds = atoi(argv[2]);
	if (argc < 2 || rounds < 1) {
		fprintf(stderr, "usage: contention OBJECT [ROUNDS]\n");
		return 2;
	}
	log_capture();
	ns = calloc(rounds, sizeof(*ns));
	obj = bpf_object__open_file(argv[1], NULL);
	if (!ns || !obj || bpf_object__load(obj))
		die("the object does not load");
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		printf("not measured: it takes two CPUs\n");
		return 0;
	}
	pin_to_cpu(0);
	go_first();
	for (int repeat = 0; repeat < REPEATS; repeat++)
		for (int i = 0; i < N_ROWS; i++)
			results[i][repeat] = measure(rows[i].name, rows[i].other);

	printf("== contention, host, %d times %d runs of %d messages; ns per message, the loop "
	       "included ==\n",
	       REPEATS, rounds, TIMES);
	for (int i = 0; i < N_ROWS; i++)
		printf("%-12s beside %-12s %8.1f\n", rows[i].name, rows[i].other ?: "nothing",
		       median(results[i], NULL));
	bar("held back on both CPUs, ns", median(result("ratelimited", "ratelimited"), NULL), 40);
	bar("off beside a ratelimited one / off alone",
	    median(result("off", "ratelimited"), result("off", NULL)), 1.1);
	if (!writes_fail()) {
		printf("a lost message is not measured: writes to streams do not fail here\n");
		return 0;
	}
	bar("lost message / the kernel's failed write, one CPU",
	    median(result("printk", NULL), result("write", NULL)), 1.5);
	bar("lost message / the kernel's failed write, two CPUs",
	    median(result("printk", "printk"), result("write", "write")), 1.5);
	return 0;
}
