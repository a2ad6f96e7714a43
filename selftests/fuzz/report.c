// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * bpf_log_report_parse() and bpf_log_report_next_frame(): all results lie in the report, a report is
 * made of whole lines, and parsed alone it gives the same report.
 */
#include <bpf_stream/user.h>

#include "fuzz.h"

static void check_inside(const char *p, size_t len, const char *text, size_t n)
{
	REQUIRE(p ? p >= text && len <= n && (size_t)(p - text) <= n - len : !len);
}

/* Count the frames; each comes after the one before it. */
static unsigned int check_frames(struct bpf_log_report *report, const char *text, size_t n)
{
	const char *behind = text;
	struct bpf_log_frame frame;
	unsigned int nr = 0;

	while (bpf_log_report_next_frame(report, &frame)) {
		nr++;
		REQUIRE(frame.symbol || frame.source);
		check_inside(frame.symbol, frame.symbol_len, text, n);
		check_inside(frame.module, frame.module_len, text, n);
		check_inside(frame.source, frame.source_len, text, n);
		check_inside(frame.file, frame.file_len, text, n);
		REQUIRE(!frame.source == !frame.file);
		REQUIRE((frame.symbol ? frame.symbol : frame.source) >= behind);
		behind = frame.source ? frame.file + frame.file_len
				      : frame.symbol + frame.symbol_len;
	}
	return nr;
}

static bool same(const struct bpf_log_report *a, const char *a_text, const struct bpf_log_report *b,
		 const char *b_text)
{
	return a->kind == b->kind && a->write == b->write && a->irqsave == b->irqsave &&
	       a->address == b->address && a->held_total == b->held_total &&
	       a->nr_held == b->nr_held && !memcmp(a->held, b->held, sizeof(a->held)) &&
	       a->has_task == b->has_task && a->cpu == b->cpu && a->uid == b->uid &&
	       a->pid == b->pid && a->comm_len == b->comm_len && !a->comm == !b->comm &&
	       (!a->comm || a->comm - a_text == b->comm - b_text) &&
	       a->frames_len == b->frames_len && !a->frames == !b->frames &&
	       (!a->frames || a->frames - a_text == b->frames - b_text);
}

/* Returns the length of the report */
static size_t check(const char *data, size_t size)
{
	char *text = fuzz_copy(data, size), *again;
	struct bpf_log_report report, alone;
	size_t n = bpf_log_report_parse(text, size, &report);

	REQUIRE(n <= size);
	REQUIRE(report.nr_held <= BPF_LOG_REPORT_HELD_MAX);
	REQUIRE(report.kind <= BPF_LOG_REPORT_ARENA);
	REQUIRE(!n || n == size || text[n - 1] == '\n');
	check_inside(report.comm, report.comm_len, text, n);
	check_inside(report.frames, report.frames_len, text, n);
	REQUIRE(!report.has_task == !report.comm);
	if (!n)
		REQUIRE(!report.has_task && !report.frames && !report.nr_held && !report.address);

	again = fuzz_copy(text, n);
	REQUIRE(bpf_log_report_parse(again, n, &alone) == n);
	REQUIRE(same(&report, text, &alone, again));
	REQUIRE(check_frames(&report, text, n) == check_frames(&alone, again, n));
	free(again);
	free(text);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size, *nl;
	size_t n;

	/* Also reports after other lines, and several in a row */
	while (p < end) {
		n = check(p, (size_t)(end - p));
		nl = memchr(p, '\n', (size_t)(end - p));
		p = n ? p + n : nl ? nl + 1 : end;
	}
	return 0;
}
