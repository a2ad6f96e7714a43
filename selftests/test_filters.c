// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The instructions left in the kernel of log statements that are off, and a level that changes while
 * the program is loaded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf_stream/user.h>
#include "lib.h"

#define MAX_INSNS 4096

static struct bpf_object *load(const char *clang, const char *name, int max_level)
{
	struct bpf_object *obj;
	char path[256];

	snprintf(path, sizeof(path), "build/selftests/progs/%s/%s", clang, name);
	obj = bpf_object__open_file(path, NULL);
	if (obj && max_level >= 0 && set_u32(obj, ".rodata", "bpf_log_max_level", max_level))
		note("cannot set bpf_log_max_level");
	if (!obj || bpf_object__load(obj)) {
		ok(false, "%s: does not load", path);
		log_show();
		exit(tap_done());
	}
	return obj;
}

/*
 * The instructions of a program's first function, after the verifier. Up to 6.7 unused global functions
 * stay in the program after it.
 */
static int translated(struct bpf_object *obj, const char *name, struct bpf_insn *insns)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);
	struct bpf_func_info funcs[8] = {};
	struct bpf_prog_info info = {
		.xlated_prog_insns = (unsigned long)insns,
		.xlated_prog_len = MAX_INSNS * sizeof(*insns),
		.func_info = (unsigned long)funcs,
		.func_info_rec_size = sizeof(*funcs),
		.nr_func_info = 8,
	};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &len))
		return -1;
	if (info.nr_func_info > 1)
		return funcs[1].insn_off;
	return info.xlated_prog_len / sizeof(*insns);
}

static bool is_jump(const struct bpf_insn *i)
{
	int class = BPF_CLASS(i->code), op = BPF_OP(i->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_EXIT && op != BPF_CALL;
}

/* 64-bit immediate loads take two slots and are one instruction */
static int count(const struct bpf_insn *insns, int n, int *jumps, int *calls)
{
	int instructions = 0;

	*jumps = *calls = 0;
	for (int i = 0; i < n; i++) {
		*jumps += is_jump(&insns[i]);
		*calls += insns[i].code == (BPF_JMP | BPF_CALL);
		instructions += insns[i].code != 0;
	}
	return instructions;
}

/* Whether the programs are the same but for the addresses that they load, of which some differ */
static bool only_loads_differ(const struct bpf_insn *a, const struct bpf_insn *b, int n)
{
	int addresses = 0;

	for (int i = 0; i < n; i++) {
		if (a[i].code == (BPF_LD | BPF_IMM | BPF_DW) && a[i].code == b[i].code &&
		    a[i].dst_reg == b[i].dst_reg && a[i].src_reg == b[i].src_reg) {
			i++;
			addresses += a[i].imm != b[i].imm || a[i - 1].imm != b[i - 1].imm;
		} else if (memcmp(&a[i], &b[i], sizeof(a[i]))) {
			note("instruction %d differs", i);
			return false;
		}
	}
	return addresses > 0;
}

static struct bpf_insn without[MAX_INSNS], with[MAX_INSNS];

/* Additional instructions of a program of filter_cost.bpf.c over the one without a statement */
static int left_of(struct bpf_object *obj, const char *name, int *jumps_and_calls)
{
	int n = translated(obj, "without", without), m = translated(obj, name, with);
	int jumps, calls, jumps_with, calls_with, left;

	left = -count(without, n, &jumps, &calls) + count(with, m, &jumps_with, &calls_with);
	*jumps_and_calls = jumps_with + calls_with - jumps - calls;
	return n > 0 && m > 0 ? left : -1;
}

static void test_cost(const char *clang)
{
	static const char *const off[] = {NULL,	      "off_error", "off_warn",
					  "off_info", "off_debug", "off_trace"};
	struct bpf_object *obj;
	int n, m, left, most, branches;

	for (int level = BPF_LOG_ERROR; level <= BPF_LOG_TRACE; level++) {
		/* loading takes long in emulation: all levels with one compiler, the lowest and highest with both */
		if (strcmp(clang, "clang-14") && level > BPF_LOG_ERROR && level < BPF_LOG_TRACE)
			continue;
		obj = load(clang, "filter_cost.bpf.o", level - 1);
		left = left_of(obj, off[level], &branches);
		/* -mcpu=v1 has no "less than" with an immediate: the level stays in a register */
		most = strcmp(clang, "clang-14") || level == BPF_LOG_ERROR ? 2 : 3;
		ok(left >= 0 && left <= most && !branches,
		   "%s: %s at load: %d instructions left, at most %d, and %d branches", clang,
		   off[level], left, most, branches);
		if (level > BPF_LOG_ERROR) {
			left = left_of(obj, off[level - 1], &branches);
			ok(left > 5 && branches > 1, "%s: %s at its own level: %d instructions",
			   clang, off[level - 1], left);
		}
		if (level == BPF_LOG_ERROR) {
			n = translated(obj, "without", without);
			m = translated(obj, "compiled_out", with);
			ok(n > 0 && n == m && !memcmp(without, with, n * sizeof(*with)),
			   "%s: compiled out: identical to a program without the statement", clang);
		}
		bpf_object__close(obj);
	}

	/* the same statement switched on must leave instructions, or the counts above prove nothing */
	obj = load(clang, "filter_cost.bpf.o", -1);
	left = left_of(obj, "off_trace", &branches);
	ok(left > 5 && branches > 1, "%s: on at load: %d instructions", clang, left);
	n = translated(obj, "live", without);
	m = translated(obj, "live_component", with);
	ok(n > 0 && n == m && only_loads_differ(without, with, n),
	   "%s: a component's level costs what bpf_log_level does: %d and %d instructions", clang,
	   n, m);
	bpf_object__close(obj);
}

static int lines(const char *text)
{
	int n = 0;

	for (; text && *text; text++)
		n += *text == '\n';
	return n;
}

/* Log at all five levels; return the number of records at this live level */
static int records_at(struct bpf_program *prog, volatile __u32 *live, __u32 level)
{
	unsigned int retval;
	char *text;
	int n = 0;

	*live = level;
	trace_clear();
	if (run_prog(prog, &retval))
		return -1;
	if (!have_streams()) {
		text = trace_text();
		n = lines(text);
		free(text);
		return n;
	}
	for (int id = BPF_STREAM_ID_STDOUT; id <= BPF_STREAM_ID_STDERR; id++) {
		text = stream_text(bpf_program__fd(prog), id, NULL);
		n += lines(text);
		free(text);
	}
	return n;
}

static void test_live(const char *clang)
{
	struct bpf_object *obj = load(clang, "log.bpf.o", -1);
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, "info_by_default");
	static const __u32 order[] = {3, 5, 0, 1, 4, 2, 5};
	volatile __u32 *live = map_var(obj, ".data.bpf_log", "bpf_log_level");
	bool good = true;

	if (!ok(live && *live == BPF_LOG_INFO, "%s: the live level can be mapped", clang))
		return;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		int n = records_at(prog, live, order[i]);

		if (n != (int)order[i])
			note("live level %u: %d records", order[i], n);
		good &= n == (int)order[i];
	}
	ok(good, "%s: bpf_log_level changes what a loaded program writes", clang);
	bpf_object__close(obj);
}

