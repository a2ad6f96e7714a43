// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Measures each call of the library on this kernel, beside the kernel's own: time per call, and
 * instructions after the verifier. Prints a table and compares it with the bars. Exits 0 if it could
 * measure, whether or not the bars are met.
 *
 *	bench OBJECT [ROUNDS [RING_OBJECT]]
 *
 * The second object is the first one compiled with ring.h.
 *
 * The rows take turns, in another order each round. Stream and ring buffer are emptied in between, so
 * every message finds room (the trace buffer always has room: it overwrites). Each round counts: the
 * lines that arrive must be as many as the row has written. A sample that something else disturbed is
 * taken again. Where every write to a stream is refused, the rows of streams are measured all the
 * same, and marked: they cost what a lost message costs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <bpf_stream/user.h>
#include "lib.h"
#include "record.h"

#define TRACEFS	  "/sys/kernel/tracing/"
#define SITES	  10 /* statements in the program that is timed */
#define MESSAGES  100 /* per round and row: fits the streams; short, so seldom preempted */
#define RUNS	  5000 /* of a program that writes nothing */
#define MANY	  2000 /* the same for rows that say so: fits the rings */
#define CALM_RUNS 500
#define TRIES	  20
#define MAX_INSNS 16384

/* The objects: the same file, each with another filter closed; then those with the ring */
enum { OPEN, OFF_AT_LOAD, OFF_LIVE, RING_OPEN, RING_OFF_LIVE, RING_FULL, N_OBJECTS };

/* Where a row's output goes: decides what the row needs, and what to count and empty */
enum { NOWHERE, STREAM, STREAM_BARE, TRACE, RECORDS, RING, LOST };

#define ROW(program, text, obj, to, ...)                                                           \
	{                                                                                          \
		.prog = program, .what = text, .object = obj, .sink = to, __VA_ARGS__              \
	}

static struct row {
	const char *prog; /* and _1, _10, _20 */
	const char *what;
	int object, sink;
	bool optional; /* not in every version of the library */
	bool writes; /* its first message, and again if that is lost */
	bool many; /* messages at a time: the first one, which wakes the reader, counts little */

