// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * bpf_stream/user.h without a kernel: the parsers, and the assembly of lines and records. Runs under
 * ASan with all input in allocations of its exact size, so that reading a byte past its end ends the
 * run.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Count the headers' allocations. */
static unsigned int allocations;

static void *counted_calloc(size_t n, size_t size)
{
	allocations++;
	return calloc(n, size);
}

static void *counted_realloc(void *p, size_t size)
{
	allocations++;
	return realloc(p, size);
}

#define malloc(size)	 counted_realloc(NULL, size)
#define calloc(n, size)	 counted_calloc(n, size)
#define realloc(p, size) counted_realloc(p, size)
#include <bpf_stream/user.h>
#undef malloc
#undef calloc
#undef realloc

#include "unit.h"

/*
 * The parser
 */

struct parse_case {
	const char *line;
	size_t len;
	struct bpf_log_record want; /* file and text: the expected values */
};

#define LINE(literal)	   literal, sizeof(literal) - 1
#define TEXT(literal)	   .text = literal, .text_len = sizeof(literal) - 1
#define FILE_(literal, nr) .file = literal, .file_len = sizeof(literal) - 1, .line = nr
#define TIME(ns)	   .has_time = true, .time_ns = ns
#define CPU(n)		   .has_cpu = true, .cpu = n
#define PID(n)		   .has_pid = true, .pid = n
#define REC(lvl)	   .kind = BPF_LOG_KIND_RECORD, .level = BPF_LOG_##lvl

static const struct parse_case records[] = {
	/* every level, every form of head */
	{LINE("FATAL 12 a.c:7: m"), {REC(FATAL), TIME(12), FILE_("a.c", 7), TEXT("m")}},
	{LINE("ERROR 12 a.c:7: m"), {REC(ERROR), TIME(12), FILE_("a.c", 7), TEXT("m")}},
	{LINE("WARN 12 a.c:7: m"), {REC(WARN), TIME(12), FILE_("a.c", 7), TEXT("m")}},
	{LINE("INFO 12 a.c:7: m"), {REC(INFO), TIME(12), FILE_("a.c", 7), TEXT("m")}},
	{LINE("DEBUG 12 a.c:7: m"), {REC(DEBUG), TIME(12), FILE_("a.c", 7), TEXT("m")}},
	{LINE("TRACE 12 a.c:7: m"), {REC(TRACE), TIME(12), FILE_("a.c", 7), TEXT("m")}},
	{LINE("INFO 12: m"), {REC(INFO), TIME(12), TEXT("m")}},
	{LINE("INFO a.c:7: m"), {REC(INFO), FILE_("a.c", 7), TEXT("m")}},
	{LINE("INFO: m"), {REC(INFO), TEXT("m")}},
	/* messages: any bytes, empty; exactly one newline is removed from the end */
	{LINE("INFO: m\n"), {REC(INFO), TEXT("m")}},
	{LINE("INFO: m\n\n"), {REC(INFO), TEXT("m\n")}},
	{LINE("INFO: "), {REC(INFO), TEXT("")}},
	{LINE("INFO 12 a.c:7: \n"), {REC(INFO), TIME(12), FILE_("a.c", 7), TEXT("")}},
	{LINE("INFO:  two spaces"), {REC(INFO), TEXT(" two spaces")}},
	{LINE("INFO: a: b:1: c"), {REC(INFO), TEXT("a: b:1: c")}},
	{LINE("INFO: a\0b\tc\x80"), {REC(INFO), TEXT("a\0b\tc\x80")}},
	{LINE("INFO: ERROR: x"), {REC(INFO), TEXT("ERROR: x")}},
	/* numbers: up to what fits, zeros before them; a number can be a file */
	{LINE("INFO 0 a.c:0: m"), {REC(INFO), TIME(0), FILE_("a.c", 0), TEXT("m")}},
	{LINE("INFO 007 a.c:010: m"), {REC(INFO), TIME(7), FILE_("a.c", 10), TEXT("m")}},
	{LINE("INFO 18446744073709551615: m"), {REC(INFO), TIME(UINT64_MAX), TEXT("m")}},
	{LINE("INFO a.c:4294967295: m"), {REC(INFO), FILE_("a.c", UINT32_MAX), TEXT("m")}},
	{LINE("INFO 123:45: m"), {REC(INFO), FILE_("123", 45), TEXT("m")}},
	{LINE("INFO 1 2:3: m"), {REC(INFO), TIME(1), FILE_("2", 3), TEXT("m")}},
	/* file names: only space, colon and control bytes are excluded */
	{LINE("INFO \xc3\xa4-\xff.c:2: m"), {REC(INFO), FILE_("\xc3\xa4-\xff.c", 2), TEXT("m")}},
	{LINE("INFO ../a/b.c:2: m"), {REC(INFO), FILE_("../a/b.c", 2), TEXT("m")}},
	/* cpu and pid: each alone, both, after each form of the rest */
	{LINE("INFO 12 a.c:7 cpu=3 pid=4: m"),
	 {REC(INFO), TIME(12), FILE_("a.c", 7), CPU(3), PID(4), TEXT("m")}},
	{LINE("INFO 12 a.c:7 cpu=3: m"), {REC(INFO), TIME(12), FILE_("a.c", 7), CPU(3), TEXT("m")}},
	{LINE("INFO 12 a.c:7 pid=4: m"), {REC(INFO), TIME(12), FILE_("a.c", 7), PID(4), TEXT("m")}},
	{LINE("INFO 12 cpu=3 pid=4: m"), {REC(INFO), TIME(12), CPU(3), PID(4), TEXT("m")}},
	{LINE("INFO 12 cpu=3: m"), {REC(INFO), TIME(12), CPU(3), TEXT("m")}},
	{LINE("INFO 12 pid=4: m"), {REC(INFO), TIME(12), PID(4), TEXT("m")}},
	{LINE("INFO a.c:7 cpu=3 pid=4: m"),
	 {REC(INFO), FILE_("a.c", 7), CPU(3), PID(4), TEXT("m")}},
	{LINE("INFO a.c:7 cpu=3: m"), {REC(INFO), FILE_("a.c", 7), CPU(3), TEXT("m")}},
	{LINE("INFO a.c:7 pid=4: m"), {REC(INFO), FILE_("a.c", 7), PID(4), TEXT("m")}},
	{LINE("INFO cpu=3 pid=4: m"), {REC(INFO), CPU(3), PID(4), TEXT("m")}},
	{LINE("INFO cpu=3: m"), {REC(INFO), CPU(3), TEXT("m")}},
	{LINE("INFO pid=4: m"), {REC(INFO), PID(4), TEXT("m")}},
	{LINE("INFO cpu=0 pid=0: "), {REC(INFO), CPU(0), PID(0), TEXT("")}},
	{LINE("INFO cpu=4294967295 pid=4294967295: m"),
	 {REC(INFO), CPU(UINT32_MAX), PID(UINT32_MAX), TEXT("m")}},
	{LINE("INFO cpu=007: m"), {REC(INFO), CPU(7), TEXT("m")}},
	{LINE("INFO cpu=3: cpu=4: m"), {REC(INFO), CPU(3), TEXT("cpu=4: m")}},
	{LINE("INFO a.c:7: cpu=3: m"), {REC(INFO), FILE_("a.c", 7), TEXT("cpu=3: m")}},
	{LINE("INFO cpu=3: 12: m"), {REC(INFO), CPU(3), TEXT("12: m")}},
	/* ... as the name of a file */
	{LINE("INFO cpu=3:12: m"), {REC(INFO), FILE_("cpu=3", 12), TEXT("m")}},
	{LINE("INFO 1 pid=3:12: m"), {REC(INFO), TIME(1), FILE_("pid=3", 12), TEXT("m")}},
	{LINE("INFO cpu=3:12 cpu=4: m"), {REC(INFO), FILE_("cpu=3", 12), CPU(4), TEXT("m")}},
	{LINE("INFO cpu=:12: m"), {REC(INFO), FILE_("cpu=", 12), TEXT("m")}},
	/* begins like a report of the kernel, and is none */
	{LINE("ERROR: Arena"), {REC(ERROR), TEXT("Arena")}},
	{LINE("ERROR: Timeout detected"), {REC(ERROR), TEXT("Timeout detected")}},
	{LINE("ERROR 1: Timeout detected for may_goto instruction"),
	 {REC(ERROR), TIME(1), TEXT("Timeout detected for may_goto instruction")}},
	{LINE("WARN: Timeout detected for may_goto instruction"),
	 {REC(WARN), TEXT("Timeout detected for may_goto instruction")}},
};

