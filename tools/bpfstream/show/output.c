/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* output.c - the names of a record's fields in the journal and in syslog. */
#include <stdio.h>

#include "show/output.h"

int output_severity(const struct bpf_stream_record *rec)
{
	/* FATAL is critical: the program ended itself. No level maps to notice. */
	static const int levels[] = {2, 3, 4, 6, 7, 7};

	/* A stack dump is not an error: the program asked for it. */
	if (rec->log.kind == BPF_LOG_KIND_REPORT &&
	    !(rec->report && rec->report->kind == BPF_LOG_REPORT_STACK))
		return 3;
	if (rec->log.level >= 0 && rec->log.level < (int)(sizeof(levels) / sizeof(levels[0])))
		return levels[rec->log.level];
	/* Without a level, go by the stream. */
	return rec->stream_id == BPF_STREAM_ID_STDERR ? 4 : 6;
}

const char *output_report_name(const struct bpf_log_report *report)
{
	static const char *const names[] = {
		[BPF_LOG_REPORT_STACK] = "stack",
		[BPF_LOG_REPORT_MAY_GOTO] = "may_goto",
		[BPF_LOG_REPORT_LOCK_DEADLOCK] = "lock_deadlock",
		[BPF_LOG_REPORT_LOCK_TIMEOUT] = "lock_timeout",
		[BPF_LOG_REPORT_ARENA] = "arena",
	};

	if (!report || report->kind >= sizeof(names) / sizeof(names[0]))
		return NULL;
	return names[report->kind];
}

const char *output_stream_name(int stream_id)
{
	return stream_id == BPF_STREAM_ID_STDERR ? "stderr" : "stdout";
}

bool output_place(const struct bpf_stream_record *rec, struct output_place *place)
{
	struct bpf_log_report report;
	struct bpf_log_frame frame;

	if (rec->log.file) {
		*place = (struct output_place){rec->log.file, rec->log.file_len, rec->log.line};
		return true;
	}
	/* A stack dump starts in the header that requested it. */
	if (!rec->report || rec->report->kind == BPF_LOG_REPORT_STACK)
		return false;
	report = *rec->report;
	while (bpf_log_report_next_frame(&report, &frame)) {
		if (frame.file) {
			*place = (struct output_place){frame.file, frame.file_len, frame.line};
			return true;
		}
	}
	return false;
}

void output_identifier(char name[OUTPUT_IDENTIFIER + 1], const struct output_prog *prog)
{
	char *p;

	snprintf(name, OUTPUT_IDENTIFIER + 1, "bpf-%s", *prog->name ? prog->name : "unnamed");
	for (p = name; *p; p++) {
		if (!((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
		      (*p >= 'A' && *p <= 'Z') || *p == '.' || *p == '-'))
			*p = '_';
	}
}
