/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/user/report.h - parse kernel reports. Part of user.h: include that.
 *
 * A report is several lines that the kernel writes in one piece: to BPF_STDERR after a fault of the
 * program, or to either stream when the program dumps its stack (7.0 and later):
 *
 *	ERROR: AA or ABBA deadlock detected for bpf_res_spin_lock
 *	Attempted lock   = 0xffff888004d71d30
 *	Total held locks = 2
 *	Held lock[ 0] = 0xffff888004d71d30
 *	Held lock[ 1] = 0xffff888004d71d38
 *	CPU: 1 UID: 0 PID: 99 Comm: test
 *	Call trace:
 *	bpf_res_spin_lock+0x8f/0xd0
 *	bpf_prog_c54d3304540077df_report+0xf8/0x12a
 *	  ret = bpf_res_spin_lock(&again->lock); @ spin_lock.bpf.c:41
 *	bpf_test_run+0x25d/0x460
 *	<an empty line>
 *
 * Only reports about locks have the lines with locks, a stack dump has no ERROR line, and the
 * kernel omits lines when memory is short. So a report ends at the empty line, or before a line
 * that cannot follow.
 */
#ifndef BPF_STREAM_USER_REPORT_H
#define BPF_STREAM_USER_REPORT_H

/* The most held locks that the kernel lists */
#define BPF_LOG_REPORT_HELD_MAX 31

/* Kinds of reports, and the first Linux version that has them; more may come */
enum bpf_log_report_kind {
	BPF_LOG_REPORT_STACK, /* 7.0: a stack dump, not an error */
	BPF_LOG_REPORT_MAY_GOTO, /* 6.17: a loop ran for more than 250 ms */
	BPF_LOG_REPORT_LOCK_DEADLOCK, /* 6.17: bpf_res_spin_lock(), deadlock */
	BPF_LOG_REPORT_LOCK_TIMEOUT, /* 6.17: bpf_res_spin_lock(), waited for 250 ms */
	BPF_LOG_REPORT_ARENA, /* 6.18: access to an arena address without a page */
};

/**
 * struct bpf_log_report - a parsed report; fields that it does not have are 0, NULL or false
 * @kind:	its subject
 * @write:	arena: the access was a write
 * @irqsave:	locks: taken with bpf_res_spin_lock_irqsave()
 * @address:	arena: the address, as user space sees it; locks: the kernel's address of the lock
 *		that the program tried to take
 * @held_total:	locks: how many this CPU holds; 6.17 also counts the one that the program tried to
 *		take, and one for each earlier deadlock on this CPU
 * @nr_held:	number of locks in @held
 * @held:	their addresses
 * @has_task:	there is a line with CPU, UID, PID and Comm
 * @cpu:	the CPU it ran on
 * @uid:	effective user id, seen from the initial user namespace
 * @pid:	thread id, seen from the initial PID namespace
 * @comm:	name of the thread, @comm_len bytes, any bytes, including newlines
 * @frames:	the lines of the stack, @frames_len bytes, for bpf_log_report_next_frame()
 */
struct bpf_log_report {
	enum bpf_log_report_kind kind;
	bool write;
	bool irqsave;
	uint64_t address;
	uint32_t held_total;
	uint32_t nr_held;
	uint64_t held[BPF_LOG_REPORT_HELD_MAX];
	bool has_task;
	int32_t cpu;
	uint32_t uid;
	int32_t pid;
	const char *comm;
	size_t comm_len;
	const char *frames;
	size_t frames_len;
};

/**
 * struct bpf_log_frame - one function on the stack, the innermost first
 * @symbol:	its name, @symbol_len bytes; of a BPF program "bpf_prog_<tag>_<name>"; an address
 *		("0x...") where the kernel has no name
 * @offset:	in the function, in bytes
 * @size:	of the function, in bytes; 0 if only an address is known
 * @module:	kernel module, @module_len bytes, or NULL
 * @source:	BPF programs with BTF: the source line, @source_len bytes, or NULL
 * @file:	with @source: the file, @file_len bytes
 * @line:	with @source: the line in @file
 */
struct bpf_log_frame {
	const char *symbol;
	size_t symbol_len;
	uint64_t offset;
	uint64_t size;
	const char *module;
	size_t module_len;
	const char *source;
	size_t source_len;
	const char *file;
	size_t file_len;
	uint32_t line;
};

