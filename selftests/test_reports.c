// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The kernel's own reports: provoke each for real, read it through a consumer beside records and plain
 * lines, and compare every parsed field with the value from another source.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"

#ifdef __aarch64__
#define SYS_BPF "__arm64_sys_bpf"
#else
#define SYS_BPF "__x64_sys_bpf"
#endif

#define PROGS "build/selftests/user_progs/"
/* a thread's name with three lines, one like a record */
#define COMM "a\n\nERROR: fake"

/* The records of a consumer, with copies of their texts */
#define MAX_GOT 16
static struct got {
	struct bpf_stream_record rec;
	struct bpf_log_report report;
	char raw[8192 + 1];
} got[MAX_GOT];
static int nr_got;

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	struct got *g = &got[nr_got];

	(void)ctx;
	if (nr_got == MAX_GOT)
		return -E2BIG;
	nr_got++;
	g->rec = *rec;
	memcpy(g->raw, rec->raw, rec->raw_len);
	g->raw[rec->raw_len] = 0;
	g->rec.log.text = g->raw + (rec->log.text - rec->raw);
	g->rec.raw = g->raw;
	g->rec.report = NULL;
	if (rec->report) {
		/* parsed again from the text alone; points into our copy */
		ok(bpf_log_report_parse(g->raw, rec->raw_len, &g->report) == rec->raw_len,
		   "bpf_log_report_parse() takes all of it");
		g->rec.report = &g->report;
	}
	return 0;
}

static void show_got(void)
{
	for (int i = 0; i < nr_got; i++) {
		const char *p = got[i].raw, *end = p + got[i].rec.raw_len;

		note("%d: kind %d", i, got[i].rec.log.kind);
		for (; p < end; p += strcspn(p, "\n") + 1)
			note("  %.*s", (int)strcspn(p, "\n"), p);
	}
}

/* Run the program, and read its text into got[] */
static bool provoke(struct bpf_object *obj, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);
	struct bpf_stream_consumer *consumer;
	unsigned int retval = -1;
	int err;

	nr_got = 0;
	consumer = bpf_stream_consumer__new(take, NULL, NULL);
	if (!ok(prog && consumer &&
			!bpf_stream_consumer__add_prog(consumer, bpf_program__fd(prog),
						       BPF_STREAM_BOTH, prog),
		"%s: followed", name))
		return false;
	err = run_prog(prog, &retval);
	if (!ok(!err && !retval, "%s: runs, returns 0", name))
		note("err %d, returns %u", err, retval);
	err = bpf_stream_consumer__drain(consumer);
	bpf_stream_consumer__free(consumer);
	return ok(err == nr_got && nr_got, "%s: said something", name);
}

static bool is(struct bpf_log_frame *frame, const char *begin, const char *end)
{
	size_t b = strlen(begin), e = strlen(end);

	return frame->symbol_len >= b + e && !memcmp(frame->symbol, begin, b) &&
	       !memcmp(frame->symbol + frame->symbol_len - e, end, e);
}

/* bpf_prog_<tag>_<name>; some of the kernel's own functions also begin with bpf_prog_ */
static bool is_bpf(struct bpf_log_frame *frame)
{
	return is(frame, "bpf_prog_", "") && frame->symbol_len > 9 + 16 &&
	       frame->symbol[9 + 16] == '_' && strspn(frame->symbol + 9, "0123456789abcdef") == 16;
}

static bool text_is(const char *text, size_t len, const char *want)
{
	return text && len == strlen(want) && !memcmp(text, want, len);
}

/* The place of the fault, from the program itself */
static unsigned int line_in(struct bpf_object *obj)
{
	volatile unsigned int *line = map_var(obj, ".bss", "line");

	return line ? *line : 0;
}

/*
 * The common part of all reports: the task, and a stack with the program, at this source line, above the
 * system call
 */
