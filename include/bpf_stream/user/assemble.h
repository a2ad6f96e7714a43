/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/assemble.h - put records together out of text that was cut anywhere. Part of user.h:
 * include that.
 *
 * No fd and no clock: text goes into a source, one for each stream, and whole records come out of the
 * callback. The consumer reads, waits, and says when to wait no longer (__bpf_stream_source_flush()).
 */
#ifndef BPF_STREAM_USER_ASSEMBLE_H
#define BPF_STREAM_USER_ASSEMBLE_H

/**
 * struct bpf_stream_record - what the callback gets
 * @prog_fd, @prog_ctx: the program, as given to bpf_stream_consumer__add_prog()
 * @stream_id:	BPF_STREAM_ID_STDOUT or BPF_STREAM_ID_STDERR
 * @log:	what it says. @log.kind is BPF_LOG_KIND_RECORD, _PLAIN, _REPORT, or, if there is
 *		nothing left that it could continue, _CONTINUATION. @log.text has the continuation
 *		lines in it ("\n\t..."), and no newline at its end.
 * @report:	of a report: its parts; otherwise NULL
 * @raw:	all bytes, as they were in the stream
 * @raw_len:	how many, at most max_record
 * @first:	the beginning of the record
 * @last:	the end of the record
 *
 * Both are true save for what was longer than max_record or did not get its newline in time. The
 * other pieces have kind, level and time of the first, and all their bytes as text.
 *
 * It points into memory that is used again as soon as the callback returns; all text is any bytes,
 * not NUL-terminated.
 */
struct bpf_stream_record {
	int prog_fd;
	void *prog_ctx;
	int stream_id;
	struct bpf_log_record log;
	struct bpf_log_report *report;
	const char *raw;
	size_t raw_len;
	bool first;
	bool last;
};

/**
 * typedef bpf_stream_record_fn - takes a record
 * @ctx:	as given to bpf_stream_consumer__new()
 *
 * Return: 0 or more to go on. Something negative ends the call that this one came from, which
 * returns it; the record counts as taken, and the next call goes on behind it.
 */
typedef int (*bpf_stream_record_fn)(void *ctx, const struct bpf_stream_record *rec);

/* One stream of one program. @buf has the record that is being put together. */
struct __bpf_stream_source {
	int prog_fd;
	void *prog_ctx;
	int stream_id;
	const char *in; /* what was read and not looked at */
	size_t in_len;
	size_t len; /* of what is in buf */
	size_t line; /* where the last line in buf begins, or will */
	int report; /* the last line of the report that is in buf, or __BPF_LOG_LINE_NONE */
	bool cut; /* a piece of the record has been handed out */
	bool inside; /* so has the beginning of the line at @line */
	bool ahead; /* there may be whole lines at @line, and it was not known what they are */
	uint64_t since_ns; /* when something came last */
	struct bpf_log_record head; /* of the record that was cut */
	char *buf;
};

/* What puts records together: where they go, and what they may be like */
struct __bpf_stream_assembler {
	bpf_stream_record_fn fn;
	void *ctx;
	size_t max_record;
	bool busy; /* in the callback */
	bool stopped; /* the callback asked to stop; its value is being returned */
};

/*
 * Hands out the first @n bytes of what is held, and moves the rest to the front. @last: they are
 * the end of the record.
 */
static inline int __bpf_stream_source_emit(struct __bpf_stream_assembler *to,
					   struct __bpf_stream_source *source, size_t n, bool last)
{
	struct bpf_stream_record rec;
	struct bpf_log_report report;
	int ret;