/* The lines of a report in order. Those of held locks and frames may repeat. */
enum {
	__BPF_LOG_LINE_NONE = -1, /* not a line of a report */
	__BPF_LOG_LINE_ERROR,
	__BPF_LOG_LINE_ATTEMPTED,
	__BPF_LOG_LINE_TOTAL,
	__BPF_LOG_LINE_HELD,
	__BPF_LOG_LINE_TASK,
	__BPF_LOG_LINE_TRACE,
	__BPF_LOG_LINE_FRAME,
	__BPF_LOG_LINE_EMPTY, /* the last */
};

/* Skip @with if it is next. */
static inline bool __bpf_log_skip(const char **p, const char *end, const char *with)
{
	if (!__bpf_log_starts(*p, end, with))
		return false;
	*p += strlen(with);
	return true;
}

/* Skip a number of at most 64 bits, as %lx, %px or %d print it. */
static inline bool __bpf_log_skip_hex(const char **p, const char *end, uint64_t *value)
{
	const char *from = *p;
	uint64_t v = 0;

	for (; *p < end && *p - from < 16; (*p)++) {
		char c = **p;

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			break;
	}
	*value = v;
	return *p > from;
}

static inline bool __bpf_log_skip_int(const char **p, const char *end, int64_t *value)
{
	bool negative = __bpf_log_skip(p, end, "-");
	const char *from = *p;
	uint64_t v;

	while (*p < end && **p >= '0' && **p <= '9')
		(*p)++;
	if (!__bpf_log_number(from, *p, UINT32_MAX, &v))
		return false;
	*value = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

/* "CPU: 1 UID: 0 PID: 99 Comm: test" */
static inline bool __bpf_log_report_task(const char *p, const char *end,
					 struct bpf_log_report *report)
{
	int64_t cpu, uid, pid;

	if (!__bpf_log_skip(&p, end, "CPU: ") || !__bpf_log_skip_int(&p, end, &cpu) ||
	    !__bpf_log_skip(&p, end, " UID: ") || !__bpf_log_skip_int(&p, end, &uid) ||
	    !__bpf_log_skip(&p, end, " PID: ") || !__bpf_log_skip_int(&p, end, &pid) ||
	    !__bpf_log_skip(&p, end, " Comm: "))
		return false;
	report->has_task = true;
	report->cpu = (int32_t)cpu;
	report->uid = (uint32_t)uid;
	report->pid = (int32_t)pid;
	report->comm = p;
	report->comm_len = (size_t)(end - p);
	return true;
}

/* "bpf_test_run+0x25d/0x460", optionally followed by " [module]", or "0xffffffffc0123456" */
static inline bool __bpf_log_report_symbol(const char *p, const char *end,
					   struct bpf_log_frame *frame)
{
	const char *from = p, *plus;
	uint64_t address;

	if (__bpf_log_skip(&p, end, "0x") && __bpf_log_skip_hex(&p, end, &address) && p == end) {
		frame->symbol = from;
		frame->symbol_len = (size_t)(end - from);
		return true;
	}
	for (plus = from; plus < end && *plus != '+'; plus++) {
		if ((unsigned char)*plus <= ' ')
			return false;
	}
	p = plus;
	if (p == from || !__bpf_log_skip(&p, end, "+0x") ||
	    !__bpf_log_skip_hex(&p, end, &frame->offset) || !__bpf_log_skip(&p, end, "/0x") ||
	    !__bpf_log_skip_hex(&p, end, &frame->size))
		return false;
	if (p < end) {
		if (!__bpf_log_skip(&p, end, " [") || p == end || end[-1] != ']')
			return false;
		frame->module = p;
		frame->module_len = (size_t)(end - 1 - p);
	}
	frame->symbol = from;
	frame->symbol_len = (size_t)(plus - from);
	return true;
}

/* "  source line @ file:line"; the source line may contain " @ ". */
static inline bool __bpf_log_report_source(const char *p, const char *end,
					   struct bpf_log_frame *frame)
{
	const char *from, *at, *colon;
	uint64_t line;

	if (!__bpf_log_skip(&p, end, "  "))
		return false;
	from = p;
	for (at = end; at > from && !__bpf_log_starts(at, end, " @ "); at--)
		;
	for (colon = end; colon > at && *(colon - 1) != ':'; colon--)
		;
	if (!__bpf_log_starts(at, end, " @ ") || colon < at + 4 ||
	    !__bpf_log_number(colon, end, UINT32_MAX, &line))
		return false;
	frame->source = from;
	frame->source_len = (size_t)(at - from);
	frame->file = at + 3;
	frame->file_len = (size_t)(colon - 1 - frame->file);
	frame->line = (uint32_t)line;
	return true;
}

/* "ERROR: ..." */
static inline bool __bpf_log_report_error(const char *p, const char *end,
					  struct bpf_log_report *report)
{
	if (!__bpf_log_is_report(p, end))
		return false;
	if (__bpf_log_skip(&p, end, "ERROR: Arena ")) {
		report->kind = BPF_LOG_REPORT_ARENA;
		report->write = __bpf_log_starts(p, end, "WRITE");
		p = (const char *)memchr(p, '0', (size_t)(end - p)) + strlen("0x");
		__bpf_log_skip_hex(&p, end, &report->address);
	} else if (__bpf_log_starts(p, end, "ERROR: Timeout detected for may_goto")) {
		report->kind = BPF_LOG_REPORT_MAY_GOTO;
	} else {
		report->kind = __bpf_log_starts(p, end, "ERROR: Timeout")
				       ? BPF_LOG_REPORT_LOCK_TIMEOUT
				       : BPF_LOG_REPORT_LOCK_DEADLOCK;
		p = (const char *)memchr(p, '_', (size_t)(end - p));
		report->irqsave = __bpf_log_starts(p, end, "_res_spin_lock_irqsave");
	}
	return true;
}

/* "Attempted lock   = 0x...", "Total held locks = 2", "Held lock[ 0] = 0x..." */
static inline int __bpf_log_report_lock(const char *p, const char *end,
					struct bpf_log_report *report)
{
	uint64_t address;
	int64_t number;

	if (__bpf_log_skip(&p, end, "Attempted lock   = 0x")) {
		if (!__bpf_log_skip_hex(&p, end, &address) || p < end)
			return __BPF_LOG_LINE_NONE;
		report->address = address;
		return __BPF_LOG_LINE_ATTEMPTED;
	}
	if (__bpf_log_skip(&p, end, "Total held locks = ")) {
		if (!__bpf_log_skip_int(&p, end, &number) || p < end)
			return __BPF_LOG_LINE_NONE;
		report->held_total = (uint32_t)number;
		return __BPF_LOG_LINE_TOTAL;
	}
	if (!__bpf_log_skip(&p, end, "Held lock["))
		return __BPF_LOG_LINE_NONE;
	__bpf_log_skip(&p, end, " ");
	if (!__bpf_log_skip_int(&p, end, &number) || !__bpf_log_skip(&p, end, "] = 0x") ||
	    !__bpf_log_skip_hex(&p, end, &address) || p < end)
		return __BPF_LOG_LINE_NONE;
	if (report->nr_held < BPF_LOG_REPORT_HELD_MAX)
		report->held[report->nr_held++] = address;
	return __BPF_LOG_LINE_HELD;
}

/* Classify a line, without its newline, and parse it into @report. */
static inline int __bpf_log_report_line(const char *p, const char *end,
					struct bpf_log_report *report)
{
	struct bpf_log_frame frame;
	const char *behind = p;

	if (p == end)
		return __BPF_LOG_LINE_EMPTY;
	if (__bpf_log_report_error(p, end, report))
		return __BPF_LOG_LINE_ERROR;
	if (__bpf_log_report_task(p, end, report))
		return __BPF_LOG_LINE_TASK;
	if (__bpf_log_skip(&behind, end, "Call trace:") && behind == end)
		return __BPF_LOG_LINE_TRACE;
	if (__bpf_log_report_symbol(p, end, &frame) || __bpf_log_report_source(p, end, &frame))
		return __BPF_LOG_LINE_FRAME;
	return __bpf_log_report_lock(p, end, report);
}

/*
 * The name of a thread has up to 15 bytes, including newlines. So lines after Comm belong to the
 * name if "Call trace:" comes where the name can end. With COMM_KNOWN bytes from the start of the
 * name on, that is decided.
 */
#define __BPF_LOG_COMM_MAX   15
#define __BPF_LOG_COMM_KNOWN (__BPF_LOG_COMM_MAX + 1 + sizeof("Call trace:"))
static inline const char *__bpf_log_report_trace(const char *comm, const char *end)
{
	const char *trace = NULL, *p = comm;

	while ((p = (const char *)memchr(p, '\n', (size_t)(end - p)))) {
		if (++p - comm > __BPF_LOG_COMM_MAX + 1)
			break;
		if (__bpf_log_starts(p, end, "Call trace:") &&
		    (p + strlen("Call trace:") == end || p[strlen("Call trace:")] == '\n'))
			trace = p;
	}
	return trace;
}

/*
 * Return @line if it may follow @before in a report, else __BPF_LOG_LINE_NONE.
 */
static inline int __bpf_log_report_next(int before, int line)
{
	if (line == before && line != __BPF_LOG_LINE_HELD && line != __BPF_LOG_LINE_FRAME)
		return __BPF_LOG_LINE_NONE;
	return line >= before ? line : __BPF_LOG_LINE_NONE;
}

/*
 * Add the line [@p, @end) to @report, which has come to the line @before; __BPF_LOG_LINE_NONE
 * starts a report. @in_comm: the line continues the thread's name. Return the line that the report
 * has come to, or __BPF_LOG_LINE_NONE if the line does not belong to it; @report is unchanged
 * then.
 */
static inline int __bpf_log_report_take(struct bpf_log_report *report, int before, const char *p,
					const char *end, bool in_comm)
{
	struct bpf_log_report with = *report;
	int line, next;

	if (in_comm) {
		report->comm_len = (size_t)(end - report->comm);
		return before;
	}
	line = __bpf_log_report_line(p, end, &with);
	if (before == __BPF_LOG_LINE_NONE)
		next = line == __BPF_LOG_LINE_ERROR || line == __BPF_LOG_LINE_TASK
			       ? line
			       : __BPF_LOG_LINE_NONE;
	else
		next = __bpf_log_report_next(before, line);
	if (next == __BPF_LOG_LINE_NONE)
		return next;
	if (next == __BPF_LOG_LINE_TRACE && with.comm)
		with.comm_len = (size_t)(p - 1 - with.comm);
	if (next == __BPF_LOG_LINE_FRAME) {
		if (!with.frames)
			with.frames = p;
		with.frames_len = (size_t)(end - with.frames);
	}
	*report = with;
	return next;
}

/**
 * bpf_log_report_parse() - parse a kernel report
 * @text:	whole lines, starting with the first line of the report; more may follow
 * @len:	in bytes; nothing after it is read
 * @report:	always filled in; valid as long as @text
 *
 * For text from anywhere: struct bpf_stream_assembler and struct bpf_stream_consumer do this
 * themselves. A stack dump starts with its CPU line, which bpf_log_parse() alone reports as plain
 * because it sees one line.
 *
 * Return: the number of bytes that belong to the report, including the empty line at its end if
 * there is one; 0 if @text does not start with a report.
 */
static inline size_t bpf_log_report_parse(const char *text, size_t len,
					  struct bpf_log_report *report)
{
	const char *p = text, *end = text + len, *trace = NULL;
	int before = __BPF_LOG_LINE_NONE;

	memset(report, 0, sizeof(*report));
	while (p < end && before != __BPF_LOG_LINE_EMPTY) {
		const char *nl = (const char *)memchr(p, '\n', (size_t)(end - p));
		const char *line_end = nl ? nl : end;
		int next = __bpf_log_report_take(report, before, p, line_end, trace && p < trace);

		if (next == __BPF_LOG_LINE_NONE)
			break;
		if (next == __BPF_LOG_LINE_TASK && before != __BPF_LOG_LINE_TASK)
			trace = __bpf_log_report_trace(report->comm, end);
		before = next;
		p = nl ? nl + 1 : end;
	}
	return (size_t)(p - text);
}

/**
 * bpf_log_report_next_frame() - the next frame of a report's stack
 * @report:	the report; consumed, so use a copy to walk it twice
 * @frame:	filled in; points into the text
 *
 * Return: true and a frame, or false when there is none left.
 */
static inline bool bpf_log_report_next_frame(struct bpf_log_report *report,
					     struct bpf_log_frame *frame)
{
	const char *p = report->frames, *end;
	bool found = false;

	memset(frame, 0, sizeof(*frame));
	if (!report->frames_len)
		return false;
	end = p + report->frames_len;
	while (p < end) {
		const char *nl = (const char *)memchr(p, '\n', (size_t)(end - p));
		const char *line_end = nl ? nl : end;

		/* A source line may follow the symbol; the next symbol starts a new frame. */
		if (found && *p != ' ')
			break;
		if (*p == ' ')
			__bpf_log_report_source(p, line_end, frame);
		else
			__bpf_log_report_symbol(p, line_end, frame);
		found = true;
		p = nl ? nl + 1 : end;
	}
	report->frames = p;
	report->frames_len = (size_t)(end - p);
	return found;
}

#endif /* BPF_STREAM_USER_REPORT_H */
