/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/assembler.h - build records from text that was cut anywhere. Part of user.h:
 * include that.
 *
 * An assembler takes the text of one stream, from wherever the caller has it (a read, a peek, a
 * file), and calls back with whole records. It has no fd and no clock:
 *
 *	char buf[8192], text[BPF_STREAM_READ_SIZE];
 *	struct bpf_stream_assembler as;
 *	int n;
 *
 *	bpf_stream_assembler_init(&as, buf, sizeof(buf), BPF_STREAM_ID_STDOUT, print, NULL);
 *	while ((n = bpf_stream_read(prog_fd, BPF_STREAM_ID_STDOUT, text, sizeof(text))) > 0)
 *		bpf_stream_assembler_feed(&as, text, n);
 *	bpf_stream_assembler_flush(&as);
 *
 * A record is a line and the lines after it that start with a tab, or a kernel report with all its
 * lines. The assembler knows that a record is complete when the next one begins. Until then it
 * holds the record; _settle() and _flush() hand it out earlier. A record that does not fit into
 * the buffer is handed out in pieces.
 */
#ifndef BPF_STREAM_USER_ASSEMBLER_H
#define BPF_STREAM_USER_ASSEMBLER_H

/**
 * struct bpf_stream_record - a record, as the callback gets it
 * @prog_fd, @prog_ctx: the program, as given to bpf_stream_consumer__add_prog(); -1 and NULL if
 *		the record comes from an assembler or a ring of your own. All programs of an object
 *		write to one ring, so of its records it is the first of them that was added, or -1
 *		and the ctx given to bpf_stream_consumer__add_ring().
 * @stream_id:	BPF_STREAM_ID_STDOUT or BPF_STREAM_ID_STDERR
 * @log:	the parsed record. @log.kind is BPF_LOG_KIND_RECORD, _PLAIN, _REPORT, or
 *		_CONTINUATION if the record it continues was handed out before. @log.text includes
 *		the continuation lines ("\n\t..."), without the final newline.
 * @report:	the parsed kernel report, or NULL
 * @raw:	all bytes, as they were in the stream
 * @raw_len:	length of @raw
 * @first:	this is the start of the record
 * @last:	this is the end of the record
 *
 * Both are true unless the record is larger than the buffer or was handed out before its newline.
 * Later pieces have kind, level and time of the first one, and all their bytes as text.
 *
 * The record is valid until the callback returns. Text may contain any byte and is not
 * NUL-terminated.
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
 * typedef bpf_stream_record_fn - callback for a record
 * @ctx:	as given to bpf_stream_assembler_init() or bpf_stream_consumer__new()
 *
 * Return: 0 or positive to continue. A negative value stops the call that led here, which returns
 * it. The record counts as handed out; the next call continues after it.
 */
typedef int (*bpf_stream_record_fn)(void *ctx, const struct bpf_stream_record *rec);

/* The smallest buffer of an assembler, in bytes */
#define BPF_STREAM_ASSEMBLER_MIN 256
/* The largest that a consumer or a ring allocates */
#define __BPF_STREAM_RECORD_MAX (1U << 30)

/**
 * struct bpf_stream_assembler - builds the records of one stream; all fields are private
 */
struct bpf_stream_assembler {
	bpf_stream_record_fn fn;
	void *ctx;
	int prog_fd;
	void *prog_ctx;
	int stream_id;
	const char *in; /* text that has been fed and not processed */
	size_t in_len;
	char *buf; /* the record that is being built */
	size_t size;
	size_t len; /* bytes used in buf */
	size_t line; /* start of the last line in buf, or of the next one */
	int report_line; /* last line of the report in buf, or __BPF_LOG_LINE_NONE */
	struct bpf_log_report report; /* of that report: the lines before @line */
	bool cut; /* a piece of the record has been handed out */
	bool inside; /* so has the start of the line at @line */
	bool ahead; /* buf may have whole lines at @line that could not be classified yet */
	bool busy; /* in the callback */
	struct bpf_log_record head; /* of the record that was cut */
};

