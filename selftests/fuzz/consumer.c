// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * struct bpf_stream_assembler: the text is cut anywhere and fed to two assemblers in turn. All bytes
 * come out once, in order, and never joined to those of the other stream. The cuts change no record,
 * and a report parsed line by line equals one parsed in one piece.
 */
#include <bpf_stream/user.h>

#include "fuzz.h"

/* A record that came out, with the fields that can be compared after its memory is freed */
struct out {
	struct bpf_log_record log;
	ptrdiff_t text, file; /* in raw; -1: none */
	size_t raw_len;
	bool first, last, report;
	struct out *next;
};

struct checker {
	const char *text;
	size_t len;
	size_t at;
	bool cut; /* the last one was not the end of its record */
	struct bpf_log_record head; /* its first piece */
	size_t max_record;
	bool flushed; /* so a record depends on more than the text */
	struct out *records, **end;
};

static void check_report(const struct checker *c, const struct bpf_stream_record *rec)
{
	const struct bpf_log_report *given = rec->report;
	struct bpf_log_report report;
	const char *end = rec->raw + rec->raw_len;
	struct bpf_log_frame frame;
	size_t n;

	/* The assembly and the parser agree on where a report ends. */
	n = bpf_log_report_parse(rec->raw, rec->raw_len, &report);
	REQUIRE(n == rec->raw_len || (n && c->flushed) || !rec->last);
	if (n == rec->raw_len)
		REQUIRE(given->kind == report.kind && given->write == report.write &&
			given->irqsave == report.irqsave && given->address == report.address &&
			given->held_total == report.held_total &&
			given->nr_held == report.nr_held &&
			!memcmp(given->held, report.held, sizeof(report.held)) &&
			given->has_task == report.has_task && given->cpu == report.cpu &&
			given->uid == report.uid && given->pid == report.pid &&
			given->comm == report.comm && given->comm_len == report.comm_len &&
			given->frames == report.frames && given->frames_len == report.frames_len);
	report = *given;
	if (rec->report->has_task)
		REQUIRE(report.comm >= rec->raw && report.comm + report.comm_len <= end);
	while (bpf_log_report_next_frame(&report, &frame))
		REQUIRE(!frame.symbol ||
			(frame.symbol >= rec->raw && frame.symbol + frame.symbol_len <= end));
}

static void check_fields(struct checker *c, const struct bpf_stream_record *rec)
{
	const struct bpf_log_record *log = &rec->log;
	const char *end = rec->raw + rec->raw_len;

	REQUIRE(log->text >= rec->raw && log->text + log->text_len <= end);
	REQUIRE((log->kind == BPF_LOG_KIND_REPORT && rec->first) == !!rec->report);
	if (log->kind == BPF_LOG_KIND_RECORD)
		REQUIRE(log->level >= BPF_LOG_FATAL && log->level <= BPF_LOG_TRACE);
	else
		REQUIRE(log->level == -1 && !log->has_time && !log->file);
	REQUIRE(log->has_time || !log->time_ns);
	if (log->file)
		REQUIRE(rec->first && log->file > rec->raw && log->file + log->file_len < end);
	if (!rec->first)
		REQUIRE(log->kind == c->head.kind && log->level == c->head.level &&
			log->time_ns == c->head.time_ns && log->text == rec->raw);
	if (rec->report)
		check_report(c, rec);
}

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	struct checker *c = ctx;
	struct out *out = calloc(1, sizeof(*out));

	REQUIRE(out && rec->raw_len && rec->raw_len <= c->max_record);
	REQUIRE(rec->raw_len <= c->len - c->at);
	REQUIRE(!memcmp(rec->raw, c->text + c->at, rec->raw_len));
	REQUIRE(rec->first == !c->cut);
	/* A record begins where a line does. */
	REQUIRE(!rec->first || c->flushed || !c->at || c->text[c->at - 1] == '\n');
	check_fields(c, rec);
	c->at += rec->raw_len;
	c->cut = !rec->last;
	c->head = rec->log;

	out->log = rec->log;
	out->text = rec->log.text - rec->raw;
	out->file = rec->log.file ? rec->log.file - rec->raw : -1;
	out->raw_len = rec->raw_len;
	out->first = rec->first;
	out->last = rec->last;
	out->report = rec->report;
	*c->end = out;
	c->end = &out->next;
	return 0;
}

