// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * struct bpf_stream_lines and bpf_log_parse(): all lines together are the bytes that were fed, in
 * order. A line that fits is in one piece, wherever the input was cut. The parsed fields of a line
 * give that line again.
 */
#include <bpf_stream/user.h>

#include "fuzz.h"

static bool inside(const char *p, size_t len, const char *text, size_t text_len)
{
	return p >= text && len <= text_len && p - text <= (ptrdiff_t)(text_len - len);
}

/* Without leading zeros: a number may have them, our text of it does not */
static size_t put_number(char *out, uint64_t number, const char **from)
{
	while (**from == '0' && (*from)[1] >= '0' && (*from)[1] <= '9')
		(*from)++;
	return (size_t)sprintf(out, "%llu", (unsigned long long)number);
}

/* The field @key of the head at @p, whose value is @number. Returns its end. */
static const char *check_field(const char *p, const char *key, uint32_t number)
{
	char digits[24];
	size_t n;

	REQUIRE(!strncmp(p, key, strlen(key)));
	p += strlen(key);
	n = put_number(digits, number, &p);
	REQUIRE(!memcmp(p, digits, n));
	return p + n;
}

/* Rebuild the head of the record, and compare it word by word with the line */
static void check_head(const char *line, const struct bpf_log_record *rec)
{
	const char *p = line, *name = bpf_log_level_name(rec->level);
	char number[24];
	size_t n;

	REQUIRE(name && !strncmp(p, name, strlen(name)));
	p += strlen(name);
	if (rec->has_time) {
		REQUIRE(*p++ == ' ');
		n = put_number(number, rec->time_ns, &p);
		REQUIRE(!memcmp(p, number, n));
		p += n;
	}
	if (rec->file) {
		REQUIRE(*p++ == ' ' && rec->file == p && rec->file_len);
		for (n = 0; n < rec->file_len; n++)
			REQUIRE((unsigned char)p[n] > ' ' && p[n] != ':' && p[n] != 0x7f);
		p += rec->file_len;
		REQUIRE(*p++ == ':');
		n = put_number(number, rec->line, &p);
		REQUIRE(!memcmp(p, number, n));
		p += n;
	}
	if (rec->has_cpu)
		p = check_field(p, " cpu=", rec->cpu);
	if (rec->has_pid)
		p = check_field(p, " pid=", rec->pid);
	REQUIRE(p[0] == ':' && p[1] == ' ' && p + 2 == rec->text);
}

static void check_parse(const char *text, size_t len)
{
	char *line = fuzz_copy(text, len);
	size_t body = len && line[len - 1] == '\n' ? len - 1 : len;
	struct bpf_log_record rec;
	enum bpf_log_kind kind = bpf_log_parse(line, len, &rec);

	REQUIRE(kind == rec.kind);
	REQUIRE(inside(rec.text, rec.text_len, line, len));
	REQUIRE(rec.text + rec.text_len == line + body);
	if (kind == BPF_LOG_KIND_RECORD) {
		REQUIRE(rec.level >= BPF_LOG_FATAL && rec.level <= BPF_LOG_TRACE);
		check_head(line, &rec);
	} else {
		REQUIRE(rec.level == -1 && !rec.has_time && !rec.time_ns && !rec.file &&
			!rec.file_len && !rec.line && !rec.has_cpu && !rec.cpu && !rec.has_pid &&
			!rec.pid);
		REQUIRE((kind == BPF_LOG_KIND_CONTINUATION) == (body && line[0] == '\t'));
		REQUIRE(rec.text_len == body - (kind == BPF_LOG_KIND_CONTINUATION));
	}
	free(line);
}

/* The output: it follows the input, byte for byte */
struct checker {
	const char *text;
	size_t len;
	size_t at; /* length of the output so far */
	size_t piece; /* bytes of the line that went before */
	size_t carry_size;
};

static void check_line(struct checker *c, const struct bpf_stream_line *line, bool rest)
{
	const char *nl;
	size_t whole;

	REQUIRE(line->len && line->len <= c->len - c->at);
	REQUIRE(!memcmp(line->text, c->text + c->at, line->len));
	REQUIRE(line->first == !c->piece);
	REQUIRE(line->last == (line->text[line->len - 1] == '\n'));
	REQUIRE(!memchr(line->text, '\n', line->len - 1));
	if (line->first) {
		nl = memchr(c->text + c->at, '\n', c->len - c->at);
		whole = nl ? (size_t)(nl - (c->text + c->at)) + 1 : c->len - c->at;
		REQUIRE(rest || !nl || whole > c->carry_size || whole == line->len);
		check_parse(line->text, line->len);
	}
	c->at += line->len;
	c->piece = line->last ? 0 : c->piece + line->len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t seed = fuzz_seed(data, size);
	struct checker c = {.text = (const char *)data, .len = size};
	/* the smallest one, one of usual size, any */
	const size_t sizes[] = {8, 4096, 8 + fuzz_rnd(&seed, 256)};
	bool rests = fuzz_rnd(&seed, 2);
	struct bpf_stream_lines lines;
	struct bpf_stream_line line;
	size_t at = 0, n;
	char *carry, *in;

	c.carry_size = sizes[fuzz_rnd(&seed, 3)];
	carry = malloc(c.carry_size);
	REQUIRE(carry);
	bpf_stream_lines_init(&lines, carry, c.carry_size);
	while (at < size) {
		n = fuzz_chunk(&seed, size - at);
		in = fuzz_copy(data + at, n);
		at += n;
		bpf_stream_lines_feed(&lines, in, n);
		while (bpf_stream_lines_next(&lines, &line))
			check_line(&c, &line, rests);
		REQUIRE(c.at + bpf_stream_lines_pending(&lines) == at);
		if (rests && !fuzz_rnd(&seed, 8) && bpf_stream_lines_rest(&lines, &line))
			check_line(&c, &line, true);
		free(in);
	}
	if (bpf_stream_lines_rest(&lines, &line))
		check_line(&c, &line, rests);
	REQUIRE(c.at == size && !bpf_stream_lines_pending(&lines));
	free(carry);
	check_parse((const char *)data, size);
	return 0;
}