/* All that a run writes on stdout or into the trace pipe, to be freed */
static char *written(struct bpf_program *prog)
{
	unsigned int retval;

	trace_clear();
	if (run_prog(prog, &retval))
		return NULL;
	if (!have_streams())
		return trace_text();
	free(stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDERR, NULL));
	return stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDOUT, NULL);
}

/* Each message follows the level of its own component, for all combinations of warn and debug. */
static void test_components(const char *clang)
{
	static const struct {
		const char *level, *info, *debug;
	} parts[] = {
		{"bpf_log_level", ": plain 1\n", ": plain 1 debug\n"},
		{"bpf_log_level_conntrack", ": conntrack 2\n", ": conntrack 2 debug\n"},
		{"bpf_log_level_nat", ": nat 3\n", ": nat 0000: 03 "},
	};
	struct bpf_object *obj = load(clang, "components.bpf.o", -1);
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, "components");
	volatile __u32 *live[3];
	bool good = true;

	for (int i = 0; i < 3; i++)
		live[i] = map_var(obj, ".data.bpf_log", parts[i].level);
	if (!ok(live[0] && live[1] && live[2] && *live[1] == BPF_LOG_INFO,
		"%s: each component has a level, info at first", clang))
		return;
	for (int on = 0; on < 8; on++) {
		char *text;

		for (int i = 0; i < 3; i++)
			*live[i] = on >> i & 1 ? BPF_LOG_DEBUG : BPF_LOG_WARN;
		text = written(prog);
		for (int i = 0; i < 3; i++) {
			bool want = on >> i & 1;

			if (text && !!strstr(text, parts[i].info) == want &&
			    !!strstr(text, parts[i].debug) == want)
				continue;
			note("%s is %s: '%s'", parts[i].level, want ? "debug" : "warn", text);
			good = false;
		}
		free(text);
	}
	ok(good, "%s: each component follows its own level and no other", clang);
	bpf_object__close(obj);
}

static void test(const char *clang)
{
	test_cost(clang);
	test_live(clang);
	test_components(clang);
}

int main(void)
{
	log_capture();
	each_clang(test);
	return tap_done();
}