/**
 * bpf_stream_assembler_init() - start with an empty record
 * @buf:	must stay valid as long as @as is in use
 * @size:	size of @buf: records of up to this size are handed out whole. At least
 *		BPF_STREAM_ASSEMBLER_MIN; 8,192 holds every message and every kernel report.
 * @stream_id:	what the records get as stream_id
 * @fn:		called for every record
 * @ctx:	passed to @fn
 *
 * Return: 0, or -EINVAL if @size is too small or @fn is NULL.
 */
static inline int bpf_stream_assembler_init(struct bpf_stream_assembler *as, char *buf, size_t size,
					    int stream_id, bpf_stream_record_fn fn, void *ctx)
{
	if (size < BPF_STREAM_ASSEMBLER_MIN || !fn)
		return -EINVAL;
	memset(as, 0, sizeof(*as));
	as->fn = fn;
	as->ctx = ctx;
	as->prog_fd = -1;
	as->stream_id = stream_id;
	as->buf = buf;
	as->size = size;
	as->report_line = __BPF_LOG_LINE_NONE;
	return 0;
}

/* @p points into the buffer, whose first @n bytes have just been removed. */
static inline const char *__bpf_stream_assemble_moved(const struct bpf_stream_assembler *as,
						      const char *p, size_t n)
{
	return p && (size_t)(p - as->buf) >= n ? p - n : NULL;
}

/*
 * Hand out the first @n bytes of the buffer and move the rest to its start. @last: the record ends
 * there.
 */
static inline int __bpf_stream_assemble_emit(struct bpf_stream_assembler *as, size_t n, bool last)
{
	struct bpf_stream_record rec;
	struct bpf_log_report piece;
	int ret;

	memset(&rec, 0, sizeof(rec));
	rec.prog_fd = as->prog_fd;
	rec.prog_ctx = as->prog_ctx;
	rec.stream_id = as->stream_id;
	rec.raw = as->buf;
	rec.raw_len = n;
	rec.first = !as->cut;
	rec.last = last;
	if (rec.first) {
		bpf_log_parse(as->buf, n, &rec.log);
		if (as->report_line != __BPF_LOG_LINE_NONE) {
			rec.log.kind = BPF_LOG_KIND_REPORT;
			rec.report = &as->report;
			if (!last) {
				/* as->report may already cover lines after the cut */
				bpf_log_report_parse(as->buf, n, &piece);
				rec.report = &piece;
			}
		} else if (rec.log.kind == BPF_LOG_KIND_REPORT) {
			/* The line was too long to be classified, so it is not a report's. */
			rec.log.kind = BPF_LOG_KIND_PLAIN;
		}
	} else {
		rec.log = as->head;
		rec.log.text = as->buf;
		rec.log.text_len = n - (as->buf[n - 1] == '\n');
	}
	/* the empty line at the end of a report */
	if (rec.log.kind == BPF_LOG_KIND_REPORT && rec.log.text_len &&
	    rec.log.text[rec.log.text_len - 1] == '\n')
		rec.log.text_len--;

	as->head = rec.log;
	as->head.file = NULL;
	as->head.file_len = 0;
	as->head.line = 0;

	as->busy = true;
	ret = as->fn(as->ctx, &rec);
	as->busy = false;

	as->len -= n;
	memmove(as->buf, as->buf + n, as->len);
	as->line = as->line > n ? as->line - n : 0;
	as->report.comm = __bpf_stream_assemble_moved(as, as->report.comm, n);
	as->report.frames = __bpf_stream_assemble_moved(as, as->report.frames, n);
	as->cut = !last;
	if (last) {
		as->inside = false;
		as->report_line = __BPF_LOG_LINE_NONE;
	}
	return ret < 0 ? ret : 1;
}

/*
 * Start of the thread name that the line at as->line may continue, or NULL: a name may contain
 * newlines.
 */
static inline const char *__bpf_stream_assemble_comm(const struct bpf_stream_assembler *as)
{
	return as->report_line == __BPF_LOG_LINE_TASK ? as->report.comm : NULL;
}

