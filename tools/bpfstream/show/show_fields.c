/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* show_fields.c - a record with all its fields: for people, and as JSON. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/json.h"
#include "show/show_fields.h"
#include "show/times.h"

static const char *const kinds[] = {
	[BPF_LOG_KIND_RECORD] = "record",
	[BPF_LOG_KIND_CONTINUATION] = "continuation",
	[BPF_LOG_KIND_PLAIN] = "plain",
	[BPF_LOG_KIND_REPORT] = "report",
};

static const char *const reports[] = {
	[BPF_LOG_REPORT_STACK] = "stack",
	[BPF_LOG_REPORT_MAY_GOTO] = "may_goto timeout",
	[BPF_LOG_REPORT_LOCK_DEADLOCK] = "lock deadlock",
	[BPF_LOG_REPORT_LOCK_TIMEOUT] = "lock timeout",
	[BPF_LOG_REPORT_ARENA] = "arena fault",
};

/*
 * For people: a line with the program, and a line for each field below it. Fields are indented, so
 * that no message can look like another record.
 */

struct fields {
	struct show *show;
	const void *by;
	enum sink_id id;
};

static void put(const struct fields *f, const char *text, size_t len)
{
	sink_put(&f->show->sink, f->id, f->by, text, len);
}

static void put_end(const struct fields *f)
{
	sink_put_as_is(&f->show->sink, f->id, f->by, "\n", 1);
}

static void put_key(const struct fields *f, const char *key)
{
	char text[32];

	put(f, text, snprintf(text, sizeof(text), "    %-8s ", key));
}

/* @text may have several lines. */
static void field(const struct fields *f, const char *key, const char *text, size_t len)
{
	const char *nl;
	size_t n;

	do {
		nl = memchr(text, '\n', len);
		n = nl ? (size_t)(nl - text) : len;
		put_key(f, key);
		put(f, text, n);
		put_end(f);
		key = "";
		text += n + !!nl;
		len -= n + !!nl;
	} while (len);
}

