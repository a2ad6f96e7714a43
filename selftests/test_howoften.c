// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * _once, _every, _ratelimited and warn_on_once count per place in the source, over all CPUs: threads on
 * every CPU run the same places, and each place writes exactly as much as with one CPU.
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
#define RUNS	5
#define ROUNDS	2000
#define ALL	(THREADS * RUNS * ROUNDS)
#define EVERY	1000
#define BURST	10

static struct bpf_program *prog;

static void *run_often(void *arg)
{
	unsigned int retval;

	pin_to_cpu((long)arg);
	for (int i = 0; i < RUNS; i++)
		if (run_prog(prog, &retval))
			note("cannot run: %s", strerror(errno));
	return NULL;
}

static int count(const char *text, const char *part)
{
	int n = 0;

	for (; text && (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

static void test(const char *clang)
{
	char path[256], *out, *err;
	pthread_t threads[THREADS];
	struct bpf_object *obj;
	volatile __u64 *held_back;
	unsigned int retval;

	snprintf(path, sizeof(path), "%s/%s/howoften_storm.bpf.o", progs_dir(), clang);
	obj = bpf_object__open_file(path, NULL);
	if (!obj || set_u32(obj, ".data", "rounds", ROUNDS) || bpf_object__load(obj)) {
		ok(false, "%s: does not load", path);
		log_show();
		return;
	}
	prog = bpf_object__find_program_by_name(obj, "storm");
	trace_clear();
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, run_often, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	if (have_text()) {
		out = stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDOUT, NULL);
		err = stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDERR, NULL);
	} else {
		out = trace_text();
		err = out ? strdup(out) : NULL;
	}
	held_back = map_var(obj, ".data.bpf_log", "bpf_log_suppressed");
	ok(held_back && !*held_back, "%s: held back, counted when the interval is over", clang);
	/* one more, in the next interval and in another tick of the kernel's timer */
	*(volatile __u64 *)map_var(obj, ".data", "interval") = 1;
	*(volatile __u32 *)map_var(obj, ".data", "rounds") = 1;
	usleep(50000);
	run_prog(prog, &retval);
	ok(count(out, ": once\n") == 1, "%s: once of %d: %d", clang, ALL, count(out, ": once\n"));
	ok(count(err, ": warn_on: ") == 1, "%s: warn_on_once of %d: %d", clang, ALL,
	   count(err, ": warn_on: "));
	ok(count(out, ": every\n") == ALL / EVERY, "%s: every %d of %d: %d", clang, EVERY, ALL,
	   count(out, ": every\n"));
	ok(count(out, ": ratelimited\n") == BURST && held_back && *held_back == ALL - BURST,
	   "%s: ratelimited, %d of %d: %d, and %llu held back", clang, BURST, ALL,
	   count(out, ": ratelimited\n"), held_back ? (unsigned long long)*held_back : 0);
	free(out);
	free(err);
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	each_clang(test);
	return tap_done();
}
