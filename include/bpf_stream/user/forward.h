/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/forward.h - a callback that forwards records to stdio, syslog(3), or a logger of
 * your own. Part of user.h: include that.
 *
 *	static int print(void *ctx, int level, const char *fmt, va_list ap)
 *	{
 *		return level <= BPF_LOG_INFO ? vfprintf(ctx, fmt, ap) : 0;
 *	}
 *
 *	struct bpf_stream_forward_opts to = {
 *		.print = print,
 *		.print_ctx = stderr,
 *		.end_on_fatal = true,
 *	};
 *
 *	consumer = bpf_stream_consumer__new(bpf_stream_forward, &to, NULL);
 */
#ifndef BPF_STREAM_USER_FORWARD_H
#define BPF_STREAM_USER_FORWARD_H

#include <stdarg.h>
#include <stdio.h>

/* Of syslog(3). Without <syslog.h>, whose LOG_INFO and the like are names that loaders use. */
#ifdef __cplusplus
extern "C" {
#endif
extern void syslog(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#ifdef __cplusplus
}
#endif

/**
 * typedef bpf_stream_print_fn - a logger with levels, as libbpf_set_print() takes one
 * @ctx:	print_ctx
 * @level:	BPF_LOG_FATAL to BPF_LOG_TRACE. A kernel report has BPF_LOG_ERROR; text without a level,
 *		and a stack that a program dumps, BPF_LOG_WARN on stderr and BPF_LOG_INFO on stdout.
 * @fmt:	formats one line with its newline
 *
 * Return: ignored, as libbpf does.
 */
typedef int (*bpf_stream_print_fn)(void *ctx, int level, const char *fmt, va_list ap);

/**
 * struct bpf_stream_forward_opts - where records go, and which of them ends the caller
 * @print:	a function that gets each line with its level as a number, or NULL
 * @print_ctx:	for @print
 * @syslog:	to syslog(3), FATAL as LOG_CRIT, ERROR as LOG_ERR, TRACE as LOG_DEBUG. If it is false
 *		and @print is NULL, records go to stdout or stderr, by their stream, with level and time,
 *		as bpfstream shows them.
 * @names:	begin each line with prog_ctx, a string: what bpf_stream_consumer__add_object() sets, or
 *		given to bpf_stream_consumer__add_prog(). Not if it is NULL.
 * @end_on_fatal: end on a record with level FATAL: a program has ended itself (assert.h)
 * @end_on_report: end on a report of a fault by the kernel. A stack dump is none.
 * @ended:	set when it ended. Clear it to end again.
 *
 * 0 is the default of all. The remaining fields are private.
 */
struct bpf_stream_forward_opts {
	bpf_stream_print_fn print;
	void *print_ctx;
	bool syslog;
	bool names;
	bool end_on_fatal;
	bool end_on_report;
	bool ended;
	/* on stdout and stderr: a line has no newline yet, and whose it is */
	bool __open[2];
	int __by[2];
};

/* Length of the UTF-8 sequence at @p if a terminal may show it, else 0: no overlong form, no C1 control */
static inline size_t __bpf_stream_utf8_len(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len = p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0, i;

	if (!len || n < len)
		return 0;
	if (p[0] == 0xc2 || p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	return len;
}

/* A line, or what of it has been collected */
struct __bpf_stream_forwarder {
	struct bpf_stream_forward_opts *to;
	const struct bpf_stream_record *rec;
	int level;
	size_t len;
	char buf[8192]; /* a message has 1,024 bytes, of which each becomes 4 at most */
};

static inline void __attribute__((format(printf, 2, 3)))
__bpf_stream_forward_print(const struct __bpf_stream_forwarder *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	f->to->print(f->to->print_ctx, f->level, fmt, ap);
	va_end(ap);
}

/* Hand out what has been collected, and end the line if @nl. */
static inline void __bpf_stream_forward_put(struct __bpf_stream_forwarder *f, bool nl)
{
	/* LOG_CRIT, LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG: as bpfstream --syslog */
	static const char severities[] = {2, 3, 4, 6, 7, 7};

	f->buf[f->len] = '\0';
	if (f->to->print) {
		__bpf_stream_forward_print(f, "%s\n", f->buf);
	} else if (f->to->syslog) {
		syslog(severities[f->level], "%s", f->buf);
	} else {
		if (nl)
			f->buf[f->len++] = '\n';
		fwrite(f->buf, 1, f->len,
		       f->rec->stream_id == BPF_STREAM_ID_STDERR ? stderr : stdout);
	}
	f->len = 0;
}

/* Collect text, and make it harmless for terminals. */
static inline void __bpf_stream_forward_add(struct __bpf_stream_forwarder *f, const char *text,
					    size_t len)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *p = (const unsigned char *)text;
	size_t i, n;

	for (i = 0; i < len; i += n) {
		/* the longest that is added here, and "\n" or NUL */
		if (f->len + 6 > sizeof(f->buf))
			__bpf_stream_forward_put(f, false);
		n = (p[i] >= ' ' && p[i] < 0x7f) || p[i] == '\t' || p[i] == '\n'
			    ? 1
			    : __bpf_stream_utf8_len(p + i, len - i);
		if (n) {
			memcpy(f->buf + f->len, text + i, n);
			f->len += n;
			continue;
		}
		n = 1;
		f->buf[f->len++] = '\\';
		f->buf[f->len++] = 'x';
		f->buf[f->len++] = hex[p[i] >> 4];
		f->buf[f->len++] = hex[p[i] & 15];
	}
}

static inline bool __bpf_stream_record_is_fault(const struct bpf_stream_record *rec)
{
	return rec->log.kind == BPF_LOG_KIND_REPORT &&
	       !(rec->report && rec->report->kind == BPF_LOG_REPORT_STACK);
}

static inline int __bpf_stream_forward_level(const struct bpf_stream_record *rec)
{
	if (__bpf_stream_record_is_fault(rec))
		return BPF_LOG_ERROR;
	if (rec->log.level >= BPF_LOG_FATAL && rec->log.level <= BPF_LOG_TRACE)
		return rec->log.level;
	return rec->stream_id == BPF_STREAM_ID_STDERR ? BPF_LOG_WARN : BPF_LOG_INFO;
}

/* What comes before the text of a line: the name, and of the record's head all but level and time */
static inline void __bpf_stream_forward_head(struct __bpf_stream_forwarder *f, bool head)
{
	const char *name = (const char *)f->rec->prog_ctx, *p;
	const struct bpf_log_record *log = &f->rec->log;

	if (f->to->names && name) {
		__bpf_stream_forward_add(f, name, strlen(name));
		__bpf_stream_forward_add(f, ": ", 2);
	}
	if (!head || !f->rec->first || !(log->file || log->has_cpu || log->has_pid))
		return;
	p = f->rec->raw + strlen(bpf_log_level_name(log->level)) + 1;
	if (log->has_time)
		p = (const char *)memchr(p, ' ', (size_t)(log->text - p)) + 1;
	__bpf_stream_forward_add(f, p, (size_t)(log->text - p));
}

/* Return whether the record goes on with a line of its program on stdio; end another's line. */
static inline bool __bpf_stream_forward_goes_on(struct bpf_stream_forward_opts *to,
						const struct bpf_stream_record *rec, bool ended)
{
	FILE *file = rec->stream_id == BPF_STREAM_ID_STDERR ? stderr : stdout;
	int i = rec->stream_id == BPF_STREAM_ID_STDERR;
	bool goes_on = to->__open[i] && to->__by[i] == rec->prog_fd && !rec->first;

	if (to->__open[i] && !goes_on)
		fputc('\n', file);
	to->__open[i] = !ended;
	to->__by[i] = rec->prog_fd;
	return goes_on;
}

/**
 * bpf_stream_forward() - a bpf_stream_record_fn that forwards each record
 * @ctx:	a struct bpf_stream_forward_opts, which must stay valid; or NULL: to stdout and stderr,
 *		and never end
 *
 * Control characters and bytes that are not UTF-8 are written as \x1b. syslog(3) and a print function
 * get one line in each call; a line above 8 KB comes in several. A write that fails does not end
 * anything, as with libbpf_set_print().
 *
 * Return: 0, or -ECANCELED when it ends: once, after the record was forwarded, so that
 * bpf_stream_consumer__drain() still forwards everything after it.
 *
 * Threads: different threads may have structs of their own.
 */
static inline int bpf_stream_forward(void *ctx, const struct bpf_stream_record *rec)
{
	struct bpf_stream_forward_opts *to = (struct bpf_stream_forward_opts *)ctx, none;
	bool stdio;
	bool ended = rec->raw_len && rec->raw[rec->raw_len - 1] == '\n';
	bool begun, first = true, whole;
	struct __bpf_stream_forwarder f;
	const char *text, *nl;
	size_t len, n;

	memset(&none, 0, sizeof(none));
	to = to ? to : &none;
	stdio = !to->print && !to->syslog;
	whole = stdio || rec->log.kind != BPF_LOG_KIND_RECORD || !rec->first;
	text = whole ? rec->raw : rec->log.text;
	len = whole ? rec->raw_len - ended : rec->log.text_len;
	f.to = to;
	f.rec = rec;
	f.level = __bpf_stream_forward_level(rec);
	f.len = 0;
	begun = stdio && __bpf_stream_forward_goes_on(to, rec, ended);
	do {
		nl = (const char *)(len ? memchr(text, '\n', len) : NULL);
		n = nl ? (size_t)(nl - text) : len;
		if (!begun)
			__bpf_stream_forward_head(&f, !whole && first);
		__bpf_stream_forward_add(&f, text, n);
		if (!stdio)
			__bpf_stream_forward_put(&f, true);
		else if (nl)
			__bpf_stream_forward_add(&f, "\n", 1);
		begun = first = false;
		text += n + (nl ? 1 : 0);
		len -= n + (nl ? 1 : 0);
	} while (len);
	if (stdio) {
		__bpf_stream_forward_put(&f, ended);
		fflush(rec->stream_id == BPF_STREAM_ID_STDERR ? stderr : stdout);
	}

	if (to->ended || !rec->first)
		return 0;
	to->ended = (to->end_on_fatal && rec->log.kind == BPF_LOG_KIND_RECORD &&
		     rec->log.level == BPF_LOG_FATAL) ||
		    (to->end_on_report && __bpf_stream_record_is_fault(rec));
	return to->ended ? -ECANCELED : 0;
}

#endif /* BPF_STREAM_USER_FORWARD_H */
