/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/parse.h - parse a line, and the names of levels. Part of user.h: include
 * that.
 */
#ifndef BPF_STREAM_USER_PARSE_H
#define BPF_STREAM_USER_PARSE_H

#include <bpf_stream/bpf/levels.h>

/*
 * Levels
 */

/**
 * bpf_log_level_name() - the name of a record's level, as in a record ("INFO")
 *
 * Return: NULL if @level is not a level.
 */
static inline const char *bpf_log_level_name(int level)
{
#define __BPF_LOG_NAME(level, name, filter) name,
	static const char *const names[] = {__BPF_LOG_LEVELS(__BPF_LOG_NAME)};
#undef __BPF_LOG_NAME

	if (level < 0 || (size_t)level >= sizeof(names) / sizeof(names[0]))
		return NULL;
	return names[level];
}

/**
 * bpf_log_filter_name() - the name of a filter's level, as users write it ("off" to "trace")
 *
 * Return: NULL if @level is not a level.
 */
static inline const char *bpf_log_filter_name(int level)
{
#define __BPF_LOG_NAME(level, name, filter) filter,
	static const char *const names[] = {__BPF_LOG_LEVELS(__BPF_LOG_NAME)};
#undef __BPF_LOG_NAME

	if (level < 0 || (size_t)level >= sizeof(names) / sizeof(names[0]))
		return NULL;
	return names[level];
}

/*
 * Compares a counted string, in any case, with a word in capitals; ASCII only, so that no locale
 * has a say.
 */
static inline bool __bpf_log_word_is(const char *text, size_t len, const char *word)
{
	size_t i;

	for (i = 0; i < len && word[i]; i++) {
		char c = text[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c != word[i])
			return false;
	}
	return i == len && !word[i];
}

/**
 * bpf_log_level_from_name() - parse a level
 * @name:	"off", "error" ... "trace" or "fatal" (the same as "off": nothing else passes), in
 *		any case, or a number from 0 to 5
 *
 * Return: the level or -EINVAL.
 */
static inline int bpf_log_level_from_name(const char *name)
{
	size_t len = strlen(name);
	const char *word;
	int level;

	if (len == 1 && name[0] >= '0' && name[0] <= '0' + BPF_LOG_TRACE)
		return name[0] - '0';
	if (__bpf_log_word_is(name, len, "OFF"))
		return BPF_LOG_OFF;
	for (level = 0; (word = bpf_log_level_name(level)); level++) {
		if (__bpf_log_word_is(name, len, word))
			return level;
	}
	return -EINVAL;
}

/*
 * Records
 */

/* Kinds of lines in a stream */
enum bpf_log_kind {
	/* LEVEL[ <ktime-ns>][ <file>:<line>][ cpu=<n>][ pid=<n>]: <message> */
	BPF_LOG_KIND_RECORD,
	/* starts with a tab and continues the line before it */
	BPF_LOG_KIND_CONTINUATION,
	/* anything else: printk users, other libraries */
	BPF_LOG_KIND_PLAIN,
	/* the first line of a report by the kernel, after a fault of the program */
	BPF_LOG_KIND_REPORT,
};

/**
 * struct bpf_log_record - a parsed line
 * @kind:	its kind. Unless it is a record, only @text and @text_len are set, and the other
 *		fields are as in a record without them.
 * @level:	BPF_LOG_FATAL to BPF_LOG_TRACE, or -1
 * @has_time:	whether the record has a time
 * @time_ns:	the time in ns since boot, not counting suspend (bpf_ktime_get_ns()), or 0
 * @file:	source file, @file_len bytes, or NULL if the record has no location
 * @line:	line in @file, or 0
 * @has_cpu:	whether the record has a CPU (BPF_LOG_CPU of log.h)
 * @cpu:	the CPU that wrote it, or 0
 * @has_pid:	whether the record has a task (BPF_LOG_PID of log.h)
 * @pid:	the id of the thread that the program interrupted, or 0
 * @text:	the message, after the head; of a continuation the text after the tab; else the
 *		whole line. Without the newline; any bytes, not NUL-terminated.
 * @text_len:	length of @text
 */
struct bpf_log_record {
	enum bpf_log_kind kind;
	int level;
	bool has_time;
	uint64_t time_ns;
	const char *file;
	size_t file_len;
	uint32_t line;
	bool has_cpu;
	uint32_t cpu;
	bool has_pid;
	uint32_t pid;
	const char *text;
	size_t text_len;
};

/* Parse [@p, @end) as a decimal number of at most @max. */
static inline bool __bpf_log_number(const char *p, const char *end, uint64_t max, uint64_t *value)
{
	const char *sure = end - p > 19 ? p + 19 : end; /* this many digits always fit */
	uint64_t v = 0;

	if (p == end)
		return false;
	for (; p < end; p++) {
		unsigned int digit = (unsigned char)*p - (unsigned int)'0';

		if (digit > 9 || (p >= sure && v > (UINT64_MAX - digit) / 10))
			return false;
		v = v * 10 + digit;
	}
	*value = v;
	return v <= max;
}

/* End of the word at @p: a space, a colon, a control byte or @end */
static inline const char *__bpf_log_word_end(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p > ' ' && *p != ':' && *p != 0x7f)
		p++;
	return p;
}

static inline bool __bpf_log_starts(const char *p, const char *end, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(end - p) >= n && !memcmp(p, with, n);
}