/* Return whether that line continues the name, judged by the text after it. */
static inline bool __bpf_stream_assemble_in_comm(const struct bpf_stream_assembler *as)
{
	const char *comm = __bpf_stream_assemble_comm(as), *trace;

	trace = comm ? __bpf_log_report_trace(comm, as->buf + as->len) : NULL;
	return trace && as->buf + as->line < trace;
}

/* Return whether there is not enough text after it to decide. */
static inline bool __bpf_stream_assemble_unsure(const struct bpf_stream_assembler *as)
{
	const char *comm = __bpf_stream_assemble_comm(as);

	return comm && as->buf + as->line - comm <= __BPF_LOG_COMM_MAX + 1 &&
	       (size_t)(as->buf + as->len - comm) < __BPF_LOG_COMM_KNOWN;
}

/*
 * Classify the line at as->line, of @n bytes: either it belongs to the record in the buffer, or
 * that record is handed out and the line starts the next one. The line is complete, or will be
 * handed out incomplete. Return the number of records handed out, or the callback's negative value.
 */
static inline int __bpf_stream_assemble_judge(struct bpf_stream_assembler *as, size_t n)
{
	const char *p = as->buf + as->line, *end = p + n;
	size_t at = as->line;
	int ret = 0;

	if (as->inside)
		return 0;
	if (end > p && end[-1] == '\n')
		end--;
	if (at && as->report_line != __BPF_LOG_LINE_NONE) {
		int next = __bpf_log_report_take(&as->report, as->report_line, p, end,
						 __bpf_stream_assemble_in_comm(as));

		if (next != __BPF_LOG_LINE_NONE) {
			as->report_line = next;
			return 0;
		}
	} else if (at && *p == '\t') {
		return 0;
	}
	if (at)
		ret = __bpf_stream_assemble_emit(as, at, true);
	as->report_line = __BPF_LOG_LINE_NONE;
	/* The initials of ERROR and CPU: all other lines skip the parsing. */
	if (*as->buf == 'E' || *as->buf == 'C') {
		memset(&as->report, 0, sizeof(as->report));
		as->report_line = __bpf_log_report_take(&as->report, __BPF_LOG_LINE_NONE, p - at,
							end - at, false);
	}
	return ret;
}

/*
 * Classify the whole lines from as->line on, as far as that is possible; with @all, all of them,
 * because no more text will come. Return as __bpf_stream_assemble_judge().
 */
static inline int __bpf_stream_assemble_lines(struct bpf_stream_assembler *as, bool all)
{
	int count = 0, ret = 0;

	while (ret >= 0 && as->line < as->len) {
		const char *p = as->buf + as->line;
		size_t left = as->len - as->line, n = left;

		if (as->ahead) {
			const char *nl = (const char *)memchr(p, '\n', left);

			if (!nl)
				break;
			n = (size_t)(nl - p) + 1;
		}
		if (!all && __bpf_stream_assemble_unsure(as)) {
			as->ahead = true;
			return count;
		}
		ret = __bpf_stream_assemble_judge(as, n);
		as->inside = false;
		as->line += n;
		/* The empty line ends a report and belongs to it. */
		if (as->report_line == __BPF_LOG_LINE_EMPTY)
			ret = __bpf_stream_assemble_emit(as, as->line, true);
		count += ret > 0 ? ret : 0;
	}
	/* If the callback stopped this: continue here. */
	as->ahead = ret < 0 && as->line < as->len;
	return ret < 0 ? ret : count;
}

/* Make room in a full buffer: hand out a piece, and keep some bytes for the last one. */
static inline int __bpf_stream_assemble_make_room(struct bpf_stream_assembler *as)
{
	size_t most = as->len - 16, n = most;
	int ret;

	if (as->ahead) {
		ret = __bpf_stream_assemble_lines(as, true);
		if (ret)
			return ret;
	}
	/* The incomplete line cannot belong to the record before it. */
	if (as->line && as->line < as->len && as->report_line == __BPF_LOG_LINE_NONE &&
	    as->buf[as->line] != '\t')
		return __bpf_stream_assemble_judge(as, as->len - as->line);

	while (n && as->buf[n - 1] != '\n')
		n--;
	if (!n)
		n = bpf_stream_text_cut(as->buf, most);
	/* Once the start of a line has been handed out, the rest cannot be classified. */
	as->inside = as->inside || (n >= as->line && as->line < as->len);
	return __bpf_stream_assemble_emit(as, n, false);
}