static void begin(struct checker *c, const void *text, size_t len, size_t max_record)
{
	memset(c, 0, sizeof(*c));
	c->text = text;
	c->len = len;
	c->max_record = max_record;
	c->end = &c->records;
}

static void forget(struct checker *c)
{
	struct out *out;

	while ((out = c->records)) {
		c->records = out->next;
		free(out);
	}
}

static bool same(const struct out *a, const struct out *b)
{
	return a->raw_len == b->raw_len && a->first == b->first && a->last == b->last &&
	       a->report == b->report && a->text == b->text && a->file == b->file &&
	       a->log.kind == b->log.kind && a->log.level == b->log.level &&
	       a->log.has_time == b->log.has_time && a->log.time_ns == b->log.time_ns &&
	       a->log.file_len == b->log.file_len && a->log.line == b->log.line &&
	       a->log.text_len == b->log.text_len;
}

static void feed(struct bpf_stream_assembler *as, const char *text, size_t len)
{
	char *in = fuzz_copy(text, len);

	REQUIRE(bpf_stream_assembler_feed(as, in, len) >= 0);
	free(in);
}

/*
 * Feed two streams with the same text, cut differently, in turn. @flushes: flush at random.
 */
static void run(const char *text, size_t len, size_t max_record, struct checker c[2],
		uint64_t *seed, bool whole, bool flushes)
{
	struct bpf_stream_assembler as[2];
	size_t at[2] = {0, 0}, n;
	char *buf[2];
	int i;

	for (i = 0; i < 2; i++) {
		begin(&c[i], text, len, max_record);
		c[i].flushed = flushes;
		buf[i] = malloc(max_record);
		REQUIRE(buf[i]);
		REQUIRE(!bpf_stream_assembler_init(&as[i], buf[i], max_record, i + 1, take, &c[i]));
	}
	while (at[0] < len || at[1] < len) {
		i = at[0] < len && (at[1] == len || fuzz_rnd(seed, 2)) ? 0 : 1;
		n = whole ? len - at[i] : fuzz_chunk(seed, len - at[i]);
		feed(&as[i], text + at[i], n);
		at[i] += n;
		REQUIRE(c[i].at + bpf_stream_assembler_pending(&as[i]) == at[i]);
		if (flushes && !fuzz_rnd(seed, 8))
			REQUIRE((fuzz_rnd(seed, 2) ? bpf_stream_assembler_flush(&as[i])
						   : bpf_stream_assembler_settle(&as[i])) >= 0);
	}
	for (i = 0; i < 2; i++) {
		REQUIRE(bpf_stream_assembler_flush(&as[i]) >= 0);
		REQUIRE(c[i].at == len);
		free(buf[i]);
	}
}

static void check_same(const struct checker *a, const struct checker *b)
{
	const struct out *x = a->records, *y = b->records;

	for (; x && y; x = x->next, y = y->next)
		REQUIRE(same(x, y));
	REQUIRE(!x && !y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t seed = fuzz_seed(data, size);
	const size_t sizes[] = {256, 8192, 256 + fuzz_rnd(&seed, 1024)};
	size_t max_record = sizes[fuzz_rnd(&seed, 3)];
	const char *text = (const char *)data;
	struct checker whole[2], cut[2], flushed[2];
	int i;

	run(text, size, max_record, whole, &seed, true, false);
	run(text, size, max_record, cut, &seed, false, false);
	run(text, size, max_record, flushed, &seed, false, true);
	for (i = 0; i < 2; i++) {
		check_same(&whole[0], &whole[i]);
		check_same(&whole[0], &cut[i]);
	}
	for (i = 0; i < 2; i++) {
		forget(&whole[i]);
		forget(&cut[i]);
		forget(&flushed[i]);
	}
	return 0;
}
