// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Runs every program of every given object, and compares the result with its tags (progs/expect.h).
 * Usage: test_progs [--short] [--ring] DIR (of *.bpf.o; --ring: built with ring.h alone; --short: without
 * what is about the verifier alone)
 */
#include <errno.h>
#include <glob.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/btf.h>
#include <bpf_stream/user.h>
#include "lib.h"

struct expect {
	int order;
	const char *key;
	size_t key_len;
	const char *value;
};

#define MAX_EXPECT 400

/* Do messages go to streams, or to a ring, which stores the same text? If not, to the trace pipe */
static bool streams;
/* Were the programs built with ring.h alone? The kernel prints its stacks to streams only. */
static bool ring_alone;
static bool to_ring, has_ring;

static bool is_key(const struct expect *e, const char *key)
{
	return strlen(key) == e->key_len && !strncmp(e->key, key, e->key_len);
}

static int by_order(const void *a, const void *b)
{
	return ((const struct expect *)a)->order - ((const struct expect *)b)->order;
}

/* The tags of a function, in the order in which they were written */
static int read_tags(const struct btf *btf, const char *func, struct expect *e)
{
	int n = 0;

	for (unsigned int id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id), *target;
		const char *text, *eq;

		if (!btf_is_decl_tag(t) || btf_decl_tag(t)->component_idx != -1)
			continue;
		target = btf__type_by_id(btf, t->type);
		if (!btf_is_func(target) ||
		    strcmp(btf__name_by_offset(btf, target->name_off), func))
			continue;
		text = btf__name_by_offset(btf, t->name_off);
		if (strncmp(text, "expect:", 7) || n == MAX_EXPECT)
			continue;
		e[n].order = strtol(text + 7, (char **)&e[n].key, 10);
		eq = strchr(++e[n].key, '=');
		e[n].key_len = eq - e[n].key;
		e[n].value = eq + 1;
		n++;
	}
	qsort(e, n, sizeof(*e), by_order);
	return n;
}

static const struct expect *find(const struct expect *e, int n, const char *key)
{
	for (int i = 0; i < n; i++)
		if (is_key(&e[i], key))
			return &e[i];
	return NULL;
}

static bool line_matches(const char *line, const char *pattern)
{
	char full[2048];
	regex_t re;
	bool match;

	snprintf(full, sizeof(full), "^(%s)$", pattern);
	if (regcomp(&re, full, REG_EXTENDED | REG_NOSUB)) {
		note("bad regular expression: %s", pattern);
		return false;
	}
	match = !regexec(&re, line, 0, NULL, 0);
	regfree(&re);
	return match;
}

/* The next line of a text, marked if it lacks a newline; false at the end */
static bool next_line(const char **text, char *line, size_t size)
{
	size_t len = strcspn(*text, "\n");

	if (!**text)
		return false;
	snprintf(line, size, "%.*s%s", (int)len, *text, (*text)[len] ? "" : "<no newline>");
	*text += len + !!(*text)[len];
	return true;
}

/* Whether this line is for @key; NULL is the trace pipe, which gets the lines of both streams */
static bool is_line_of(const struct expect *e, int n, int i, const char *key)
{
	if (key)
		return is_key(&e[i], key);
	if (find(e, n, "trace"))
		return is_key(&e[i], "trace");
	return is_key(&e[i], "stdout") || is_key(&e[i], "stderr");
}

/* The kernel's stack dump, if it has one: a line about the CPU, "Call trace:", frames, an empty line */
static bool check_stack(const char **text)
{
	char line[2048];
	int n = 0, frames = 0;
	bool trace = false;

	if (!have_kernel(7, 0) || ring_alone)
		return true;
	while (next_line(text, line, sizeof(line)) && line[0] && n++ < 100) {
		if (trace)
			frames++;
		trace |= !strcmp(line, "Call trace:");
	}
	if (!frames)
		note("no stack dump after the report");
	return frames > 0;
}

/*
 * Compare a text with the lines expected for @key, or for the trace pipe (NULL), which adds a newline to
 * every message.
 */