static void check_common(struct bpf_object *obj, const struct bpf_log_report *report,
			 const char *function, const char *file, const char *source)
{
	struct bpf_log_report copy = *report;
	int frames = 0, at = -1, syscall = -1;
	struct bpf_log_frame frame;
	bool sane = true;

	ok(report->has_task && report->pid == getpid() && report->uid == 0 && report->cpu == 0,
	   "%s: pid, uid, cpu", function);
	ok(text_is(report->comm, report->comm_len, COMM), "%s: comm", function);
	while (bpf_log_report_next_frame(&copy, &frame)) {
		sane &= frame.symbol_len && frame.size && frame.offset <= frame.size &&
			!frame.module && !!frame.source == is_bpf(&frame);
		if (is(&frame, "bpf_prog_", function) && at < 0) {
			at = frames;
			if (!ok(text_is(frame.source, frame.source_len, source) &&
					text_is(frame.file, frame.file_len, file) &&
					frame.line == line_in(obj),
				"%s: source line, file, line of its frame", function))
				note("%.*s @ %.*s:%u, wanted %u", (int)frame.source_len,
				     frame.source, (int)frame.file_len, frame.file, frame.line,
				     line_in(obj));
		}
		if (is(&frame, SYS_BPF, ""))
			syscall = frames;
		frames++;
	}
	if (!ok(sane && at > 0 && syscall > at && frames > syscall, "%s: its frames", function))
		note("program at %d, system call at %d, of %d", at, syscall, frames);
	ok(!bpf_log_report_next_frame(&copy, &frame), "%s: no frame after the last", function);
}

/* The only report in got[], or NULL after a failure */
static struct bpf_log_report *only(const char *name, enum bpf_log_report_kind kind)
{
	const struct bpf_stream_record *rec = &got[0].rec;

	if (!ok(nr_got == 1 && rec->log.kind == BPF_LOG_KIND_REPORT && rec->report &&
			rec->report->kind == kind && rec->first && rec->last &&
			rec->stream_id == BPF_STREAM_ID_STDERR && rec->log.level == -1 &&
			rec->raw_len == rec->log.text_len + 2 &&
			!memcmp(rec->raw + rec->raw_len - 2, "\n\n", 2),
		"%s: one record, the report, whole", name)) {
		show_got();
		return NULL;
	}
	return rec->report;
}

static struct bpf_object *load(const char *file)
{
	char path[128];
	struct bpf_object *obj;

	snprintf(path, sizeof(path), PROGS "%s", file);
	log_clear();
	obj = bpf_object__open_file(path, NULL);
	if (!ok(obj && !bpf_object__load(obj), "%s: loads", file)) {
		log_show();
		return NULL;
	}
	return obj;
}

static void test_may_goto(void)
{
	struct bpf_object *obj = load("may_goto.bpf.o");
	struct bpf_log_report *report;

	if (!obj || !provoke(obj, "report"))
		return;
	report = only("may_goto", BPF_LOG_REPORT_MAY_GOTO);
	if (report) {
		ok(!report->address && !report->nr_held && !report->held_total && !report->write &&
			   !report->irqsave,
		   "may_goto: no lock, no address");
		check_common(obj, report, "_report", "may_goto.bpf.c", "return endless();");
	}
	bpf_object__close(obj);
}