/* Take text up to the end of a line, or as much as the buffer holds. */
static inline int __bpf_stream_assemble_step(struct bpf_stream_assembler *as)
{
	size_t room = as->size - as->len, n = as->in_len;
	const char *nl;

	if (!room)
		return __bpf_stream_assemble_make_room(as);
	nl = (const char *)memchr(as->in, '\n', n);
	if (nl)
		n = (size_t)(nl - as->in) + 1;
	if (n > room)
		n = room;
	memcpy(as->buf + as->len, as->in, n);
	as->len += n;
	as->in += n;
	as->in_len -= n;
	if (as->buf[as->len - 1] != '\n' && !as->ahead)
		return 0;
	return __bpf_stream_assemble_lines(as, false);
}

/**
 * bpf_stream_assembler_feed() - process the next text of the stream
 * @text:	the bytes after those of the last call, cut anywhere
 * @len:	in bytes
 *
 * If the callback stops this, @text must stay valid until bpf_stream_assembler_feed(as, NULL, 0)
 * has processed the rest and returned 0 or more.
 *
 * Return: the number of records handed out; -EBUSY in the callback, or while there is a rest; or
 * what the callback returned, if negative.
 */
static inline int bpf_stream_assembler_feed(struct bpf_stream_assembler *as, const char *text,
					    size_t len)
{
	int count = 0, ret;

	if (as->busy || (as->in_len && len))
		return -EBUSY;
	if (len) {
		as->in = text;
		as->in_len = len;
	}
	if (as->ahead) {
		count = __bpf_stream_assemble_lines(as, false);
		if (count < 0)
			return count;
	}
	while (as->in_len) {
		ret = __bpf_stream_assemble_step(as);
		if (ret < 0)
			return ret;
		count += ret;
	}
	return count;
}

/**
 * bpf_stream_assembler_pending() - how many bytes are held
 */
static inline size_t bpf_stream_assembler_pending(const struct bpf_stream_assembler *as)
{
	return as->len;
}

/**
 * bpf_stream_assembler_flush() - hand out everything that is held, incomplete lines included
 *
 * Return: as bpf_stream_assembler_feed().
 */
static inline int bpf_stream_assembler_flush(struct bpf_stream_assembler *as)
{
	int ret = 0, more;
	bool last;

	if (as->busy)
		return -EBUSY;
	if (as->ahead)
		ret = __bpf_stream_assemble_lines(as, true);
	if (ret < 0 || !as->len)
		return ret;
	if (as->line < as->len) {
		more = __bpf_stream_assemble_judge(as, as->len - as->line);
		if (more < 0)
			return more;
		ret += more;
	}
	last = as->buf[as->len - 1] == '\n';
	as->inside = !last;
	more = __bpf_stream_assemble_emit(as, as->len, last);
	return more < 0 ? more : ret + more;
}

/**
 * bpf_stream_assembler_settle() - hand out records that have their newline
 *
 * For a caller that has just found the stream empty: what a program writes with one call is
 * complete then. A continuation that comes later is a record of its own
 * (BPF_LOG_KIND_CONTINUATION). Incomplete lines stay held.
 *
 * Return: as bpf_stream_assembler_feed().
 */
static inline int bpf_stream_assembler_settle(struct bpf_stream_assembler *as)
{
	if (as->busy)
		return -EBUSY;
	if (!as->len)
		return 0;
	if (as->buf[as->len - 1] == '\n')
		return bpf_stream_assembler_flush(as);
	if (as->line && as->report_line == __BPF_LOG_LINE_NONE && as->buf[as->line] != '\t')
		return __bpf_stream_assemble_judge(as, as->len - as->line);
	return 0;
}

#endif /* BPF_STREAM_USER_ASSEMBLER_H */