static bool check_text(const char *what, const char *text, const struct expect *e, int n,
		       const char *key)
{
	static const char mark[] = "<no newline>";
	bool skip = !key && !find(e, n, "no_empty_lines");
	char line[2048], want[2048];

	for (int i = 0; i < n; i++) {
		if (key && !strcmp(key, "stderr") && is_key(&e[i], "stack") && !check_stack(&text))
			return false;
		if (!is_line_of(e, n, i, key))
			continue;
		snprintf(want, sizeof(want), "%s", e[i].value);
		if (!key && strlen(want) >= strlen(mark) &&
		    !strcmp(want + strlen(want) - strlen(mark), mark))
			want[strlen(want) - strlen(mark)] = 0;
		do {
			if (!next_line(&text, line, sizeof(line))) {
				note("%s: expected '%s', got nothing more", what, want);
				return false;
			}
		} while (skip && !line[0] && want[0]);
		if (!line_matches(line, want)) {
			note("%s: expected '%s'", what, want);
			note("%s: got      '%s'", what, line);
			return false;
		}
	}
	while (next_line(&text, line, sizeof(line))) {
		if (skip && !line[0])
			continue;
		note("%s: got unexpected '%s'", what, line);
		return false;
	}
	return true;
}

static bool check_streams(int fd, const struct expect *e, int n)
{
	static const struct {
		int id;
		const char *name, *ring;
	} ids[] = {{BPF_STREAM_ID_STDOUT, "stdout", "ring_stdout"},
		   {BPF_STREAM_ID_STDERR, "stderr", "ring_stderr"}};
	bool good = true, ring;

	ring = to_ring && (find(e, n, "ring_stdout") || find(e, n, "ring_stderr") ||
			   find(e, n, "ring_nothing"));

	for (int i = 0; i < 2; i++) {
		char *text = stream_text(fd, ids[i].id, NULL);

		/* the kernel has no streams, and the program says nothing, so it refers to no ring */
		if (!text && errno == EOPNOTSUPP && to_ring)
			text = strdup("");
		if (text)
			good &= check_text(ids[i].name, text, e, n,
					   ring ? ids[i].ring : ids[i].name);
		else
			note("cannot read %s: %s", ids[i].name, strerror(errno));
		good &= !!text;
		free(text);
	}
	return good;
}

/* Run a loaded program and compare */
static bool check_run(struct bpf_program *prog, const struct expect *e, int n)
{
	const struct expect *x;
	unsigned int retval;
	bool good;
	char *text;
	int want;

	if (find(e, n, "loads"))
		return true;
	if (!streams)
		trace_clear();
	if (run_prog(prog, &retval)) {
		note("cannot run it: %s", strerror(errno));
		return false;
	}
	x = to_ring ? find(e, n, "ring_retval") : streams ? NULL : find(e, n, "retval_no_streams");
	x = x ?: find(e, n, "retval");
	want = x ? atoi(x->value) : 0;
	good = (int)retval == want;
	if (!good)
		note("returned %d, expected %d", (int)retval, want);
	if (streams)
		return check_streams(bpf_program__fd(prog), e, n) && good;
	text = trace_text();
	good &= check_text("trace pipe", text, e, find(e, n, "no_trace") ? 0 : n, NULL);
	free(text);
	return good;
}

/* The words in the verifier's log if the kernel must reject it, else NULL */
static const char *rejected_with(const struct expect *e, int n)
{
	static const char *const keys[] = {"rejected_before", "rejected", "ring_rejected_before"};
	const struct expect *x;
	int major, minor, words = 0;

	for (int i = 0; i < 2 + has_ring; i++) {
		x = find(e, n, keys[i]);
		if (x && sscanf(x->value, "%d.%d %n", &major, &minor, &words) == 2 &&
		    have_kernel(major, minor) == (i == 1))
			return x->value + words;
	}
	return NULL;
}

static bool log_has(const char *pattern)
{
	regex_t re;
	bool match;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	match = !regexec(&re, log_text(), 0, NULL, 0);
	regfree(&re);
	return match;
}

/* What a kernel without a JIT or BTF rejects, for these reasons alone */
static bool is_beyond_s390x(void)
{
#ifdef __s390x__
	return log_has("callbacks are not allowed in non-JITed programs|kernel BTF is missing");
#else
	return false;
#endif
}

/* Whether the verifier gives up after a minute, if it is emulated */
static bool is_walked_in_vain(const struct expect *e, int n)
{
	const char *words = rejected_with(e, n);

	return words && !getenv("FULL") && strstr(words, "program is too large");
}

/* Whether a program must be loaded alone */
static bool is_alone(const struct expect *e, int n)
{
	return find(e, n, "level") || find(e, n, "max_level") || rejected_with(e, n);
}

static bool set_levels(struct bpf_object *obj, const struct expect *e, int n)
{
	const struct expect *live = find(e, n, "level"), *max = find(e, n, "max_level");

	return (!live || !set_u32(obj, ".data.bpf_log", "bpf_log_level", atoi(live->value))) &&
	       (!max || !set_u32(obj, ".rodata", "bpf_log_max_level", atoi(max->value)));
}