	memset(&rec, 0, sizeof(rec));
	rec.prog_fd = source->prog_fd;
	rec.prog_ctx = source->prog_ctx;
	rec.stream_id = source->stream_id;
	rec.raw = source->buf;
	rec.raw_len = n;
	rec.first = !source->cut;
	rec.last = last;
	if (rec.first) {
		bpf_log_parse(source->buf, n, &rec.log);
		if (source->report != __BPF_LOG_LINE_NONE) {
			rec.log.kind = BPF_LOG_KIND_REPORT;
			bpf_log_report_parse(source->buf, n, &report);
			rec.report = &report;
		} else if (rec.log.kind == BPF_LOG_KIND_REPORT) {
			/* The beginning of a line that is too long to be looked at: no report's. */
			rec.log.kind = BPF_LOG_KIND_PLAIN;
		}
	} else {
		rec.log = source->head;
		rec.log.text = source->buf;
		rec.log.text_len = n - (source->buf[n - 1] == '\n');
	}
	/* the empty line at the end of a report */
	if (rec.log.kind == BPF_LOG_KIND_REPORT && rec.log.text_len &&
	    rec.log.text[rec.log.text_len - 1] == '\n')
		rec.log.text_len--;

	source->head = rec.log;
	source->head.file = NULL;
	source->head.file_len = 0;
	source->head.line = 0;

	to->busy = true;
	ret = to->fn(to->ctx, &rec);
	to->busy = false;
	to->stopped = ret < 0;

	source->len -= n;
	memmove(source->buf, source->buf + n, source->len);
	source->line = source->line > n ? source->line - n : 0;
	source->cut = !last;
	if (last) {
		source->inside = false;
		source->report = __BPF_LOG_LINE_NONE;
	}
	return ret < 0 ? ret : 1;
}

/* Which line of a report this one is. It may not have its newline yet. */
static inline int __bpf_stream_source_report_line(const struct __bpf_stream_source *source,
						  const char *p, const char *end)
{
	struct bpf_log_report report;

	/* The first letters of ERROR and CPU, which spares all other lines the rest */
	if (source->report == __BPF_LOG_LINE_NONE && *p != 'E' && *p != 'C')
		return __BPF_LOG_LINE_NONE;
	report.nr_held = 0;
	return __bpf_log_report_line(p, end > p && end[-1] == '\n' ? end - 1 : end, &report);
}

/* Where the name of a thread begins that the line at source->line may be more of, or NULL */
static inline const char *__bpf_stream_source_comm(const struct __bpf_stream_source *source)
{
	struct bpf_log_report report;

	if (source->report != __BPF_LOG_LINE_TASK)
		return NULL;
	bpf_log_report_parse(source->buf, source->line, &report);
	return report.has_task ? report.comm : NULL;
}

/* Is that line more of the name? What is in buf behind it tells. */
static inline bool __bpf_stream_source_in_comm(const struct __bpf_stream_source *source)
{
	const char *comm = __bpf_stream_source_comm(source), *trace;

	trace = comm ? __bpf_log_report_trace(comm, source->buf + source->len) : NULL;
	return trace && source->buf + source->line < trace;
}

/* ... or is there not enough behind it? */
static inline bool __bpf_stream_source_unsure(const struct __bpf_stream_source *source)
{
	const char *comm = __bpf_stream_source_comm(source);

	return comm && source->buf + source->line - comm <= __BPF_LOG_COMM_MAX + 1 &&
	       (size_t)(source->buf + source->len - comm) < __BPF_LOG_COMM_KNOWN;
}

/*
 * Looks at the line at source->line, of @n bytes, which is whole or will not be before it is
 * handed out: it belongs to the record, or that one is handed out and the line begins the next.
 * Returns how many records it handed out, or a negative value of the callback.
 */
static inline int __bpf_stream_source_judge(struct __bpf_stream_assembler *to,
					    struct __bpf_stream_source *source, size_t n)
{
	const char *p = source->buf + source->line;
	bool begins = !source->line;
	int line, next, ret = 0;

	if (source->inside)
		return 0;
	if (!begins && source->report == __BPF_LOG_LINE_NONE && *p == '\t')
		return 0;
	line = __bpf_stream_source_report_line(source, p, p + n);
	if (!begins && source->report != __BPF_LOG_LINE_NONE) {
		next = __bpf_log_report_next(source->report, line,
					     __bpf_stream_source_in_comm(source));
		if (next != __BPF_LOG_LINE_NONE) {
			source->report = next;
			return 0;
		}
	}
	if (!begins)
		ret = __bpf_stream_source_emit(to, source, source->line, true);
	source->report = __bpf_log_report_begins(line) ? line : __BPF_LOG_LINE_NONE;
	return ret;
}