	bool present, refused;
	struct bpf_program *programs[3];
	int slots[3], insns[3], shortest[3];
	double *ns; /* of one run of the program, per round */
	double median, low, high; /* ns per call over the empty program; quartiles */
	long bad_rounds;
} rows[] = {
	ROW("empty", "empty program (10 times nothing)", OPEN, NOWHERE),
	ROW("log_not_compiled", "bpf_log_info, off at compile time", OPEN, NOWHERE),
	ROW("log_both", "bpf_log_info, off at load", OFF_AT_LOAD, NOWHERE),
	ROW("log_both", "bpf_log_info, off live", OFF_LIVE, NOWHERE),
	ROW("log_component", "... in a component, off live", OFF_LIVE, NOWHERE, .optional = true),
	ROW("log_ratelimited", "bpf_log_info_ratelimited, holding back", OPEN, NOWHERE,
	    .optional = true),
	ROW("log_once", "bpf_log_info_once, after the first", OPEN, NOWHERE, .optional = true,
	    .writes = true),
	ROW("log_every", "bpf_log_info_every(2^30), in between", OPEN, NOWHERE, .optional = true),
	ROW("log_both", "ring: bpf_log_info, off live", RING_OFF_LIVE, NOWHERE),
	ROW("clock", "bpf_ktime_get_ns alone", OPEN, NOWHERE),
	ROW("ringbuf", "ring buffer, 32-byte record, reserve, submit", OPEN, RECORDS),
	ROW("ringbuf_output", "ring buffer, 32-byte record, output", OPEN, RECORDS),
	ROW("bare", "MSG: kfunc", OPEN, STREAM_BARE),
	ROW("stream", "MSG: bpf_stream_printk", OPEN, STREAM),
	ROW("trace", "MSG: bpf_trace_printk", OPEN, TRACE),
	ROW("tracev", "MSG: bpf_trace_vprintk", OPEN, TRACE),
	ROW("bare_neither", "INFO: MSG: kfunc", OPEN, STREAM_BARE),
	ROW("log_neither", "INFO: MSG: bpf_log_info", OPEN, STREAM),
	ROW("bare_location", "INFO FILE:LINE: MSG: kfunc", OPEN, STREAM_BARE),
	ROW("log_location", "INFO FILE:LINE: MSG: bpf_log_info", OPEN, STREAM),
	ROW("bare_file_line", "INFO FILE:LINE: MSG: kfunc, as %s:%d", OPEN, STREAM_BARE),
	ROW("bare_func_line", "FUNC:LINE MSG: kfunc, as %s:%d", OPEN, STREAM_BARE),
	ROW("bare_time", "INFO TIME: MSG: kfunc", OPEN, STREAM_BARE),
	ROW("log_time", "INFO TIME: MSG: bpf_log_info", OPEN, STREAM),
	ROW("bare_both", "INFO TIME FILE:LINE: MSG: kfunc", OPEN, STREAM_BARE),
	ROW("log_both", "INFO TIME FILE:LINE: MSG: bpf_log_info", OPEN, STREAM),
	ROW("trace_both", "INFO TIME FILE:LINE: MSG: bpf_trace_printk", OPEN, TRACE),
	ROW("tracev_both", "INFO TIME FILE:LINE: MSG: bpf_trace_vprintk", OPEN, TRACE),
	ROW("log_both", "ring: INFO TIME FILE:LINE: MSG: bpf_log_info", RING_OPEN, RING),
	ROW("log_cpu", "... with cpu=", OPEN, STREAM, .optional = true),
	ROW("log_cpu_pid", "... with cpu= and pid=", OPEN, STREAM, .optional = true),
	ROW("log_cpu", "ring: ... with cpu=", RING_OPEN, RING, .optional = true),
	ROW("log_cpu_pid", "ring: ... with cpu= and pid=", RING_OPEN, RING, .optional = true),
	ROW("log_both", "ring: ... lost, the ring is full", RING_FULL, LOST, .many = true),
	ROW("log_string", "... MSG with %s of 16: bpf_log_info", OPEN, STREAM),
	ROW("tracev_string", "... MSG with %s of 16: bpf_trace_vprintk", OPEN, TRACE),
	ROW("log_string", "ring: ... MSG with %s of 16: bpf_log_info", RING_OPEN, RING),
	ROW("ringbuf", "many: 32-byte record, reserve, submit", OPEN, RECORDS, .many = true),
	ROW("ringbuf_output", "many: 32-byte record, output", OPEN, RECORDS, .many = true),
	ROW("trace_both", "many: INFO ... MSG: bpf_trace_printk", OPEN, TRACE, .many = true),
	ROW("log_both", "many: ring: INFO ... MSG: bpf_log_info", RING_OPEN, RING, .many = true),
	ROW("log_cpu_pid", "many: ring: ... with cpu= and pid=", RING_OPEN, RING, .many = true,
	    .optional = true),
	ROW("tracev_string", "many: ... MSG with %s: bpf_trace_vprintk", OPEN, TRACE, .many = true),
	ROW("log_string", "many: ring: ... MSG with %s: bpf_log_info", RING_OPEN, RING,
	    .many = true),
};

#define N_ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

static const int sizes[3] = {1, SITES, 2 * SITES};
static struct bpf_object *objects[N_OBJECTS];
static struct ring_buffer *records, *ring;
static bool in_vm;
static const char *kernel, *real;
static int rounds;
static long rejected, disturbed; /* samples */
static double empty_run; /* ns of a run of the empty program, median */

static void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	log_show();
	exit(1);
}

/* The bare function's flavour on this kernel, by version, because the table compares kernels. */
static const char *flavour(void)
{
	int major, minor;

	if (sscanf(kernel, "%d.%d", &major, &minor) != 2)
		die("cannot read the kernel's version");
	return major >= 7 ? "_7_0" : minor >= 18 ? "_6_18" : "_6_17";
}

static struct bpf_program *program_of(struct row *row, int size)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s_%d", row->prog,
		 row->sink == STREAM_BARE ? flavour() : "", sizes[size]);
	return bpf_object__find_program_by_name(objects[row->object], name);
}

static bool to_stream(const struct row *row)
{
	return row->sink == STREAM || row->sink == STREAM_BARE || row->writes;
}

static bool wanted(struct row *row, bool rings)
{
	if (row->object >= RING_OPEN)
		return rings;
	return !to_stream(row) || have_streams();
}