#define OTHER(what, literal)                                                                       \
	{                                                                                          \
		LINE(literal),                                                                     \
		{                                                                                  \
			.kind = BPF_LOG_KIND_##what, .level = -1, TEXT(literal)                    \
		}                                                                                  \
	}
#define NO_RECORD(literal) OTHER(PLAIN, literal)
#define REPORT(literal)	   OTHER(REPORT, literal)
#define CONT(literal)                                                                              \
	{                                                                                          \
		LINE("\t" literal),                                                                \
		{                                                                                  \
			.kind = BPF_LOG_KIND_CONTINUATION, .level = -1, TEXT(literal)              \
		}                                                                                  \
	}

static const struct parse_case others[] = {
	NO_RECORD(""),
	NO_RECORD(" "),
	NO_RECORD(":"),
	NO_RECORD(": m"),
	NO_RECORD("plain"),
	NO_RECORD("a.c:7: m"),
	/* levels */
	NO_RECORD("INFO"),
	NO_RECORD("INF: m"),
	NO_RECORD("INFOS: m"),
	NO_RECORD("info: m"),
	NO_RECORD("Info: m"),
	NO_RECORD("OFF: m"),
	NO_RECORD("WARNING: m"),
	NO_RECORD("NOTICE: m"),
	NO_RECORD(" INFO: m"),
	NO_RECORD("\0INFO: m"),
	NO_RECORD("\x1b[31mINFO: m"),
	NO_RECORD("\xef\xbb\xbfINFO: m"),
	/* the colon and the space after it */
	NO_RECORD("INFO m"),
	NO_RECORD("INFO:"),
	NO_RECORD("INFO:m"),
	NO_RECORD("INFO:\tm"),
	NO_RECORD("INFO :m"),
	NO_RECORD("INFO : m"),
	NO_RECORD("INFO 12"),
	NO_RECORD("INFO 12 "),
	NO_RECORD("INFO 12:"),
	NO_RECORD("INFO 12:m"),
	NO_RECORD("INFO 12 m"),
	NO_RECORD("INFO 12 : m"),
	NO_RECORD("INFO a.c:7"),
	NO_RECORD("INFO a.c:7:"),
	NO_RECORD("INFO a.c:7:m"),
	NO_RECORD("INFO a.c:7 : m"),
	/* one space between the parts, and nothing else */
	NO_RECORD("INFO "),
	NO_RECORD("INFO  12: m"),
	NO_RECORD("INFO  a.c:7: m"),
	NO_RECORD("INFO 12  a.c:7: m"),
	NO_RECORD("INFO\t12: m"),
	NO_RECORD("INFO 12\ta.c:7: m"),
	NO_RECORD("INFO\0: m"),
	NO_RECORD("INFO 12\0: m"),
	NO_RECORD("INFO 12\0 a.c:7: m"),
	NO_RECORD("INFO a\0.c:7: m"),
	NO_RECORD("INFO a\t.c:7: m"),
	NO_RECORD("INFO a\x7f.c:7: m"),
	NO_RECORD("INFO a\x1b.c:7: m"),
	/* the time */
	NO_RECORD("INFO 18446744073709551616: m"),
	NO_RECORD("INFO 99999999999999999999999: m"),
	NO_RECORD("INFO -1: m"),
	NO_RECORD("INFO +1: m"),
	NO_RECORD("INFO 1.5: m"),
	NO_RECORD("INFO 0x10: m"),
	NO_RECORD("INFO 1s: m"),
	NO_RECORD("INFO 1 2: m"),
	NO_RECORD("INFO 1 2 a.c:7: m"),
	/* the location */
	NO_RECORD("INFO a.c: m"),
	NO_RECORD("INFO :7: m"),
	NO_RECORD("INFO 12 :7: m"),
	NO_RECORD("INFO a.c::7: m"),
	NO_RECORD("INFO a.c:b.c:7: m"),
	NO_RECORD("INFO a.c:: m"),
	NO_RECORD("INFO a.c:x: m"),
	NO_RECORD("INFO a.c:-7: m"),
	NO_RECORD("INFO a.c: 7: m"),
	NO_RECORD("INFO a.c:4294967296: m"),
	NO_RECORD("INFO a.c:18446744073709551617: m"),
	NO_RECORD("INFO a b.c:7: m"),
	NO_RECORD("INFO a.c:7:8: m"),
	/* cpu and pid */
	NO_RECORD("INFO pid=4 cpu=3: m"),
	NO_RECORD("INFO cpu=3 12: m"),
	NO_RECORD("INFO cpu=3 12 a.c:7: m"),
	NO_RECORD("INFO cpu=3 a.c:7: m"),
	NO_RECORD("INFO pid=4 a.c:7: m"),
	NO_RECORD("INFO a.c:7 cpu=3 8: m"),
	NO_RECORD("INFO a.c:7 12: m"),
	NO_RECORD("INFO a.c:7 b.c:8: m"),
	NO_RECORD("INFO cpu=3 cpu=3: m"),
	NO_RECORD("INFO pid=4 pid=4: m"),
	NO_RECORD("INFO cpu=3 pid=4 pid=4: m"),
	NO_RECORD("INFO cpu=4294967296: m"),
	NO_RECORD("INFO pid=4294967296: m"),
	NO_RECORD("INFO cpu=3 pid=4294967296: m"),
	NO_RECORD("INFO pid=18446744073709551617: m"),
	NO_RECORD("INFO cpu=99999999999999999999999: m"),
	NO_RECORD("INFO cpu=: m"),
	NO_RECORD("INFO pid=: m"),
	NO_RECORD("INFO cpu: m"),
	NO_RECORD("INFO cpu=x: m"),
	NO_RECORD("INFO cpu=3x: m"),
	NO_RECORD("INFO cpu=-1: m"),
	NO_RECORD("INFO cpu=0x3: m"),
	NO_RECORD("INFO CPU=3: m"),
	NO_RECORD("INFO xcpu=3: m"),
	NO_RECORD("INFO tid=3: m"),
	NO_RECORD("INFO cpu=3"),
	NO_RECORD("INFO cpu=3:"),
	NO_RECORD("INFO cpu=3:m"),
	NO_RECORD("INFO cpu=3 : m"),
	NO_RECORD("INFO cpu=3 m"),
	NO_RECORD("INFO cpu=3  pid=4: m"),
	NO_RECORD("INFO  cpu=3: m"),
	NO_RECORD("INFO 12  cpu=3: m"),
	NO_RECORD("INFO a.c:7  cpu=3: m"),
	NO_RECORD("INFO a.c:7\tcpu=3: m"),
	NO_RECORD("INFO cpu=3\0: m"),
	NO_RECORD("INFO cpu=3\0pid=4: m"),
	NO_RECORD("INFO cpu=3\tpid=4: m"),
	NO_RECORD("INFO cpu\0=3: m"),
	NO_RECORD("INFO cpu=\xb3: m"),
	NO_RECORD("INFO 1 a.c:7 cpu=3 pid="),
	NO_RECORD("INFO 1 a.c:7 cpu="),
	NO_RECORD("INFO 1 a.c:7 "),
	/* the kernel's lines after the first one of a report */
	NO_RECORD("CPU: 1 UID: 0 PID: 81 Comm: test"),
	NO_RECORD("Call trace:"),
	NO_RECORD("bpf_prog_12345678_f+0x12/0x34"),
	REPORT("ERROR: Timeout detected for may_goto instruction"),
	REPORT("ERROR: Timeout detected for bpf_res_spin_lock"),
	REPORT("ERROR: AA or ABBA deadlock detected for bpf_res_spin_lock"),
	REPORT("ERROR: Arena READ access at unmapped address 0xdeadbeef"),
	REPORT("ERROR: Arena WRITE access at unmapped address 0x0"),
	CONT(""),
	CONT("more"),
	CONT("INFO: m"),
	CONT("\ttwo tabs"),
};