/*
 * With @alone, test the programs of an object that have settings of their own, or are rejected, one at a
 * time. Otherwise test all others in one load, because loading takes long. False if that fails.
 */
static bool test_programs(const char *path, const char *alone)
{
	static struct expect e[MAX_EXPECT];
	struct bpf_object *obj = bpf_object__open_file(path, NULL);
	struct bpf_program *prog;
	const char *name;
	bool loaded;
	int n;

	log_clear();
	has_ring = bpf_object__find_map_by_name(obj, "bpf_stream_ring");
	bpf_object__for_each_program(prog, obj) {
		name = bpf_program__name(prog);
		n = read_tags(bpf_object__btf(obj), name, e);
		if (alone ? strcmp(name, alone) : is_alone(e, n))
			bpf_program__set_autoload(prog, false);
		else if (!set_levels(obj, e, n))
			note("%s: cannot set its levels", name);
	}
	loaded = !bpf_object__load(obj);
	to_ring = has_ring && (ring_alone || !have_streams());
	streams = to_ring || have_streams();
	bpf_object__for_each_program(prog, obj) {
		if (!bpf_program__autoload(prog))
			continue;
		name = bpf_program__name(prog);
		n = read_tags(bpf_object__btf(obj), name, e);
		if (rejected_with(e, n)) {
			if (!ok(!loaded && log_has(rejected_with(e, n)), "%s: %s: is rejected",
				path, name))
				log_show();
		} else if (loaded && !have_fentry() &&
			   bpf_program__expected_attach_type(prog) == BPF_TRACE_FENTRY) {
			skip("arm64 cannot attach fentry programs before 6.4", "%s: %s", path,
			     name);
		} else if (loaded) {
			ok(check_run(prog, e, n), "%s: %s", path, name);
		} else if (alone && is_beyond_s390x()) {
			skip("Debian's kernel for s390x has no JIT and no BTF", "%s: %s", path,
			     name);
		} else if (alone) {
			log_show();
			ok(false, "%s: %s: does not load", path, name);
		}
	}
	bpf_object__close(obj);
	return loaded;
}

static void test_object(const char *path)
{
	static struct expect e[MAX_EXPECT];
	struct bpf_object *obj = bpf_object__open_file(path, NULL);
	struct bpf_program *prog;
	const char *name;
	bool together;
	int n;

	if (!obj) {
		ok(false, "%s: cannot open: %s", path, strerror(errno));
		return;
	}
	together = test_programs(path, NULL);
	bpf_object__for_each_program(prog, obj) {
		name = bpf_program__name(prog);
		n = read_tags(bpf_object__btf(obj), name, e);
		if (is_walked_in_vain(e, n))
			skip("walks a million instructions: FULL=1 does it", "%s: %s", path, name);
		else if (!together || is_alone(e, n))
			test_programs(path, name);
	}
	bpf_object__close(obj);
}

static bool is_for_the_verifier(const char *path)
{
	static const char *const names[] = {"/context_linux.", "/context_vmlinux.",
					    "/functions_pairs.", "/loops_natural.", "/many."};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(path, names[i]))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	bool is_short = false;
	char pattern[256];
	glob_t g;

	if (argc > 2 && !strcmp(argv[1], "--short")) {
		is_short = true;
		argv++;
		argc--;
	}
	if (argc == 3 && !strcmp(argv[1], "--ring")) {
		ring_alone = true;
		argv++;
		argc--;
	}
	if (argc != 2) {
		fprintf(stderr, "usage: %s [--short] [--ring] DIR\n", argv[0]);
		return 2;
	}
	log_capture();
	streams = have_streams();
	note("%s: streams: %s", argv[1],
	     streams ? "yes" : "no, expecting the trace pipe or a ring");
	snprintf(pattern, sizeof(pattern), "%s/*.bpf.o", argv[1]);
	if (glob(pattern, 0, NULL, &g)) {
		ok(false, "no objects in %s", argv[1]);
		return tap_done();
	}
	trace_clear();
	for (size_t i = 0; i < g.gl_pathc; i++)
		if (!is_short || !is_for_the_verifier(g.gl_pathv[i]))
			test_object(g.gl_pathv[i]);
	globfree(&g);
	if (streams) {
		char *text = trace_text();

		ok(check_text("trace pipe", text, NULL, 0, NULL),
		   "nothing of all that is in the trace pipe");
		free(text);
	}
	return tap_done();
}