static void load(const char *path, const char *ring_path)
{
	struct bpf_program *prog;

	for (int o = 0; o < N_OBJECTS; o++) {
		if (o >= RING_OPEN && !ring_path)
			break;
		objects[o] = bpf_object__open_file(o >= RING_OPEN ? ring_path : path, NULL);
		if (!objects[o])
			die("cannot open the object");
		bpf_object__for_each_program(prog, objects[o])
			bpf_program__set_autoload(prog, false);
		if (o == OFF_AT_LOAD &&
		    set_u32(objects[o], ".rodata", "bpf_log_max_level", BPF_LOG_WARN))
			die("no bpf_log_max_level");
		if ((o == OFF_LIVE || o == RING_OFF_LIVE) &&
		    set_u32(objects[o], ".data.bpf_log", "bpf_log_level", BPF_LOG_WARN))
			die("no bpf_log_level");
		/* optional, as its row */
		if (o == OFF_LIVE)
			set_u32(objects[o], ".data.bpf_log", "bpf_log_level_part", BPF_LOG_WARN);
	}
	for (struct row *row = rows; row < rows + N_ROWS; row++) {
		row->present = wanted(row, ring_path);
		for (int size = 0; size < 3 && row->present; size++) {
			row->programs[size] = program_of(row, size);
			if (!row->programs[size] && !row->optional)
				die("a program is missing in the object");
			row->present = row->programs[size];
			if (row->present)
				bpf_program__set_autoload(row->programs[size], true);
		}
	}
	for (int o = 0; o < N_OBJECTS; o++)
		if (objects[o] && bpf_object__load(objects[o]))
			die("the object does not load");
}

/* Instructions: the slots of 8 bytes, and instructions (a 64-bit immediate takes two slots) */

static struct bpf_insn insns[MAX_INSNS];

/*
 * The fewest instructions that a run of the program can execute: with everything off, it skips each
 * statement as early as possible. Jumps go forward in these programs.
 */
static int shortest_path(int n)
{
	static int cost[MAX_INSNS + 1];

	for (int i = n - 1; i >= 0; i--) {
		const struct bpf_insn *insn = &insns[i];
		int class = BPF_CLASS(insn->code), op = BPF_OP(insn->code), next, target;
		bool jump = (class == BPF_JMP || class == BPF_JMP32) && op != BPF_EXIT &&
			    op != BPF_CALL;

		if (class == BPF_JMP && op == BPF_EXIT) {
			cost[i] = 1;
			continue;
		}
		next = i + 1 + (insn->code == (BPF_LD | BPF_IMM | BPF_DW));
		cost[i] = 1 + cost[next];
		if (!jump)
			continue;
		target = i + 1 + (op == BPF_JA && class == BPF_JMP32 ? insn->imm : insn->off);
		if (target <= i)
			continue; /* of a loop: only the code after it counts */
		if (op == BPF_JA || cost[target] + 1 < cost[i])
			cost[i] = 1 + cost[target];
	}
	return cost[0];
}

static void count_insns(struct row *row, int size)
{
	struct bpf_prog_info info = {.xlated_prog_insns = (unsigned long)insns,
				     .xlated_prog_len = sizeof(insns)};
	__u32 len = sizeof(info);
	int n;

	if (bpf_obj_get_info_by_fd(bpf_program__fd(row->programs[size]), &info, &len))
		die("no instructions of a program");
	n = info.xlated_prog_len / sizeof(*insns);
	if (n > MAX_INSNS)
		die("a program is larger than expected");
	row->slots[size] = n;
	row->insns[size] = 0;
	for (int i = 0; i < n; i++)
		row->insns[size] += insns[i].code != 0;
	row->shortest[size] = shortest_path(n);
}

static double per_site(const int *count)
{
	return (count[2] - count[1]) / (double)SITES;
}

/* Running */

static char packet[64];

static double run(struct bpf_program *prog, int repeat)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet),
		    .repeat = repeat);

	if (bpf_prog_test_run_opts(bpf_program__fd(prog), &opts))
		die("a program does not run");
	return opts.duration;
}

static int lines(const char *text)
{
	int n = 0;

	while ((text = strchr(text, '\n'))) {
		n++;
		text++;
	}
	return n;
}

static int stream_lines(struct bpf_program *prog)
{
	char *text = stream_text(bpf_program__fd(prog), BPF_STREAM_ID_STDOUT, NULL);
	int n = text ? lines(text) : -1;

	free(text);
	return n;
}