static bool same_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return !a == !b && a_len == b_len && (!a || !memcmp(a, b, a_len));
}

static bool parses_as(const char *line, size_t len, const struct bpf_log_record *want)
{
	char *text = copy_of(line, len);
	struct bpf_log_record rec;
	enum bpf_log_kind kind;
	bool same;

	memset(&rec, 0xa5, sizeof(rec));
	kind = bpf_log_parse(text, len, &rec);
	same = kind == want->kind && rec.kind == kind && rec.level == want->level &&
	       rec.has_time == want->has_time && rec.time_ns == want->time_ns &&
	       rec.line == want->line && rec.has_cpu == want->has_cpu && rec.cpu == want->cpu &&
	       rec.has_pid == want->has_pid && rec.pid == want->pid &&
	       same_bytes(rec.file, rec.file_len, want->file, want->file_len) &&
	       same_bytes(rec.text, rec.text_len, want->text, want->text_len);
	free(text);
	return same;
}

static void printable(char *out, const char *text, size_t len)
{
	for (; len--; text++) {
		if (*text >= ' ' && *text < 0x7f && *text != '#' && *text != '\\')
			*out++ = *text;
		else
			out += sprintf(out, "\\x%02x", (unsigned char)*text);
	}
	*out = '\0';
}

static void test_parse(const char *what, const struct parse_case *cases, size_t nr)
{
	char name[1024], with_newline[256];
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct parse_case *c = &cases[i];

		printable(name, c->line, c->len);
		ok(parses_as(c->line, c->len, &c->want), "%s: '%s'", what, name);
		/* the same with its newline */
		if (c->len && c->line[c->len - 1] == '\n')
			continue;
		memcpy(with_newline, c->line, c->len);
		with_newline[c->len] = '\n';
		if (!parses_as(with_newline, c->len + 1, &c->want))
			ok(false, "%s: '%s' with a newline", what, name);
	}
}

/* A line that ends inside its head is no record; one that ends later is the same record */
static void test_parse_truncated(void)
{
	static const char line[] = "ERROR 12345 file.bpf.c:77 cpu=8 pid=99: text";
	const size_t head = strlen("ERROR 12345 file.bpf.c:77 cpu=8 pid=99: ");
	struct bpf_log_record rec;
	bool good = true;
	size_t len;
	char *text;

	for (len = 0; len < sizeof(line); len++) {
		text = copy_of(line, len);
		bpf_log_parse(text, len, &rec);
		if (len < head)
			good &= rec.kind == BPF_LOG_KIND_PLAIN && rec.text_len == len;
		else
			good &= rec.kind == BPF_LOG_KIND_RECORD && rec.text_len == len - head &&
				rec.line == 77 && rec.time_ns == 12345 && rec.cpu == 8 &&
				rec.pid == 99;
		free(text);
	}
	ok(good, "a record cut at every position");
}