static void fieldf(const struct fields *f, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void fieldf(const struct fields *f, const char *key, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	field(f, key, text, strlen(text));
}

static void put_frame(const struct fields *f, const struct bpf_log_frame *frame)
{
	char text[64];

	put_key(f, "at");
	put(f, frame->symbol, frame->symbol_len);
	if (frame->size)
		put(f, text,
		    snprintf(text, sizeof(text), "+0x%llx/0x%llx",
			     (unsigned long long)frame->offset, (unsigned long long)frame->size));
	if (frame->module) {
		put(f, " [", 2);
		put(f, frame->module, frame->module_len);
		put(f, "]", 1);
	}
	put_end(f);
	if (!frame->source)
		return;
	put_key(f, "");
	put(f, "  ", 2);
	put(f, frame->file, frame->file_len);
	put(f, text, snprintf(text, sizeof(text), ":%u: ", frame->line));
	put(f, frame->source, frame->source_len);
	put_end(f);
}

static void put_report(const struct fields *f, const struct bpf_log_report *report)
{
	struct bpf_log_report frames = *report;
	struct bpf_log_frame frame;

	fieldf(f, "report", "%s", reports[report->kind]);
	if (report->kind == BPF_LOG_REPORT_ARENA)
		fieldf(f, "access", "%s", report->write ? "write" : "read");
	if (report->address)
		fieldf(f, "address", "0x%llx", (unsigned long long)report->address);
	for (unsigned int i = 0; i < report->nr_held; i++)
		fieldf(f, i ? "" : "held", "0x%llx", (unsigned long long)report->held[i]);
	if (report->has_task) {
		fieldf(f, "cpu", "%d", report->cpu);
		fieldf(f, "uid", "%u", report->uid);
		fieldf(f, "pid", "%d", report->pid);
		field(f, "comm", report->comm, report->comm_len);
	}
	while (bpf_log_report_next_frame(&frames, &frame))
		put_frame(f, &frame);
}

void show_fields(struct show *show, const struct show_source *source,
		 const struct bpf_stream_record *rec)
{
	const struct fields f = {
		.show = show,
		.by = source,
		.id = rec->stream_id == BPF_STREAM_ID_STDERR ? SINK_STDERR : SINK_STDOUT,
	};
	const char *level = bpf_log_level_name(rec->log.level);
	char text[128], iso[TIMES_ISO_SIZE];

	put(&f, source->name, strlen(source->name));
	put(&f, text,
	    snprintf(text, sizeof(text), "[%u] %s %s%s", source->id,
		     output_stream_name(rec->stream_id), kinds[rec->log.kind],
		     rec->first && rec->last ? "" : ", piece"));
	put_end(&f);
	if (level)
		fieldf(&f, "level", "%s", level);
	if (rec->log.has_time) {
		times_iso(rec->log.time_ns, show->wall_ns, iso);
		fieldf(&f, "time", "%llu.%09llu", (unsigned long long)rec->log.time_ns / 1000000000,
		       (unsigned long long)rec->log.time_ns % 1000000000);
		fieldf(&f, "date", "%s", iso);
	}
	if (rec->log.file) {
		put_key(&f, "place");
		put(&f, rec->log.file, rec->log.file_len);
		put(&f, text, snprintf(text, sizeof(text), ":%u", rec->log.line));
		put_end(&f);
	}
	if (rec->log.has_cpu)
		fieldf(&f, "cpu", "%u", rec->log.cpu);
	if (rec->log.has_pid)
		fieldf(&f, "pid", "%u", rec->log.pid);
	if (rec->report)
		put_report(&f, rec->report);
	else
		field(&f, "message", rec->log.text, rec->log.text_len);
}

/* JSON */

static void json_report(struct buf *json, const struct bpf_log_report *report)
{
	struct bpf_log_report frames = *report;
	struct bpf_log_frame frame;
	const char *comma = "";

	buf_addf(json, ",\"report\":{\"kind\":\"%s\"", reports[report->kind]);
	if (report->kind == BPF_LOG_REPORT_ARENA)
		buf_addf(json, ",\"access\":\"%s\"", report->write ? "write" : "read");
	/* As a string: numbers in JSON are exact only up to 2^53. */
	if (report->address)
		buf_addf(json, ",\"address\":\"0x%llx\"", (unsigned long long)report->address);
	if (report->nr_held) {
		buf_addf(json, ",\"held\":[");
		for (unsigned int i = 0; i < report->nr_held; i++)
			buf_addf(json, "%s\"0x%llx\"", i ? "," : "",
				 (unsigned long long)report->held[i]);
		buf_addf(json, "]");
	}
	if (report->has_task) {
		buf_addf(json, ",\"cpu\":%d,\"uid\":%u,\"pid\":%d,\"comm\":", report->cpu,
			 report->uid, report->pid);
		json_string(json, report->comm, report->comm_len);
	}
	buf_addf(json, ",\"frames\":[");
	while (bpf_log_report_next_frame(&frames, &frame)) {
		buf_addf(json, "%s{\"symbol\":", comma);
		json_string(json, frame.symbol, frame.symbol_len);
		if (frame.size)
			buf_addf(json, ",\"offset\":%llu,\"size\":%llu",
				 (unsigned long long)frame.offset, (unsigned long long)frame.size);
		if (frame.module) {
			buf_addf(json, ",\"module\":");
			json_string(json, frame.module, frame.module_len);
		}
		if (frame.source) {
			buf_addf(json, ",\"file\":");
			json_string(json, frame.file, frame.file_len);
			buf_addf(json, ",\"line\":%u,\"source\":", frame.line);
			json_string(json, frame.source, frame.source_len);
		}
		buf_addf(json, "}");
		comma = ",";
	}
	buf_addf(json, "]}");
}

static bool json_put(struct show *show, const struct show_source *source, struct buf *json)
{
	buf_text(json, "}\n");
	if (json->failed) {
		msg("out of memory");
		show->sink.failed = true;
	} else {
		sink_put_as_is(&show->sink, SINK_STDOUT, source, json->data, json->len);
	}
	return !show->sink.failed;
}

/* Reuses the buffer of the last line. */
static struct buf *json_begin(struct show *show, const struct show_source *source)
{
	struct buf *json = &show->line;

	json->len = 0;
	buf_text(json, "{\"prog\":");
	json_string(json, source->name, strlen(source->name));
	buf_text(json, ",\"id\":");
	buf_number(json, source->id);
	if (source->tag) {
		buf_text(json, ",\"tag\":\"");
		buf_text(json, source->tag);
		buf_text(json, "\"");
	}
	return json;
}

static void json_time(const struct show *show, struct buf *json, uint64_t time_ns)
{
	buf_text(json, ",\"time_ns\":");
	buf_number(json, time_ns);
	buf_text(json, ",\"time\":\"");
	if (buf_reserve(json, TIMES_ISO_SIZE))
		json->len += times_iso(time_ns, show->wall_ns, json->data + json->len);
	buf_text(json, "\"");
}

void show_json(struct show *show, const struct show_source *source,
	       const struct bpf_stream_record *rec)
{
	const char *level = bpf_log_level_name(rec->log.level);
	struct buf *json = json_begin(show, source);

	buf_text(json, ",\"stream\":\"");
	buf_text(json, output_stream_name(rec->stream_id));
	buf_text(json, "\",\"kind\":\"");
	buf_text(json, kinds[rec->log.kind]);
	buf_text(json, "\"");
	if (level) {
		buf_text(json, ",\"level\":\"");
		buf_text(json, level);
		buf_text(json, "\"");
	}
	if (rec->log.has_time)
		json_time(show, json, rec->log.time_ns);
	if (rec->log.file) {
		buf_text(json, ",\"file\":");
		json_string(json, rec->log.file, rec->log.file_len);
		buf_text(json, ",\"line\":");
		buf_number(json, rec->log.line);
	}
	if (rec->log.has_cpu) {
		buf_text(json, ",\"cpu\":");
		buf_number(json, rec->log.cpu);
	}
	if (rec->log.has_pid) {
		buf_text(json, ",\"pid\":");
		buf_number(json, rec->log.pid);
	}
	if (!rec->first || !rec->last)
		buf_addf(json, ",\"first\":%s,\"last\":%s", rec->first ? "true" : "false",
			 rec->last ? "true" : "false");
	buf_text(json, ",\"message\":");
	json_string(json, rec->log.text, rec->log.text_len);
	if (rec->report)
		json_report(json, rec->report);
	json_put(show, source, json);
}

/* "event" is what earlier versions had. */
bool show_json_gone(struct show *show, const struct show_source *source, uint64_t time_ns)
{
	struct buf *json = json_begin(show, source);

	buf_text(json, ",\"kind\":\"gone\",\"event\":\"gone\"");
	json_time(show, json, time_ns);
	return json_put(show, source, json);
}

bool show_lost(struct show *show, const struct show_source *source, const struct show_lost *event)
{
	const struct bpf_log_lost *lost = event->lost;
	struct buf *json = json_begin(show, source);

	buf_addf(json, ",\"stream\":\"%s\",\"kind\":\"lost\"",
		 output_stream_name(event->stream_id));
	json_time(show, json, event->time_ns);
	buf_addf(json,
		 ",\"lost\":%" PRIu64 ",\"full\":%" PRIu64 ",\"no_memory\":%" PRIu64
		 ",\"busy\":%" PRIu64 ",\"invalid\":%" PRIu64 ",\"too_long\":%" PRIu64
		 ",\"other\":%" PRIu64 ",\"total\":%" PRIu64 ",\"shared_with\":[",
		 bpf_log_lost_total(lost), lost->full, lost->no_memory, lost->busy, lost->invalid,
		 lost->too_long, lost->other, event->total);
	for (size_t i = 0; i < event->nr_others; i++)
		buf_addf(json, "%s%u", i ? "," : "", event->others[i]);
	buf_text(json, "]");
	return json_put(show, source, json);
}
