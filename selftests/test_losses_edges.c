// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * One line for losses at most once in BPF_STREAM_REPORT_INTERVAL (one second), though one program of an
 * object loses messages all the time, without a reader, while another one is read. The line names the
 * object's programs, and all lines together have the total.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define INTERVAL 1.0
#define LIMIT	 60 /* seconds; against hanging */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

struct said {
	unsigned long long lost;
	int reports, records;
};

/* Read a program's stream; false if a line is neither report nor record */
static bool listen(struct bpf_program *prog, const char *record, struct said *said)
{
	char *text = stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDOUT, NULL), *line, *end;
	bool good = text;

	for (line = text; line && *line; line = end + 1) {
		unsigned long long n;
		int after = 0;

		end = strchr(line, '\n');
		if (!end)
			return false;
		*end = 0;
		if (sscanf(line,
			   "WARN: %llu messages lost by the programs of this object (full: %n", &n,
			   &after) == 1 &&
		    after) {
			said->lost += n;
			said->reports++;
		} else if (strstr(line, record)) {
			said->records++;
		} else {
			note("unexpected: %s", line);
			good = false;
		}
	}
	free(text);
	return good;
}

static struct bpf_object *load(const char *clang)
{
	struct bpf_object *obj;
	char path[256];

	log_clear();
	snprintf(path, sizeof(path), "build/selftests/progs/%s/losses_edges.bpf.o", clang);
	obj = bpf_object__open_file(path, NULL);
	if (obj && !bpf_object__load(obj))
		return obj;
	ok(false, "%s: does not load", path);
	log_show();
	return NULL;
}

static __u64 lost(struct bpf_object *obj)
{
	volatile __u64 *n = map_var(obj, ".data.bpf_log", "bpf_stream_lost");

	return n ? n[0] + n[1] + n[2] + n[3] + n[4] + n[5] : ~0ULL;
}

static void test_two_programs(const char *clang)
{
	struct bpf_object *obj = load(clang);
	struct bpf_program *not_read, *is_read;
	struct said said = {};
	unsigned int retval;
	double begin, took;
	bool good = true;
	int runs = 0;

	if (!obj)
		return;
	not_read = bpf_object__find_program_by_name(obj, "not_read");
	is_read = bpf_object__find_program_by_name(obj, "is_read");
	for (int i = 0; i < 10000 && !lost(obj); i++)
		run_prog(not_read, &retval);
	begin = now();
	do {
		run_prog(not_read, &retval);
		run_prog(is_read, &retval);
		runs++;
		good &= listen(is_read, "a message of the program that is read", &said);
		took = now() - begin;
	} while ((said.reports < 3 || runs < 100) && took < LIMIT);
	ok(good && said.records == runs, "%s: all %d records of the program that is read arrive",
	   clang, runs);
	ok(said.reports >= 3 && said.reports <= took / INTERVAL + 1,
	   "%s: %d reports of losses in %.1f s", clang, said.reports, took);

	/* the next report has the rest */
	usleep(1100000);
	run_prog(is_read, &retval);
	listen(is_read, "a message of the program that is read", &said);
	ok(said.lost == lost(obj), "%s: reported %llu, lost %llu", clang, said.lost,
	   (unsigned long long)lost(obj));
	bpf_object__close(obj);
}

static void test_never_written(const char *clang)
{
	struct bpf_object *obj = load(clang);
	struct bpf_program *prog;
	struct said said = {};
	unsigned int retval;
	double begin, took;
	int runs = 0;

	if (!obj)
		return;
	prog = bpf_object__find_program_by_name(obj, "never_written");
	begin = now();
	do {
		run_prog(prog, &retval);
		runs++;
		listen(prog, ": good", &said);
		took = now() - begin;
	} while ((said.reports < 2 || runs < 100) && took < LIMIT);
	ok(said.reports >= 2 && said.reports <= took / INTERVAL + 1 && said.records == runs,
	   "%s: a message that can never be written, %d times: %d reports in %.1f s", clang, runs,
	   said.reports, took);
	/* One more: a report of all losses before it comes first. Its own may come with another. */
	usleep(1100000);
	run_prog(prog, &retval);
	listen(prog, ": good", &said);
	ok(said.lost >= (__u64)runs && said.lost <= lost(obj) && lost(obj) == (__u64)runs + 1,
	   "%s: reported %llu, lost %llu", clang, said.lost, (unsigned long long)lost(obj));
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	if (!have_streams()) {
		skip("nothing is lost in the trace pipe", "reports of losses");
		return tap_done();
	}
	each_clang(test_two_programs);
	each_clang(test_never_written);
	return tap_done();
}
