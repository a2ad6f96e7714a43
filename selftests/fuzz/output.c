// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Output to the journal, to syslog and to the kernel's log, of any text: an entry has its fields and
 * no others; a message is one line within the length limit, with structured data that ends in the
 * right place; each line for the kernel has the name; all of it is UTF-8 without control characters.
 */
#include "show/journald.h"
#include "show/kmsg.h"
#include "show/syslog.h"
#include "fuzz.h"
#include "utf8.h"

static const struct output_prog prog = {.id = 42, .name = "a_program", .tag = "0123456789abcdef"};

static const char *const fields[] = {
	"MESSAGE",	 "PRIORITY",	 "SYSLOG_FACILITY", "SYSLOG_IDENTIFIER", "BPF_PROG_ID",
	"BPF_PROG_NAME", "BPF_PROG_TAG", "BPF_STREAM",	    "BPF_LEVEL",	 "BPF_KTIME_NS",
	"CODE_FILE",	 "CODE_LINE",	 "BPF_REPORT",	    "BPF_CPU",		 "BPF_UID",
	"BPF_PID",	 "BPF_COMM",
};
#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Read an entry by the protocol; return its fields as bits. */
static unsigned int check_entry(const char *p, size_t len)
{
	const char *end = p + len, *nl, *name_end, *value;
	unsigned int seen = 0;
	uint64_t value_len;
	size_t i;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		REQUIRE(nl);
		name_end = memchr(p, '=', (size_t)(nl - p));
		if (name_end) {
			value = name_end + 1;
			value_len = (uint64_t)(nl - value);
		} else {
			name_end = nl;
			value = nl + 1 + sizeof(value_len);
			REQUIRE(value < end);
			memcpy(&value_len, nl + 1, sizeof(value_len));
			REQUIRE(value_len < (uint64_t)(end - value));
		}
		REQUIRE(value[value_len] == '\n');
		REQUIRE(is_shown(value, value_len, true));
		for (i = 0; i < NR_FIELDS; i++) {
			if (strlen(fields[i]) == (size_t)(name_end - p) &&
			    !memcmp(fields[i], p, strlen(fields[i])))
				break;
		}
		REQUIRE(i < NR_FIELDS && !(seen & 1U << i));
		seen |= 1U << i;
		p = value + value_len + 1;
	}
	return seen;
}

/* One line: five words, structured data with one element, a message */
static void check_message(const char *p, size_t len, size_t max)
{
	static const char begin[] =
		"1 2026-09-25T00:00:00.000001Z host bpf-a_program 42 std???" /* out, err */
		" [bpf@32473 name=\"a_program\" tag=\"0123456789abcdef\"";
	const char *end = p + len, *b;
	bool quoted = false;

	REQUIRE(len <= max && is_shown(p, len, false) && !memchr(p, '\t', len));
	REQUIRE(*p++ == '<' && *p >= '2' && *p <= '3');
	p += 2;
	REQUIRE(*p++ == '>');
	for (b = begin; *b; b++, p++)
		REQUIRE(p < end && (*p == *b || *b == '?'));
	for (; p < end && (quoted || *p != ']'); p++) {
		if (*p == '\\') {
			REQUIRE(quoted && (p[1] == '"' || p[1] == '\\' || p[1] == ']'));
			p++;
		} else if (*p == '"') {
			quoted = !quoted;
		} else {
			REQUIRE(*p != ']');
		}
	}
	REQUIRE(end - p >= 2 && p[0] == ']' && p[1] == ' ');
}

/* Lines with the name, the first one with a level before it, and the number of bytes that were cut */
static void check_kmsg(const char *p, size_t len)
{
	static const char name[] = "bpf-a_program[42]: ";
	const char *end = p + len, *nl;

	REQUIRE(len <= KMSG_MAX && len > 4 && end[-1] == '\n' && is_shown(p, len, true));
	REQUIRE(p[0] == '<' && p[1] >= '2' && p[1] <= '3' && p[3] == '>');
	for (p += 4; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		REQUIRE((size_t)(nl - p) >= sizeof(name) - 1 && !memcmp(p, name, sizeof(name) - 1));
	}
}

static int take(void *ctx, const struct bpf_stream_record *rec)
{
	struct buf buf = {0};
	const size_t sizes[] = {2048, 8192};
	unsigned int seen;
	size_t i;

	(void)ctx;
	journald_format(&buf, &prog, rec);
	REQUIRE(!buf.failed);
	seen = check_entry(buf.data, buf.len);
	REQUIRE((seen & 0xff) == 0xff);
	REQUIRE(!!(seen & 0x100) == (rec->log.kind == BPF_LOG_KIND_RECORD));
	REQUIRE(!!(seen & 0x200) == rec->log.has_time);
	REQUIRE(!!(seen & 0x1000) == !!rec->report);
	REQUIRE(!!(seen & 0x2000) == (rec->log.has_cpu || (rec->report && rec->report->has_task)));
	REQUIRE(!!(seen & 0x8000) == (rec->log.has_pid || (rec->report && rec->report->has_task)));
	for (i = 0; i < 2; i++) {
		buf.len = 0;
		syslog_format(&buf, &prog, rec, "host", 1790294400000001000ULL, sizes[i]);
		REQUIRE(!buf.failed);
		check_message(buf.data, buf.len, sizes[i]);
	}
	buf.len = 0;
	kmsg_format(&buf, &prog, rec);
	REQUIRE(!buf.failed);
	check_kmsg(buf.data, buf.len);
	free(buf.data);
	return 0;
}

/* As in consumer.c, which checks this part */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bpf_stream_assembler as;
	char *text = fuzz_copy(data, size), buf[8192];

	REQUIRE(!bpf_stream_assembler_init(&as, buf, sizeof(buf), 1 + (int)(size & 1), take, NULL));
	REQUIRE(bpf_stream_assembler_feed(&as, text, size) >= 0);
	REQUIRE(bpf_stream_assembler_flush(&as) >= 0);
	free(text);
	return 0;
}