/* Whether a line is the first one of a kernel report. It looks like an ERROR record. */
static inline bool __bpf_log_is_report(const char *p, const char *end)
{
#define __BPF_LOG_STARTS(prefix) || __bpf_log_starts(p, end, prefix)
	return __bpf_log_starts(p, end, "ERROR: ") && (false __BPF_LOG_REPORTS(__BPF_LOG_STARTS));
#undef __BPF_LOG_STARTS
}

/* Parse the word [@p, @end) as @key and a number of 32 bits. */
static inline bool __bpf_log_field(const char *p, const char *end, const char *key, uint32_t *value)
{
	uint64_t number;

	if (!__bpf_log_starts(p, end, key) ||
	    !__bpf_log_number(p + strlen(key), end, UINT32_MAX, &number))
		return false;
	*value = (uint32_t)number;
	return true;
}

/* Whether a word that ends at @p is a field of its own, and not the file of a location */
static inline bool __bpf_log_ends_field(const char *p, const char *end)
{
	return p < end && (*p == ' ' || (*p == ':' && p + 1 < end && p[1] == ' '));
}

/*
 * Parse the end of a head, "cpu=<n>:", "pid=<n>:" or "cpu=<n> pid=<n>:". Return what follows the colon,
 * or NULL.
 */
static inline const char *__bpf_log_parse_task(const char *word, const char *end,
					       struct bpf_log_record *rec)
{
	const char *p = __bpf_log_word_end(word, end);
	bool more;

	rec->has_cpu = __bpf_log_field(word, p, "cpu=", &rec->cpu);
	more = !rec->has_cpu;
	if (rec->has_cpu && p < end && *p == ' ') {
		more = true;
		word = p + 1;
		p = __bpf_log_word_end(word, end);
	}
	if (more)
		rec->has_pid = __bpf_log_field(word, p, "pid=", &rec->pid);
	if (more != rec->has_pid || p == end || *p != ':')
		return NULL;
	return p + 1;
}

/*
 * Parse the head of a record after its level, up to the colon that ends it. Return what follows the
 * colon, or NULL if this is not a head.
 */
static inline const char *__bpf_log_parse_head(const char *p, const char *end,
					       struct bpf_log_record *rec)
{
	const char *word, *colon;
	uint64_t line;

	if (p < end && *p == ':')
		return p + 1;
	if (p == end || *p != ' ')
		return NULL;

	word = p + 1;
	p = __bpf_log_word_end(word, end);
	/* A number is the time, unless it is the file of a location: "123:45". */
	if (__bpf_log_ends_field(p, end) && __bpf_log_number(word, p, UINT64_MAX, &rec->time_ns)) {
		rec->has_time = true;
		if (*p == ':')
			return p + 1;
		word = p + 1;
		p = __bpf_log_word_end(word, end);
	}
	/* "cpu=3:12" is a location, too. */
	if (__bpf_log_ends_field(p, end))
		return __bpf_log_parse_task(word, end, rec);

	if (p == end || p == word || *p != ':')
		return NULL;
	colon = __bpf_log_word_end(p + 1, end);
	if (!__bpf_log_number(p + 1, colon, UINT32_MAX, &line))
		return NULL;
	rec->file = word;
	rec->file_len = (size_t)(p - word);
	rec->line = (uint32_t)line;
	if (colon < end && *colon == ' ')
		return __bpf_log_parse_task(colon + 1, end, rec);
	return colon < end && *colon == ':' ? colon + 1 : NULL;
}

/**
 * bpf_log_parse() - classify a line, and parse it if it is a record
 * @text:	one line, with its newline or without, any bytes
 * @len:	in bytes; nothing after it is read
 * @rec:	always filled in; valid as long as @text
 *
 * A record is
 *
 *	LEVEL[ <ktime-ns>][ <file>:<line>][ cpu=<n>][ pid=<n>]: <message>
 *
 * with LEVEL one of FATAL ERROR WARN INFO DEBUG TRACE, time (64 bits), line, cpu and pid (32 bits)
 * in decimal, <file> without spaces, colons and control bytes, one space after the colon, and a
 * message that may be empty. Anything else is a plain line.
 *
 * Return: the kind, the same as @rec->kind: 0 (BPF_LOG_KIND_RECORD) for a record, else positive.
 */
static inline enum bpf_log_kind bpf_log_parse(const char *text, size_t len,
					      struct bpf_log_record *rec)
{
	struct bpf_log_record head;
	const char *end, *p, *name;
	int level;

	memset(rec, 0, sizeof(*rec));
	rec->kind = BPF_LOG_KIND_PLAIN;
	rec->level = -1;
	if (len && text[len - 1] == '\n')
		len--;
	rec->text = text;
	rec->text_len = len;
	if (!len)
		return rec->kind;

	end = text + len;
	if (*text == '\t') {
		rec->kind = BPF_LOG_KIND_CONTINUATION;
		rec->text++;
		rec->text_len--;
		return rec->kind;
	}
	if (__bpf_log_is_report(text, end)) {
		rec->kind = BPF_LOG_KIND_REPORT;
		return rec->kind;
	}

	for (level = 0; (name = bpf_log_level_name(level)); level++) {
		if (*text == *name && __bpf_log_starts(text, end, name))
			break;
	}
	if (!name)
		return rec->kind;
	p = text + strlen(name);

	head = *rec;
	p = __bpf_log_parse_head(p, end, &head);
	if (!p || p == end || *p != ' ')
		return rec->kind;

	*rec = head;
	rec->kind = BPF_LOG_KIND_RECORD;
	rec->level = level;
	rec->text = p + 1;
	rec->text_len = (size_t)(end - rec->text);
	return rec->kind;
}

#endif /* BPF_STREAM_USER_PARSE_H */