static int sample(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

static void empty_trace(void)
{
	FILE *f = fopen(TRACEFS "trace", "w");

	if (f)
		fclose(f);
}

/* Messages that an object has lost */
static __u64 lost_by(int object)
{
	volatile __u64 *p = map_var(objects[object], ".data.bpf_log", "bpf_stream_lost");
	__u64 lost = 0;

	for (int i = 0; p && i < 16; i++)
		lost += p[i];
	return lost;
}

static void measure(struct row *row, int round)
{
	struct bpf_program *prog = row->programs[1];
	int repeat = row->sink == NOWHERE ? RUNS : (row->many ? MANY : MESSAGES) / SITES;
	int n = repeat * SITES;
	__u64 before = row->sink == LOST ? lost_by(row->object) : 0;
	double ns;

	/* To count what arrives. Not later: the first messages after it would pay for it. */
	if (row->sink == TRACE && in_vm && round < 0)
		empty_trace();
	ns = run(prog, repeat);
	if (round >= 0)
		row->ns[round] = ns;
	switch (row->sink) {
	case STREAM:
	case STREAM_BARE:
		n = stream_lines(prog);
		break;
	case RECORDS:
		n = ring_buffer__consume(records);
		break;
	case RING:
		n = ring_buffer__consume(ring);
		break;
	case LOST:
		n = lost_by(row->object) - before;
		break;
	case TRACE:
		if (round < 0 && in_vm) { /* once; here a write cannot fail for lack of room */
			char *text = trace_text();

			n = lines(text);
			free(text);
		}
	}
	row->bad_rounds += round >= 0 && n != (row->refused ? 0 : repeat * SITES);
	if (round < 0 && row->sink == TRACE && n != repeat * SITES)
		row->bad_rounds++;
}

/*
 * Whether the machine is quiet at the moment: a busy neighbour doubles all times for some
 * milliseconds. Then the empty program takes more than a quarter above its best.
 */
static bool calm(void)
{
	static double best = 1e9;
	double ns = run(rows[0].programs[1], CALM_RUNS);

	if (ns < best)
		best = ns;
	return ns <= best * 1.25;
}

/* A sample counts if the machine was quiet before and after it; after some tries, any counts. */
static void measure_calm(struct row *row, int round)
{
	bool was_calm = false;

	for (int try = 0; try < TRIES && !was_calm; try++) {
		was_calm = calm();
		if (!was_calm && try < TRIES - 1)
			continue;
		measure(row, round);
		was_calm &= calm();
		rejected += !was_calm;
	}
	disturbed += !was_calm;
}

static void warm_up(struct row *row)
{
	/* until the ring is full, for the messages that are to be lost */
	for (int i = 0; i < (row->sink == LOST ? 10 : 1); i++)
		measure(row, -1);
	if (row->sink == NOWHERE) /* _once and _ratelimited have written by now */
		stream_lines(row->programs[1]);
}

/* Statistics */

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(const double *sorted, int n, double q)
{
	double at = q * (n - 1);
	int i = at;

	return i + 1 < n ? sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]) : sorted[i];
}

static double *sorted;

static void evaluate(struct row *row, double empty)
{
	memcpy(sorted, row->ns, rounds * sizeof(*sorted));
	qsort(sorted, rounds, sizeof(*sorted), ascending);
	row->median = (quantile(sorted, rounds, 0.5) - empty) / SITES;
	row->low = (quantile(sorted, rounds, 0.25) - empty) / SITES;
	row->high = (quantile(sorted, rounds, 0.75) - empty) / SITES;
}

/* The median of the ratios of each round: free of what slows down a whole round */
static double paired(const struct row *a, const struct row *b)
{
	for (int i = 0; i < rounds; i++)
		sorted[i] = (a->ns[i] - empty_run) / (b->ns[i] - empty_run);
	qsort(sorted, rounds, sizeof(*sorted), ascending);
	return quantile(sorted, rounds, 0.5);
}

/* The report */

static struct row *row_like(const char *prog, int object, bool many)
{
	for (struct row *row = rows; row < rows + N_ROWS; row++)
		if (!strcmp(row->prog, prog) && row->object == object && row->many == many &&
		    row->present && !row->refused)
			return row;
	return NULL;
}

static struct row *row_of(const char *prog, int object)
{
	return row_like(prog, object, false);
}

static void verdict(bool met, const char *text)
{
	printf("bar: %-8s %s\n", met ? "met" : "MISSED", text);
}

/*
 * The median of the ratios of each round counts: both rows of a round see the same machine, while the
 * medians of the rows may come from a quiet moment and a busy one.
 */