/* A record put together again from its parts must equal the parsed line. */
static bool adds_up(const struct bpf_log_record *rec, const char *text, size_t len)
{
	char head[160];
	int n;

	if (len && text[len - 1] == '\n')
		len--;
	if (rec->kind != BPF_LOG_KIND_RECORD)
		return rec->level == -1 && !rec->has_time && !rec->file && !rec->line &&
		       !rec->has_cpu && !rec->cpu && !rec->has_pid && !rec->pid &&
		       rec->text + rec->text_len == text + len;
	if (rec->text + rec->text_len != text + len || rec->file_len > 64)
		return false;
	n = sprintf(head, "%s", bpf_log_level_name(rec->level));
	if (rec->has_time)
		n += sprintf(head + n, " %llu", (unsigned long long)rec->time_ns);
	if (rec->file)
		n += sprintf(head + n, " %.*s:%u", (int)rec->file_len, rec->file, rec->line);
	if (rec->has_cpu)
		n += sprintf(head + n, " cpu=%u", rec->cpu);
	if (rec->has_pid)
		n += sprintf(head + n, " pid=%u", rec->pid);
	n += sprintf(head + n, ": ");
	return (size_t)n == (size_t)(rec->text - text) && !memcmp(head, text, (size_t)n);
}

static void test_parse_random(void)
{
	static const char *const seeds[] = {
		"INFO 123 f.c:7: m", "WARN 1: x",
		"ERROR f:1: y",	     "\tz",
		"DEBUG: q",	     "ERROR: Arena READ access at unmapped address 0x1",
		"FATAL 5 a:9: ",     "INFO 1 f:2 cpu=3 pid=4: m",
		"WARN cpu=3: x",     "INFO 9 pid=12: y",
	};
	static const char bytes[] = " :\n\t1a9=\0\xff\x7f";
	unsigned int records_seen = 0, bad = 0, i;

	for (i = 0; i < 300000; i++) {
		const char *from = seeds[rnd(sizeof(seeds) / sizeof(seeds[0]))];
		size_t len = strlen(from), n;
		struct bpf_log_record rec;
		char *text;

		if (!rnd(8))
			len = rnd((uint32_t)len + 1);
		text = copy_of(from, len);
		for (n = rnd(4); n && len; n--)
			text[rnd((uint32_t)len)] = bytes[rnd(sizeof(bytes) - 1)];
		bpf_log_parse(text, len, &rec);
		records_seen += rec.kind == BPF_LOG_KIND_RECORD;
		bad += !adds_up(&rec, text, len);
		free(text);
	}
	/* with this seed, both kinds come up often */
	ok(!bad && records_seen > 10000 && records_seen < 290000,
	   "300000 changed lines: the parts of a record give its line");
}

/*
 * The line assembler
 */

/* The output: pieces, put together; checks the flags */
struct got {
	char *text;
	size_t len;
	size_t pieces; /* which were no whole lines */
	bool inside;
	bool good;
};

static void take(struct got *got, const struct bpf_stream_line *line)
{
	if (!line->len || line->first == got->inside ||
	    line->last != (line->text[line->len - 1] == '\n') ||
	    memchr(line->text, '\n', line->len - 1))
		got->good = false;
	got->pieces += !line->first || !line->last;
	got->inside = !line->last;
	memcpy(got->text + got->len, line->text, line->len);
	got->len += line->len;
}

static void feed(struct bpf_stream_lines *lines, struct got *got, const char *text, size_t len)
{
	struct bpf_stream_line line;
	/* freed before the next one, like the content of a read buffer */
	char *in = copy_of(text, len);

	bpf_stream_lines_feed(lines, in, len);
	while (bpf_stream_lines_next(lines, &line))
		take(got, &line);
	free(in);
}

static const char mixed[] = "first\n\nINFO 1 a.c:2: \xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9d\n\tmore\n"
			    "\xff\xfe\x80\n\n\nlast, without an end";
#define MIXED_LEN (sizeof(mixed) - 1)

/* All of mixed, cut at two places, comes out as without cuts */
static bool cut_twice(size_t a, size_t b, size_t carry_size, size_t *pieces)
{
	struct got got = {.text = malloc(MIXED_LEN), .good = true};
	char *carry = malloc(carry_size);
	struct bpf_stream_lines lines;
	struct bpf_stream_line line;

	bpf_stream_lines_init(&lines, carry, carry_size);
	feed(&lines, &got, mixed, a);
	feed(&lines, &got, mixed + a, b - a);
	feed(&lines, &got, mixed + b, MIXED_LEN - b);
	got.good &= got.len + bpf_stream_lines_pending(&lines) == MIXED_LEN;
	*pieces = got.pieces;
	if (bpf_stream_lines_rest(&lines, &line))
		take(&got, &line);
	got.good &= !bpf_stream_lines_rest(&lines, &line) && !bpf_stream_lines_pending(&lines);
	got.good &= got.len == MIXED_LEN && !memcmp(got.text, mixed, MIXED_LEN);
	free(carry);
	free(got.text);
	return got.good;
}

static void test_cuts(void)
{
	bool whole = true, small = true;
	size_t a, b, pieces;

	for (a = 0; a <= MIXED_LEN; a++) {
		for (b = a; b <= MIXED_LEN; b++) {
			whole &= cut_twice(a, b, 32, &pieces) && !pieces;
			small &= cut_twice(a, b, 8, &pieces);
		}
	}
	ok(whole, "cut at every two positions: the same lines, each in one piece");
	ok(small, "the same with a carry that lines do not fit into: nothing lost");
}

static void test_single_bytes(void)
{
	struct got got = {.text = malloc(MIXED_LEN), .good = true};
	struct bpf_stream_lines lines;
	char carry[32];
	size_t i;

	bpf_stream_lines_init(&lines, carry, sizeof(carry));
	for (i = 0; i < MIXED_LEN; i++)
		feed(&lines, &got, mixed + i, 1);
	ok(got.good && !got.pieces && got.len + bpf_stream_lines_pending(&lines) == MIXED_LEN &&
		   !memcmp(got.text, mixed, got.len),
	   "byte by byte: the same lines");
	free(got.text);
}

