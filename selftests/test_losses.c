// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Written + lost = attempted: threads on every CPU write far over a stream's capacity while a
 * reader drains it. The same with a ring. Every message is either read or counted: by the program itself, by bpf_stream_lost,
 * and by the reports in the stream.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define THREADS 4
#define RUNS	4
#define PER_RUN 3000
/* BPF_STREAM_REPORT_INTERVAL of storm.bpf.c */
#define INTERVAL_US 100000

struct losses {
	__u64 cause[8];
};

static struct bpf_program *prog;
static int prog_fd;
static volatile int running = THREADS;

static void *write_much(void *arg)
{
	unsigned int retval;

	pin_to_cpu((long)arg);
	for (int i = 0; i < RUNS; i++)
		if (run_prog(prog, &retval))
			note("cannot run: %s", strerror(errno));
	__sync_fetch_and_sub(&running, 1);
	return NULL;
}

/* A reader's results: messages, and the sum of the reported losses */
struct found {
	__u64 messages, reported, reports, others;
};

static void look(const char *line, struct found *f)
{
	unsigned long long n, c[6];

	if (!strncmp(line, "message of ", 11)) {
		f->messages++;
	} else if (sscanf(line,
			  "WARN: %llu messages lost by the programs of this object (full: %llu, no "
			  "memory: %llu, busy: %llu, "
			  "invalid: %llu, too long: %llu, other: %llu)",
			  &n, &c[0], &c[1], &c[2], &c[3], &c[4], &c[5]) == 7 &&
		   n == c[0] + c[1] + c[2] + c[3] + c[4] + c[5]) {
		f->reported += n;
		f->reports++;
	} else {
		note("unexpected line: %s", line);
		f->others++;
	}
}

/* Read until all writers are done and nothing is left */
static void drain(struct found *f)
{
	static char buf[1 << 18], line[2048];
	size_t len = 0;
	int n, done;

	do {
		done = !running;
		while ((n = text_read(prog_fd, BPF_STREAM_ID_STDOUT, buf, 30000)) > 0) {
			for (int i = 0; i < n; i++) {
				if (buf[i] != '\n') {
					line[len++ % sizeof(line)] = buf[i];
					continue;
				}
				line[len] = 0;
				look(line, f);
				len = 0;
			}
		}
		usleep(2000);
	} while (!done);
}

static __u64 sum(const struct losses *l)
{
	__u64 n = 0;

	for (int i = 0; i < 8; i++)
		n += l->cause[i];
	return n;
}

static __u64 u64_of(struct bpf_object *obj, const char *name)
{
	volatile __u64 *p = map_var(obj, ".bss", name);

	return p ? *p : ~0ULL;
}

/* Write one message; the unreported losses are reported before it */
static void report(struct bpf_object *obj, struct found *f)
{
	volatile __u32 *messages = map_var(obj, ".data", "messages");
	unsigned int retval;

	if (have_text())
		drain(f);
	usleep(INTERVAL_US + 50000);
	*messages = 1;
	run_prog(prog, &retval);
	*messages = PER_RUN;
	if (have_text())
		drain(f);
}

static void test(const char *clang)
{
	pthread_t threads[THREADS];
	struct found f = {};
	struct losses lost, reported;
	struct bpf_object *obj;
	unsigned int retval;
	__u64 attempted, n;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s/storm.bpf.o", progs_dir(), clang);
	obj = bpf_object__open_file(path, NULL);
	if (!obj || set_u32(obj, ".data", "messages", PER_RUN) || bpf_object__load(obj)) {
		ok(false, "%s: does not load", path);
		log_show();
		return;
	}
	prog = bpf_object__find_program_by_name(obj, "storm");
	prog_fd = bpf_program__fd(prog);
	running = THREADS;
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, write_much, (void *)i);
	if (have_text()) {
		/* wait until it has overflowed, which a fast reader on few CPUs may prevent for a while */
		while (running && !u64_of(obj, "refused"))
			usleep(100);
		drain(&f);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	report(obj, &f);
	/* once more without a reader, so that there are two reports at least, whatever the race gave */
	for (int i = 0; i < RUNS; i++)
		run_prog(prog, &retval);
	report(obj, &f);

	attempted = u64_of(obj, "attempted");
	n = (__u64)(THREADS + 1) * RUNS * PER_RUN + 2;
	lost = *(struct losses *)map_var(obj, ".data.bpf_log", "bpf_stream_lost");
	reported = *(struct losses *)map_var(obj, ".data.bpf_log", "__bpf_stream_told");
	if (have_text()) {
		ok(attempted == n && f.messages + sum(&lost) == attempted && !f.others,
		   "%s: %llu attempted = %llu written + %llu lost", clang, attempted, f.messages,
		   sum(&lost));
		ok(lost.cause[0] > 0 && sum(&lost) == u64_of(obj, "refused"),
		   "%s: the stream overflowed, and every refusal was counted", clang);
		ok(f.reported == sum(&lost) && sum(&reported) == f.reported && f.reports > 1,
		   "%s: all %llu lost ones were reported, in %llu lines", clang, f.reported,
		   f.reports);
	} else {
		ok(attempted == n && sum(&lost) == 0, "%s: the trace pipe lost none of %llu", clang,
		   attempted);
	}
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	each_clang(test);
	return tap_done();
}