static void time_bar_of(const char *name, const struct row *a, const struct row *b, double most)
{
	char text[256];

	if (!a || !b)
		return;
	snprintf(text, sizeof(text), "%s: %.0f / %.0f ns = %.3f (by round %.3f), at most %.2f",
		 name, a->median, b->median, a->median / b->median, paired(a, b), most);
	verdict(paired(a, b) <= most, text);
}

static void time_bar(const char *name, const char *upper, const char *lower, double most)
{
	time_bar_of(name, row_of(upper, OPEN), row_of(lower, OPEN), most);
}

static void saves_bar(const char *name, const char *less, const char *more, double least)
{
	struct row *a = row_of(less, OPEN), *b = row_of(more, OPEN);
	char text[256];
	double saved;

	if (!a || !b)
		return;
	saved = 100 * (1 - a->median / b->median);
	snprintf(text, sizeof(text),
		 "%s: %.0f for %.0f ns, %.1f %% less (by round %.1f), at least %.0f %%", name,
		 a->median, b->median, saved, 100 * (1 - paired(a, b)), least);
	verdict(100 * (1 - paired(a, b)) >= least, text);
}

static void insns_bar(const char *name, const char *upper, const char *lower, double most)
{
	struct row *a = row_of(upper, OPEN), *b = row_of(lower, OPEN);
	char text[256];

	if (!a || !b)
		return;
	snprintf(text, sizeof(text), "%s: %.1f / %.1f = %.3f, at most %.2f", name,
		 per_site(a->insns), per_site(b->insns), per_site(a->insns) / per_site(b->insns),
		 most);
	verdict(per_site(a->insns) / per_site(b->insns) <= most, text);
}

/* The ring beside the trace pipe: 100 messages at a time, of which one wakes the reader, or many */
static void ring_bars(bool many)
{
	const struct row *ring = row_like("log_both", RING_OPEN, many);
	const char *how = many ? "many" : "100 at a time";
	char name[128];

	snprintf(name, sizeof(name), "ring, time and location, %s / bpf_trace_printk", how);
	time_bar_of(name, ring, row_like("trace_both", OPEN, many), 0.15);
	snprintf(name, sizeof(name), "ring, time and location, %s / 32-byte record", how);
	time_bar_of(name, ring, row_like("ringbuf", OPEN, many), 1.6);
	snprintf(name, sizeof(name), "ring, and a string of 16, %s / bpf_trace_vprintk", how);
	time_bar_of(name, row_like("log_string", RING_OPEN, many),
		    row_like("tracev_string", OPEN, many), 0.3);
}

static void bars(void)
{
	struct row *off = row_of("log_both", OFF_LIVE), *held = row_of("log_ratelimited", OPEN),
		   *empty = row_of("empty", OPEN);
	char text[256];
	double executed, first;

	time_bar("bpf_stream_printk / kfunc, time", "stream", "bare", 1.02);
	insns_bar("bpf_stream_printk / kfunc, instructions of a further call", "stream", "bare",
		  1.25);
	time_bar("bpf_log_info with location / kfunc, same text", "log_location", "bare_location",
		 1.03);
	time_bar("bpf_log_info with time and location / bpf_trace_printk, same text", "log_both",
		 "trace_both", 1.00);
	saves_bar("location in the literal, not as %s:%d (usual idiom)", "log_location",
		  "bare_func_line", 15);
	saves_bar("location in the literal, not as %s:%d (same text)", "log_location",
		  "bare_file_line", 15);

	executed = per_site(off->shortest);
	first = off->shortest[0] - empty->shortest[0];
	snprintf(text, sizeof(text),
		 "off live: %.1f instructions executed (%.0f where it is the only statement), at "
		 "most 4",
		 executed, first);
	verdict(executed <= 4, text);
	if (in_vm)
		return; /* not in emulation: these concern a real processor */
	ring_bars(false);
	ring_bars(true);
	snprintf(text, sizeof(text), "off live: %.2f ns above empty, at most 2", off->median);
	verdict(off->median <= 2, text);
	if (!held)
		return;
	snprintf(text, sizeof(text), "held back by ratelimit: %.1f ns, at most 30", held->median);
	verdict(held->median <= 30, text);
}