/* A line that is handed out in pieces is not cut inside a character */
static void test_utf8(void)
{
	static const char *const chars[] = {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x90\x9d"};
	bool good = true;
	size_t c, shift;

	for (c = 0; c < 3; c++) {
		for (shift = 0; shift < 8; shift++) {
			size_t n = strlen(chars[c]), len = 0, i;
			struct bpf_stream_lines lines;
			struct bpf_stream_line line;
			char text[128], carry[16];

			while (len < shift)
				text[len++] = 'x';
			while (len < 100) {
				memcpy(text + len, chars[c], n);
				len += n;
			}
			bpf_stream_lines_init(&lines, carry, sizeof(carry));
			for (i = 0; i < len; i += 5) {
				bpf_stream_lines_feed(&lines, text + i, len - i < 5 ? len - i : 5);
				while (bpf_stream_lines_next(&lines, &line))
					good &= line.len <= sizeof(carry) &&
						((unsigned char)line.text[0] & 0xc0) != 0x80;
			}
		}
	}
	ok(good, "a long line is not cut inside a UTF-8 character");
}

static void test_rest(void)
{
	struct bpf_stream_lines lines;
	struct bpf_stream_line line;
	char carry[64];

	bpf_stream_lines_init(&lines, carry, sizeof(carry));
	ok(!bpf_stream_lines_next(&lines, &line) && !bpf_stream_lines_rest(&lines, &line) &&
		   !bpf_stream_lines_pending(&lines),
	   "nothing fed: nothing there");

	bpf_stream_lines_feed(&lines, "INFO: be", 8);
	ok(!bpf_stream_lines_next(&lines, &line) && bpf_stream_lines_pending(&lines) == 8,
	   "an incomplete line waits");
	ok(bpf_stream_lines_rest(&lines, &line) && line.first && !line.last && line.len == 8 &&
		   !memcmp(line.text, "INFO: be", 8) && !bpf_stream_lines_pending(&lines),
	   "rest: the incomplete line, unchanged");
	bpf_stream_lines_feed(&lines, "gun\nINFO: m\n", 12);
	ok(bpf_stream_lines_next(&lines, &line) && !line.first && line.last && line.len == 4,
	   "what completes it is not the beginning of a line");
	ok(bpf_stream_lines_next(&lines, &line) && line.first && line.last && line.len == 8,
	   "the line after it is");
}

static void test_lines_random(void)
{
	unsigned int i, bad = 0;

	for (i = 0; i < 4000; i++) {
		size_t len = rnd(3000), carry_size = 8 + rnd(200), pos = 0, n;
		char *text = malloc(len + 1), *carry = malloc(carry_size);
		struct got got = {.text = malloc(len + 1), .good = true};
		uint32_t newline_in = 1 + rnd(150);
		struct bpf_stream_lines lines;
		struct bpf_stream_line line;

		for (n = 0; n < len; n++)
			text[n] =
				!rnd(newline_in) ? '\n' : (char)(rnd(3) ? 'a' + rnd(26) : rnd(256));
		bpf_stream_lines_init(&lines, carry, carry_size);
		while (pos < len) {
			n = rnd(1 + (rnd(3) ? (uint32_t)len : 20));
			if (n > len - pos)
				n = len - pos;
			feed(&lines, &got, text + pos, n);
			pos += n;
			if (!rnd(50) && bpf_stream_lines_rest(&lines, &line))
				take(&got, &line);
		}
		if (bpf_stream_lines_rest(&lines, &line))
			take(&got, &line);
		bad += !got.good || got.len != len || memcmp(got.text, text, len);
		free(text);
		free(carry);
		free(got.text);
	}
	ok(!bad, "4000 random texts, cuts and carries: nothing lost, added or moved");
}

/*
 * Reports of the kernel: the texts are of 7.2 and 6.17
 */

static const char lock_report[] =
	"ERROR: AA or ABBA deadlock detected for bpf_res_spin_lock_irqsave\n"
	"Attempted lock   = 0xffff888004d71d30\n"
	"Total held locks = 12\n"
	"Held lock[ 0] = 0xffff888004d71d30\n"
	"Held lock[11] = 0xffff888004d71d38\n"
	"CPU: 31 UID: 1000 PID: 4194304 Comm: a b: c\n"
	"Call trace:\n"
	"bpf_res_spin_lock+0x8f/0xd0\n"
	"bpf_prog_c54d3304540077df_report+0xf8/0x12a\n"
	"  a @ b:1 = f(&again->lock); @ dir/spin lock.bpf.c:41\n"
	"__bpf_prog_report_arena_violation.isra.0+0x9e/0xe0 [veth]\n"
	"0xffffffffc0123456\n"
	"\n";
static const char arena_report[] = "ERROR: Arena WRITE access at unmapped address 0x100000003018\n"
				   "CPU: 0 UID: -1 PID: 0 Comm: \n"
				   "Call trace:\n"
				   "\n";
static const char stack_report[] = "CPU: 0 UID: 0 PID: 99 Comm: x\n"
				   "Call trace:\n"
				   "do_syscall_64+0xe1/0x610\n"
				   "\n";
static const char may_goto_report[] = "ERROR: Timeout detected for may_goto instruction\n"
				      "CPU: 1 UID: 0 PID: 99 Comm: \n\nERROR: fake!\n"
				      "Call trace:\n"
				      "do_syscall_64+0xe1/0x610\n"
				      "\n";
/* Memory was short, and the kernel left out the rest. */
static const char torn_report[] = "CPU: 1 UID: 0 PID: 99 Comm: test\n";

static bool is(const char *text, size_t len, const char *want)
{
	return want ? text && len == strlen(want) && !memcmp(text, want, len) : !text && !len;
}

static void test_reports(void)
{
	static const struct {
		const char *symbol;
		uint64_t offset, size;
		const char *module, *source, *file;
		uint32_t line;
	} want[] = {
		{"bpf_res_spin_lock", 0x8f, 0xd0, NULL, NULL, NULL, 0},
		{"bpf_prog_c54d3304540077df_report", 0xf8, 0x12a, NULL,
		 "a @ b:1 = f(&again->lock);", "dir/spin lock.bpf.c", 41},
		{"__bpf_prog_report_arena_violation.isra.0", 0x9e, 0xe0, "veth", NULL, NULL, 0},
		{"0xffffffffc0123456", 0, 0, NULL, NULL, NULL, 0},
	};
	struct bpf_log_report r;
	struct bpf_log_frame f;
	bool good = true;
	size_t i;

	ok(bpf_log_report_parse(lock_report, strlen(lock_report), &r) == strlen(lock_report),
	   "a report of a deadlock: all of it");
	ok(r.kind == BPF_LOG_REPORT_LOCK_DEADLOCK && r.irqsave && !r.write &&
		   r.address == 0xffff888004d71d30 && r.held_total == 12 && r.nr_held == 2 &&
		   r.held[0] == r.address && r.held[1] == 0xffff888004d71d38,
	   "... its locks");
	ok(r.has_task && r.cpu == 31 && r.uid == 1000 && r.pid == 4194304 &&
		   is(r.comm, r.comm_len, "a b: c"),
	   "... its task");
	for (i = 0; bpf_log_report_next_frame(&r, &f) && i < 5; i++)
		good &= i < 4 && is(f.symbol, f.symbol_len, want[i].symbol) &&
			f.offset == want[i].offset && f.size == want[i].size &&
			is(f.module, f.module_len, want[i].module) &&
			is(f.source, f.source_len, want[i].source) &&
			is(f.file, f.file_len, want[i].file) && f.line == want[i].line;
	ok(good && i == 4, "... its frames");

	ok(bpf_log_report_parse(arena_report, strlen(arena_report), &r) == strlen(arena_report) &&
		   r.kind == BPF_LOG_REPORT_ARENA && r.write && r.address == 0x100000003018 &&
		   r.has_task && r.uid == UINT32_MAX && r.comm_len == 0 &&
		   !bpf_log_report_next_frame(&r, &f),
	   "an arena's, without frames");
	ok(bpf_log_report_parse("ERROR: Arena READ access at unmapped address 0x0\nx\n", 51, &r) ==
			   49 &&
		   r.kind == BPF_LOG_REPORT_ARENA && !r.write && !r.address && !r.has_task,
	   "a read, and then something else");
	ok(bpf_log_report_parse(stack_report, strlen(stack_report), &r) == strlen(stack_report) &&
		   r.kind == BPF_LOG_REPORT_STACK && r.has_task &&
		   bpf_log_report_next_frame(&r, &f) && is(f.symbol, f.symbol_len, "do_syscall_64"),
	   "a stack");
	ok(bpf_log_report_parse(may_goto_report, strlen(may_goto_report), &r) ==
			   strlen(may_goto_report) &&
		   r.kind == BPF_LOG_REPORT_MAY_GOTO &&
		   is(r.comm, r.comm_len, "\n\nERROR: fake!") &&
		   bpf_log_report_next_frame(&r, &f) && is(f.symbol, f.symbol_len, "do_syscall_64"),
	   "a loop's, of a thread with newlines in its name");
	ok(bpf_log_report_parse("ERROR: Timeout detected for bpf_res_spin_lock\n", 46, &r) == 46 &&
		   r.kind == BPF_LOG_REPORT_LOCK_TIMEOUT && !r.irqsave && !r.frames,
	   "a lock's timeout, all but its first line lost");
	ok(bpf_log_report_parse("ERROR: Timeout detected for may_goto instruction\nCall trace:\n"
				"a+0x1/0x2\n\nx\n",
				74, &r) == 72 &&
		   !r.has_task && !r.comm && bpf_log_report_next_frame(&r, &f) && f.size == 2,
	   "a report without its task line");
	ok(bpf_log_report_parse("CPU: 1 UID: 0 PID: 99 Comm: test\nERROR: x\nCall trace\n", 53,
				&r) == 33 &&
		   is(r.comm, r.comm_len, "test"),
	   "a report cut short does not take the next text for the thread's name");
	ok(!bpf_log_report_parse("INFO: x\n", 8, &r) && !bpf_log_report_parse("", 0, &r) &&
		   !bpf_log_report_parse("Call trace:\n", 12, &r) &&
		   !bpf_log_report_parse("\n", 1, &r),
	   "no reports");
}

/* Cut anywhere, and with bytes changed: reads stay in the text, and so do the results */
static void test_reports_random(void)
{
	static const char *const texts[] = {lock_report, arena_report, stack_report};
	static const char bytes[] = " :\n\t1a9\0\xff@+[x";
	unsigned int whole = 0, bad = 0, i;

	for (i = 0; i < 100000; i++) {
		const char *from = texts[rnd(3)];
		size_t len = rnd((uint32_t)strlen(from) + 1), n, used;
		struct bpf_log_report r;
		struct bpf_log_frame f;
		char *text;

		if (rnd(4))
			len = strlen(from);
		text = copy_of(from, len);
		for (n = rnd(4); n && len; n--)
			text[rnd((uint32_t)len)] = bytes[rnd(sizeof(bytes) - 1)];
		used = bpf_log_report_parse(text, len, &r);
		whole += used == strlen(from);
		bad += used > len || r.nr_held > BPF_LOG_REPORT_HELD_MAX;
		while (bpf_log_report_next_frame(&r, &f))
			bad += f.symbol_len &&
			       (f.symbol < text || f.symbol + f.symbol_len > text + used);
		free(text);
	}
	ok(!bad && whole > 10000 && whole < 90000, "100000 changed reports: nothing is made up");
}

/*
 * Records: a consumer's handling of the text that it has read
 */

struct unit {
	size_t begin, len;
	enum bpf_log_kind kind;
};

struct checked {
	const char *text;
	const struct unit *units;
	size_t nr, at; /* of units */
	size_t pos; /* in text */
	bool pieces; /* records need not be whole */
	bool stops;
	bool bad;
};

static int check_record(void *ctx, const struct bpf_stream_record *rec)
{
	struct checked *c = ctx;
	const struct unit *unit = &c->units[c->at];

	if (c->at == c->nr || memcmp(rec->raw, c->text + c->pos, rec->raw_len) ||
	    rec->first != (c->pos == unit->begin)) {
		c->bad = true;
		return 0;
	}
	c->pos += rec->raw_len;
	c->bad |= rec->log.kind != unit->kind || rec->last != (c->pos == unit->begin + unit->len) ||
		  c->pos > unit->begin + unit->len || (!c->pieces && !(rec->first && rec->last)) ||
		  !rec->report != !(rec->first && unit->kind == BPF_LOG_KIND_REPORT);
	if (c->pos == unit->begin + unit->len)
		c->at++;
	return c->stops && !rnd(3) ? -1 : 0;
}

static size_t add(char *text, const char *what)
{
	strcpy(text, what);
	return strlen(what);
}

/* A unit of text that is one record; its kind depends on the one before. */
static size_t random_unit(char *text, enum bpf_log_kind before, enum bpf_log_kind *kind)
{
	size_t len = 0, n;

	if (before == BPF_LOG_KIND_REPORT && !rnd(4)) {
		*kind = BPF_LOG_KIND_CONTINUATION;
		len = add(text, "\tof a report?\n");
	} else if (!rnd(4)) {
		static const char *const reports[] = {lock_report, arena_report, stack_report,
						      may_goto_report, torn_report};
		*kind = BPF_LOG_KIND_REPORT;
		return add(text, reports[rnd(5)]);
	} else if (rnd(2)) {
		*kind = BPF_LOG_KIND_RECORD;
		len = add(text, "ERROR 12 a.c:7: \xc3\xa4\xe2\x82\xac in a message\n");
	} else {
		*kind = BPF_LOG_KIND_PLAIN;
		if (before == BPF_LOG_KIND_REPORT || rnd(2))
			len = add(text, "plain+0x1/0x2 but no frame\n");
		else
			len = add(text, rnd(2) ? "\n" : "  plain @ nothing\n");
	}
	for (n = rnd(3) ? 0 : rnd(9); n; n--)
		len += add(text + len, rnd(5) ? "\tcontinued\n" : "\t\n");
	return len;
}

static bool allocated; /* while text was read */

static unsigned int feed_records(size_t max_record, bool stops)
{
	static char text[100000];
	struct unit units[40];
	struct checked c = {
		.text = text, .units = units, .pieces = max_record < 2000, .stops = stops};
	enum bpf_log_kind kind = BPF_LOG_KIND_REPORT;
	struct bpf_stream_assembler as;
	size_t len = 0, pos = 0, n;
	unsigned int before;
	char *in, *buf = malloc(max_record);

	for (c.nr = 0; c.nr < 40; c.nr++) {
		units[c.nr].begin = len;
		len += random_unit(text + len, kind, &kind);
		units[c.nr].len = len - units[c.nr].begin;
		units[c.nr].kind = kind;
	}
	bpf_stream_assembler_init(&as, buf, max_record, BPF_STREAM_ID_STDOUT, check_record, &c);
	before = allocations;
	while (pos < len) {
		n = 1 + rnd(rnd(3) ? 1000 : 20);
		if (n > len - pos)
			n = len - pos;
		in = copy_of(text + pos, n);
		if (bpf_stream_assembler_feed(&as, in, n) < 0) {
			while (bpf_stream_assembler_feed(&as, NULL, 0) < 0)
				;
		}
		free(in);
		pos += n;
	}
	while (bpf_stream_assembler_pending(&as))
		bpf_stream_assembler_flush(&as);
	allocated |= before != allocations;
	free(buf);
	return c.bad || c.at != c.nr || c.pos != len;
}

static void test_records(void)
{
	unsigned int whole = 0, stopped = 0, pieces = 0, i;

	for (i = 0; i < 1500; i++) {
		whole += feed_records(rnd(2) ? 8192 : 2000, false);
		stopped += feed_records(8192, true);
		pieces += feed_records(256 + rnd(700), rnd(2));
	}
	ok(!whole, "1500 random texts, cut anywhere: whole records, the same kinds, nothing lost");
	ok(!stopped, "... and with a callback that stops");
	ok(!pieces, "... and with little room: their pieces, in order");
	ok(!allocated, "... and nothing is allocated");
}

/* The records that an assembler hands out, and when: "<kind><first><last>:<text>" per record, '|' between */
static char handed[256];
static struct bpf_stream_assembler assembler;

static int hand(void *ctx, const struct bpf_stream_record *rec)
{
	size_t n = strlen(handed);

	snprintf(handed + n, sizeof(handed) - n, "%s%c%d%d:%.*s", n ? "|" : "",
		 "rcpR"[rec->log.kind], rec -> first, rec -> last, (int)rec -> log.text_len,
		 rec->log.text);
	if (bpf_stream_assembler_feed(&assembler, "x", 1) != -EBUSY ||
	    bpf_stream_assembler_settle(&assembler) != -EBUSY ||
	    bpf_stream_assembler_flush(&assembler) != -EBUSY)
		strcat(handed, " (not busy)");
	return ctx ? *(int *)ctx : 0;
}

static int handed_is(int ret, int count, const char *want)
{
	int same = ret == count && !strcmp(handed, want);

	if (!same)
		printf("# %d, '%s'; wanted %d, '%s'\n", ret, handed, count, want);
	handed[0] = '\0';
	return same;
}

static void test_text_cut(void)
{
	ok(bpf_stream_text_cut("abc", 3) == 3 && bpf_stream_text_cut("a\xc3\xa4", 3) == 3 &&
		   bpf_stream_text_cut("a\xc3\xa4", 2) == 1 &&
		   bpf_stream_text_cut("a\xf0\x9f\x98\x80", 4) == 1 &&
		   bpf_stream_text_cut("\x80\x80\x80\x80", 4) == 4,
	   "text is not cut inside a UTF-8 sequence");
}

static void test_assembler(void)
{
	struct bpf_stream_assembler *as = &assembler;
	char buf[BPF_STREAM_ASSEMBLER_MIN];
	int ret = -7;

	ok(bpf_stream_assembler_init(as, buf, sizeof(buf) - 1, 1, hand, NULL) == -EINVAL &&
		   bpf_stream_assembler_init(as, buf, sizeof(buf), 1, NULL, NULL) == -EINVAL,
	   "assembler: a buffer that is too small, no callback");
	bpf_stream_assembler_init(as, buf, sizeof(buf), 1, hand, NULL);
	ok(handed_is(bpf_stream_assembler_feed(as, "INFO: a\n\tb\nINFO: c\nINFO: d", 26), 1,
		     "r11:a\n\tb"),
	   "feed: records that are followed by another");
	ok(handed_is(bpf_stream_assembler_settle(as), 1, "r11:c") &&
		   bpf_stream_assembler_pending(as) == 7,
	   "settle: records that have their newline");
	ok(handed_is(bpf_stream_assembler_settle(as), 0, ""), "settle: not an incomplete line");
	ok(handed_is(bpf_stream_assembler_feed(as, "e\n", 2), 0, "") &&
		   handed_is(bpf_stream_assembler_settle(as), 1, "r11:de"),
	   "feed: the rest of a line");
	ok(handed_is(bpf_stream_assembler_feed(as, "\tf\nINFO: g", 10), 0, "") &&
		   handed_is(bpf_stream_assembler_flush(as), 2, "c11:f|r10:g") &&
		   handed_is(bpf_stream_assembler_feed(as, "h\n", 2), 0, "") &&
		   handed_is(bpf_stream_assembler_flush(as), 1, "r01:h"),
	   "flush: an incomplete line, and its rest as a piece");

	bpf_stream_assembler_init(as, buf, sizeof(buf), 1, hand, &ret);
	ok(handed_is(bpf_stream_assembler_feed(as, "INFO: a\nINFO: b\nINFO: c\n", 24), -7, "r11:a"),
	   "a callback that stops");
	ok(handed_is(bpf_stream_assembler_feed(as, "x", 1), -EBUSY, ""),
	   "... nothing else is taken before the rest");
	ret = 0;
	ok(handed_is(bpf_stream_assembler_feed(as, NULL, 0), 1, "r11:b") &&
		   handed_is(bpf_stream_assembler_flush(as), 1, "r11:c"),
	   "... which is not lost");
}

/*
 * Type information, which may have any bytes
 */

#define BTF_INFO(kind, vlen) ((uint32_t)(kind) << 24 | (vlen))

static const struct {
	struct btf_header header;
	uint32_t integer[4], array[6], var_a[4], var_b[4], section[3 + 6];
	char strings[32];
} a_btf = {
	{.magic = BTF_MAGIC,
	 .version = 1,
	 .hdr_len = sizeof(struct btf_header),
	 .type_len = 27 * 4,
	 .str_off = 27 * 4,
	 .str_len = 32},
	{1, BTF_INFO(1, 0), 4, 32}, /* 1: INT "u" */
	{0, BTF_INFO(3, 0), 0, 1, 1, 2}, /* 2: ARRAY */
	{3, BTF_INFO(14, 0), 1, 1}, /* 3: VAR "a" */
	{5, BTF_INFO(14, 0), 2, 1}, /* 4: VAR "b" */
	{7, BTF_INFO(15, 2), 16, 3, 0, 4, 4, 8, 8}, /* 5: DATASEC ".s" */
	"\0u\0a\0b\0.s",
};

/* The offset of a variable of @size bytes in section ".s", type 5, of 16 bytes */
static long find_in(const char *data, size_t len, const char *name, uint32_t size)
{
	struct __bpf_stream_section section = {.size = 16};
	struct btf_type type;

	section.btf.data = (char *)data;
	section.btf.size = len;
	if (__bpf_stream_btf_parse(&section.btf))
		return -EINVAL;
	section.vars = __bpf_stream_btf_type(&section.btf, 5, &type);
	if (!section.vars || type.info >> 24 != 15 ||
	    !__bpf_stream_btf_name_is(&section.btf, type.name_off, ".s"))
		return -EINVAL;
	section.vars += sizeof(type);
	section.nr_vars = type.info & 0xffff;
	return __bpf_stream_section_find(&section, name, size);
}

static void test_btf(void)
{
	unsigned int found = 0, bad = 0, i;

	ok(find_in((const char *)&a_btf, sizeof(a_btf), "a", 4) == 0 &&
		   find_in((const char *)&a_btf, sizeof(a_btf), "b", 8) == 8,
	   "BTF: where variables are");
	ok(find_in((const char *)&a_btf, sizeof(a_btf), "a", 8) == -ENOENT &&
		   find_in((const char *)&a_btf, sizeof(a_btf), "c", 4) == -ENOENT,
	   "BTF: another size, another name");
	for (i = 0; i < 200000; i++) {
		size_t len = rnd(4) ? sizeof(a_btf) : rnd(sizeof(a_btf) + 1), n;
		char *data = copy_of(&a_btf, len);
		long offset;

		for (n = 1 + rnd(3); n && len; n--)
			data[rnd((uint32_t)len)] = (char)(rnd(2) ? rnd(256) : rnd(40));
		offset = find_in(data, len, "b", 8);
		found += offset >= 0;
		bad += offset > 8;
		free(data);
	}
	ok(!bad && found > 10000 && found < 190000,
	   "BTF: 200000 changed ones: nothing out of bounds");
}

/*
 * Levels
 */

static void test_levels(void)
{
	const struct bpf_log_lost lost = {1, 2, 4, 8, 16, 32};
	static const struct {
		const char *name;
		int level;
	} names[] = {
		{"off", 0},
		{"OFF", 0},
		{"fatal", 0},
		{"error", 1},
		{"Warn", 2},
		{"INFO", 3},
		{"debug", 4},
		{"trace", 5},
		{"0", 0},
		{"5", 5},
		{"6", -EINVAL},
		{"", -EINVAL},
		{"-1", -EINVAL},
		{"03", -EINVAL},
		{"err", -EINVAL},
		{"warning", -EINVAL},
		{"info ", -EINVAL},
		{" info", -EINVAL},
		{"\xc4\xb0NFO", -EINVAL},
	};
	char *name;
	size_t i;
	int level;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		name = copy_of(names[i].name, strlen(names[i].name) + 1);
		ok(bpf_log_level_from_name(name) == names[i].level, "level '%s'", name);
		free(name);
	}
	ok(!strcmp(BPF_LOG_LEVEL_NAMES, "off, error, warn, info, debug, trace (or 0 to 5)"),
	   "BPF_LOG_LEVEL_NAMES has these");
	for (level = BPF_LOG_ERROR; level <= BPF_LOG_TRACE; level++)
		ok(bpf_log_level_from_name(bpf_log_level_name(level)) == level,
		   "level %d by its own name", level);
	for (level = BPF_LOG_OFF; level <= BPF_LOG_TRACE; level++)
		ok(bpf_log_level_from_name(bpf_log_filter_name(level)) == level,
		   "filter level %d by its own name", level);
	ok(!bpf_log_level_name(-1) && !bpf_log_level_name(6) && !bpf_log_filter_name(-1) &&
		   !bpf_log_filter_name(6),
	   "no name for a number that is not a level");
	ok(bpf_log_lost_total(&lost) == 63, "messages lost, all causes together");
}

int main(void)
{
	test_parse("record", records, sizeof(records) / sizeof(records[0]));
	test_parse("none", others, sizeof(others) / sizeof(others[0]));
	test_parse_truncated();
	test_parse_random();
	test_cuts();
	test_single_bytes();
	test_utf8();
	test_rest();
	test_lines_random();
	test_reports();
	test_reports_random();
	test_records();
	test_assembler();
	test_text_cut();
	test_btf();
	test_levels();
	printf("1..%d\n", tests);
	return failures != 0;
}