/*
 * Looks at the whole lines from source->line on, as far as it is known what they are; @all: at the
 * others too, for nothing more will come. Returns the same.
 */
static inline int __bpf_stream_source_lines(struct __bpf_stream_assembler *to,
					    struct __bpf_stream_source *source, bool all)
{
	int count = 0, ret = 0;

	while (ret >= 0 && source->line < source->len) {
		const char *p = source->buf + source->line;
		size_t left = source->len - source->line, n = left;

		if (source->ahead) {
			const char *nl = (const char *)memchr(p, '\n', left);

			if (!nl)
				break;
			n = (size_t)(nl - p) + 1;
		}
		if (!all && __bpf_stream_source_unsure(source)) {
			source->ahead = true;
			return count;
		}
		ret = __bpf_stream_source_judge(to, source, n);
		source->inside = false;
		source->line += n;
		/* The empty line ends a report, and belonged to it: nothing was handed out. */
		if (source->report == __BPF_LOG_LINE_EMPTY)
			ret = __bpf_stream_source_emit(to, source, source->line, true);
		count += ret > 0 ? ret : 0;
	}
	/* If the callback has stopped it: it goes on here. */
	source->ahead = ret < 0 && source->line < source->len;
	return ret < 0 ? ret : count;
}

/* Makes room in a buffer that is full: hands out a piece, and keeps some, for the last one. */
static inline int __bpf_stream_source_make_room(struct __bpf_stream_assembler *to,
						struct __bpf_stream_source *source)
{
	size_t most = source->len - 16, n = most;
	int ret;

	if (source->ahead) {
		ret = __bpf_stream_source_lines(to, source, true);
		if (ret)
			return ret;
	}
	/* A record that the begun line certainly does not belong to */
	if (source->line && source->line < source->len && source->report == __BPF_LOG_LINE_NONE &&
	    source->buf[source->line] != '\t')
		return __bpf_stream_source_judge(to, source, source->len - source->line);

	while (n && source->buf[n - 1] != '\n')
		n--;
	if (!n)
		n = __bpf_stream_cut(source->buf, most);
	/* Its beginning is gone then, or was, and cannot be looked at when the rest is there. */
	source->inside = source->inside || (n >= source->line && source->line < source->len);
	return __bpf_stream_source_emit(to, source, n, false);
}

/* A step through what was read: up to the end of a line, or of the buffer */
static inline int __bpf_stream_source_step(struct __bpf_stream_assembler *to,
					   struct __bpf_stream_source *source)
{
	size_t room = to->max_record - source->len, n = source->in_len;
	const char *nl;

	if (!room)
		return __bpf_stream_source_make_room(to, source);
	nl = (const char *)memchr(source->in, '\n', n);
	if (nl)
		n = (size_t)(nl - source->in) + 1;
	if (n > room)
		n = room;
	memcpy(source->buf + source->len, source->in, n);
	source->len += n;
	source->in += n;
	source->in_len -= n;
	if (source->buf[source->len - 1] != '\n' && !source->ahead)
		return 0;
	return __bpf_stream_source_lines(to, source, false);
}

/* Hands out what is held, as it is. */
static inline int __bpf_stream_source_flush(struct __bpf_stream_assembler *to,
					    struct __bpf_stream_source *source)
{
	int ret = 0, more;
	bool last;

	if (source->ahead)
		ret = __bpf_stream_source_lines(to, source, true);
	if (ret < 0 || !source->len)
		return ret;
	if (source->line < source->len) {
		more = __bpf_stream_source_judge(to, source, source->len - source->line);
		if (more < 0)
			return more;
		ret += more;
	}
	last = source->buf[source->len - 1] == '\n';
	source->inside = !last;
	more = __bpf_stream_source_emit(to, source, source->len, last);
	return more < 0 ? more : ret + more;
}

#endif /* BPF_STREAM_USER_ASSEMBLE_H */