static void table(bool streams)
{
	printf("== %s, %s, %d rounds; medians%s ==\n", kernel, real, rounds,
	       streams ? "" : "; NO STREAM TAKES A WRITE HERE");
	printf("%-46s %8s %19s  %14s %22s\n", "", "ns", "quartiles", "per statement",
	       "program of 1, 10, 20");
	printf("%-46s %8s %19s  %6s %7s %22s\n", "", "per call", "", "slots", "insns", "insns");
	for (struct row *row = rows; row < rows + N_ROWS; row++) {
		char spread[32];

		if (!row->present)
			continue;
		snprintf(spread, sizeof(spread), "%.1f..%.1f", row->low, row->high);
		printf("%-46s %8.1f %19s  %6.1f %7.1f %10d %5d %5d%s\n", row->what, row->median,
		       spread, per_site(row->slots), per_site(row->insns), row->insns[0],
		       row->insns[1], row->insns[2],
		       row->bad_rounds ? "  MESSAGES MISSING"
		       : row->refused  ? "  EVERY WRITE REFUSED"
				       : "");
	}
}

static void losses(bool streams)
{
	long bad = 0;
	__u64 lost = 0;

	for (int o = 0; o < N_OBJECTS; o++)
		if (objects[o] && o != RING_FULL && (streams || o >= RING_OPEN))
			lost += lost_by(o);
	for (struct row *row = rows; row < rows + N_ROWS; row++)
		bad += row->present ? row->bad_rounds : 0;
	printf("%s: bpf_stream_lost is %llu; %ld rounds with another number of messages than "
	       "written\n",
	       bad || lost ? "NOT VALID"
	       : streams   ? "every message arrived"
			   : "every message to a ring arrived",
	       (unsigned long long)lost, bad);
}

static bool streams_work(void)
{
	struct row *row;

	if (!have_streams())
		return false;
	row = row_of("stream", OPEN);
	run(row->programs[0], 1);
	return stream_lines(row->programs[0]) == 1;
}

static struct ring_buffer *ring_of(int object, const char *map)
{
	struct ring_buffer *rb;

	rb = ring_buffer__new(bpf_object__find_map_fd_by_name(objects[object], map), sample, NULL,
			      NULL);
	if (!rb)
		die("no ring buffer");
	return rb;
}

int main(int argc, char **argv)
{
	struct utsname uts;
	cpu_set_t cpu;
	bool streams;
	FILE *f;

	rounds = argc > 2 ? atoi(argv[2]) : 201;
	if (argc < 2 || rounds < 1) {
		fprintf(stderr, "usage: bench OBJECT [ROUNDS [RING_OBJECT]]\n");
		return 2;
	}
	uname(&uts);
	kernel = uts.release;
	in_vm = getenv("BPF_STREAM_VM");
	real = in_vm ? "emulated" : "host";
	log_capture();
	CPU_ZERO(&cpu);
	CPU_SET(sched_getcpu(), &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	if (in_vm && (f = fopen(TRACEFS "buffer_size_kb", "w"))) {
		fputs("4096", f);
		fclose(f);
	}

	load(argv[1], argc > 3 ? argv[3] : NULL);
	streams = streams_work();
	for (struct row *row = rows; row < rows + N_ROWS; row++) {
		row->refused = to_stream(row) && !streams;
		row->present &= !row->refused || !row->writes;
	}
	records = ring_of(OPEN, "records");
	if (argc > 3)
		ring = ring_of(RING_OPEN, "bpf_stream_ring");

	for (struct row *row = rows; row < rows + N_ROWS; row++) {
		if (!row->present)
			continue;
		row->ns = calloc(rounds, sizeof(*row->ns));
		for (int size = 0; size < 3; size++)
			count_insns(row, size);
		warm_up(row);
	}
	for (int i = 0; i < 200; i++)
		calm();
	srandom(1);
	for (int round = 0; round < rounds; round++) {
		int order[N_ROWS];

		for (int i = 0; i < N_ROWS; i++) {
			int j = random() % (i + 1);

			order[i] = order[j];
			order[j] = i;
		}
		for (int i = 0; i < N_ROWS; i++)
			if (rows[order[i]].present)
				measure_calm(&rows[order[i]], round);
	}
	sorted = calloc(rounds, sizeof(*sorted));
	evaluate(&rows[0], 0);
	empty_run = rows[0].median * SITES;
	for (int i = 0; i < N_ROWS; i++)
		if (rows[i].present)
			evaluate(&rows[i], empty_run);
	table(streams);
	printf("(the empty program takes %.1f ns a run, subtracted from all; %ld samples were "
	       "taken again, %ld were never undisturbed)\n",
	       empty_run, rejected, disturbed);
	losses(streams);
	bars();
	return 0;
}
