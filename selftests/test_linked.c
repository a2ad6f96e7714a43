// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Two objects of two authors, linked with `bpftool gen object`: one level governs both, one set of
 * counters counts both, both stage in the same slots, and records have their own file's name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define OFF   0
#define INFO  3
#define DEBUG 4

/* Run a program; return its text on BPF_STDOUT or in the trace pipe, as a string to free */
static char *run(struct bpf_object *obj, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);
	unsigned int retval;

	trace_clear();
	if (!prog || run_prog(prog, &retval))
		note("cannot run %s: %s", name, strerror(errno));
	if (!have_streams())
		return trace_text();
	return stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDOUT, NULL) ?: strdup("");
}

/* Whether the text has these, in this order */
static bool in_order(const char *text, const char *const *parts)
{
	const char *at = text;

	for (; *parts; parts++) {
		at = strstr(at, *parts);
		if (!at) {
			note("'%s' is not, or not in its place, in '%s'", *parts, text);
			return false;
		}
		at += strlen(*parts);
	}
	return true;
}

static int count(const char *text, const char *part)
{
	int n = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

static void test_output(struct bpf_object *obj, const char *clang)
{
	static const char *const info[] = {" a.bpf.c:",
					   ": info of the program\n",
					   "printk of the program\n",
					   " b.bpf.c:",
					   ": info of the library\n",
					   "printk of the library\n",
					   "stage of the library\n\tand its end\n",
					   "stage of the program\n\tand its end\n",
					   NULL};
	static const char *const debug[] = {" a.bpf.c:", ": debug of the program\n",
					    " b.bpf.c:", ": debug of the library\n", NULL};
	volatile __u32 *level = map_var(obj, ".data.bpf_log", "bpf_log_level");
	char *text;

	text = run(obj, "program");
	ok(in_order(text, info) && !count(text, "debug"),
	   "%s: both write, each with its file's name", clang);
	free(text);
	*level = DEBUG;
	text = run(obj, "program");
	ok(in_order(text, debug), "%s: one level switches both on", clang);
	free(text);
	*level = OFF;
	text = run(obj, "program");
	ok(!count(text, "info") && !count(text, "debug") && count(text, "printk") == 2,
	   "%s: and both off", clang);
	free(text);
	*level = INFO;
}

/* Both declare the component: it has one level. */
static void test_components(struct bpf_object *obj, const char *clang)
{
	static const char *const debug[] = {" a.bpf.c:", ": debug of the program's component\n",
					    " b.bpf.c:", ": debug of the library's component\n",
					    NULL};
	volatile __u32 *level = map_var(obj, ".data.bpf_log", "bpf_log_level_shared");
	char *text = run(obj, "components");

	ok(level && *level == INFO && !count(text, "debug"), "%s: the component of both is at info",
	   clang);
	free(text);
	*level = DEBUG;
	text = run(obj, "components");
	ok(in_order(text, debug), "%s: one level switches on the component of both", clang);
	free(text);
	text = run(obj, "program");
	ok(!count(text, "debug"), "%s: and nothing else", clang);
	free(text);
	*level = INFO;
}

/* Losses by cause, and messages cut */
static void test_counters(struct bpf_object *obj, const char *clang)
{
	volatile __u64 *lost = map_var(obj, ".data.bpf_log", "bpf_stream_lost");
	volatile __u64 *cut = map_var(obj, ".data.bpf_log", "bpf_stream_stage_cut");
	char *text = run(obj, "lose");

	ok(lost && lost[8 + 3] == 2 && lost[3] == 0, "%s: one set of counters counts both", clang);
	ok(cut && *cut == 2 && count(text, " bytes cut]") == 2, "%s: also counts cut messages",
	   clang);
	free(text);
}

/* The kernel's functions for both are declared in both objects; no released kernel has the second ones */
static void test_reports(struct bpf_object *obj, const char *clang)
{
	static const char *const reports[] = {" a.bpf.c:", ": warn_on: n != 0\n",
					      " b.bpf.c:", ": warn_on: n\n", NULL};
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, "report_and_read");
	__u32 id = 1;
	char *text;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &id, .ctx_size_in = sizeof(id));

	trace_clear();
	if (bpf_prog_test_run_opts(bpf_program__fd(prog), &opts))
		note("report_and_read: %s", strerror(errno));
	text = have_streams() ? stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDERR, NULL)
			      : trace_text();
	ok((int)opts.retval == -EOPNOTSUPP && in_order(text, reports),
	   "%s: both report, and read (%d)", clang, (int)opts.retval);
	free(text);
}

static int maps_named(struct bpf_object *obj, const char *part)
{
	struct bpf_map *map;
	int n = 0;

	bpf_object__for_each_map(map, obj)
		n += !!strstr(bpf_map__name(map), part);
	return n;
}

static void test(const char *clang)
{
	struct bpf_object *obj;
	char path[256];

	snprintf(path, sizeof(path), "build/selftests/link/%s/linked.bpf.o", clang);
	obj = bpf_object__open_file(path, NULL);
	if (!ok(obj && !bpf_object__load(obj), "%s: loads", path)) {
		log_show();
		return;
	}
	ok(maps_named(obj, "bpf_log") == 2 && maps_named(obj, "__bpf_stream_slots") == 1,
	   "%s: one map of each kind", clang);
	test_reports(obj, clang);
	test_output(obj, clang);
	test_components(obj, clang);
	test_counters(obj, clang);
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	each_clang(test);
	return tap_done();
}