static void test_spin_lock(void)
{
	struct bpf_object *obj = load("spin_lock.bpf.o");
	/* 6.17 keeps the attempted lock among those held, for ever */
	unsigned int more = !have_kernel(6, 18);
	struct bpf_log_report *report;

	if (!obj)
		return;
	if (provoke(obj, "report") &&
	    (report = only("lock", BPF_LOG_REPORT_LOCK_DEADLOCK)) != NULL) {
		if (!ok(report->held_total == 2 + more && report->nr_held == 2 + more &&
				report->held[0] == report->address &&
				/* the next element of the array */
				report->held[1] == report->address + 8 && report->address >> 47 &&
				!report->irqsave && !report->write,
			"lock: the locks held, and which was to be taken"))
			show_got();
		check_common(obj, report, "_report", "spin_lock.bpf.c",
			     "ret = bpf_res_spin_lock(&again->lock);");
	}
	if (provoke(obj, "report_irqsave") &&
	    (report = only("lock, irqsave", BPF_LOG_REPORT_LOCK_DEADLOCK)) != NULL) {
		if (!ok(report->held_total == 1 + 2 * more && report->nr_held == 1 + 2 * more &&
				report->held[0] == report->address && report->irqsave,
			"lock, irqsave: the locks"))
			show_got();
		check_common(obj, report, "_report_irqsave", "spin_lock.bpf.c",
			     "ret = bpf_res_spin_lock_irqsave(&again->lock, &flags_again);");
	}
	bpf_object__close(obj);
}

static void test_arena(void)
{
	static const struct {
		const char *name, *source;
		__u64 address;
	} cases[] = {
		{"report_write", "*arena_at(0x3018) = 1;", (1ULL << 44) + 0x3018},
		{"report_read", "return *arena_at(0x5000) != 0;", (1ULL << 44) + 0x5000},
	};
	struct bpf_log_report *report;
	struct bpf_object *obj;

	if (!have_kernel(6, 18)) {
		skip("6.18 is the first to report it", "arena");
		return;
	}
	obj = load("arena.bpf.o");
	for (int i = 0; obj && i < 2; i++) {
		if (!provoke(obj, cases[i].name))
			continue;
		report = only(cases[i].name, BPF_LOG_REPORT_ARENA);
		if (!report)
			continue;
		if (!ok(report->address == cases[i].address && report->write == !i &&
				!report->nr_held && !report->held_total,
			"%s: address, direction", cases[i].name))
			show_got();
		check_common(obj, report, cases[i].name, "arena.bpf.c", cases[i].source);
	}
	bpf_object__close(obj);
}

/* Between two records and a line: each is a record of its own */
static void test_stack(void)
{
	struct bpf_object *obj = load("stack.bpf.o");
	bool has = have_kernel(7, 0);
	int after = has ? 2 : 1;
	struct bpf_stream_record *rec;

	if (!obj || !provoke(obj, "report"))
		return;
	if (!ok(nr_got == after + 2, "stack: records, %s a line", has ? "a stack," : "and")) {
		show_got();
		return;
	}
	for (int i = 0; i <= after; i += after) {
		rec = &got[i].rec;
		ok(rec->log.kind == BPF_LOG_KIND_RECORD && rec->log.level == BPF_LOG_ERROR &&
			   rec->log.has_time && rec->log.line == line_in(obj) + (i ? 1 : -2) &&
			   text_is(rec->log.text, rec->log.text_len, i ? "after 7" : "before 7"),
		   "stack: the record %s it", i ? "after" : "before");
	}
	rec = &got[after + 1].rec;
	ok(rec->log.kind == BPF_LOG_KIND_PLAIN &&
		   text_is(rec->log.text, rec->log.text_len, "plain") && !rec->report,
	   "stack: the line");
	if (!has) {
		skip("7.0 is the first to print it", "stack");
	} else {
		rec = &got[1].rec;
		if (ok(rec->log.kind == BPF_LOG_KIND_REPORT && rec->report &&
			       rec->report->kind == BPF_LOG_REPORT_STACK && rec->first && rec->last,
		       "stack: it, whole"))
			check_common(obj, rec->report, "_inner", "stack.bpf.c",
				     "bpf_stream_dump_stack(BPF_STDERR);");
		else
			show_got();
	}
	bpf_object__close(obj);
}

int main(void)
{
	log_capture();
	if (!have_streams()) {
		skip("this kernel has no streams, and reports nowhere", "reports");
		return tap_done();
	}
	pin_to_cpu(0);
	prctl(PR_SET_NAME, COMM);
	test_may_goto();
	test_spin_lock();
	test_arena();
	test_stack();
	return tap_done();
}
