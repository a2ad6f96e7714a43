/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* show_fields.c - a record with all its fields: for people, and as JSON. */
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

static const char *stream_name(const struct bpf_stream_record *rec)
{
	return rec->stream_id == BPF_STREAM_ID_STDERR ? "stderr" : "stdout";
}

bool show_report(const struct bpf_stream_record *rec, struct bpf_log_report *report)
{
	return rec->first && rec->log.kind == BPF_LOG_KIND_REPORT &&
	       bpf_log_report_parse(rec->raw, rec->raw_len, report);
}

/*
 * For people: a line with the program, and below it, indented, so that nothing in a message can
 * look like another record, a line for each field.
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

/* May have several lines */
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

static void put_report(const struct fields *f, struct bpf_log_report *report)
{
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
	while (bpf_log_report_next_frame(report, &frame))
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
	struct bpf_log_report report;
	char text[128], iso[TIMES_ISO_SIZE];

	put(&f, source->name, strlen(source->name));
	put(&f, text,
	    snprintf(text, sizeof(text), "[%u] %s %s%s", source->id, stream_name(rec),
		     kinds[rec->log.kind], rec->first && rec->last ? "" : ", in part"));
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
	if (show_report(rec, &report))
		put_report(&f, &report);
	else
		field(&f, "message", rec->log.text, rec->log.text_len);
}

/* JSON */

static void json_report(struct json *json, struct bpf_log_report *report)
{
	struct bpf_log_frame frame;
	const char *comma = "";

	json_add(json, ",\"report\":{\"kind\":\"%s\"", reports[report->kind]);
	if (report->kind == BPF_LOG_REPORT_ARENA)
		json_add(json, ",\"access\":\"%s\"", report->write ? "write" : "read");
	/* As strings: JSON's numbers are exact up to 2^53. */
	if (report->address)
		json_add(json, ",\"address\":\"0x%llx\"", (unsigned long long)report->address);
	if (report->nr_held) {
		json_add(json, ",\"held\":[");
		for (unsigned int i = 0; i < report->nr_held; i++)
			json_add(json, "%s\"0x%llx\"", i ? "," : "",
				 (unsigned long long)report->held[i]);
		json_add(json, "]");
	}
	if (report->has_task) {
		json_add(json, ",\"cpu\":%d,\"uid\":%u,\"pid\":%d,\"comm\":", report->cpu,
			 report->uid, report->pid);
		json_string(json, report->comm, report->comm_len);
	}
	json_add(json, ",\"frames\":[");
	while (bpf_log_report_next_frame(report, &frame)) {
		json_add(json, "%s{\"symbol\":", comma);
		json_string(json, frame.symbol, frame.symbol_len);
		if (frame.size)
			json_add(json, ",\"offset\":%llu,\"size\":%llu",
				 (unsigned long long)frame.offset, (unsigned long long)frame.size);
		if (frame.module) {
			json_add(json, ",\"module\":");
			json_string(json, frame.module, frame.module_len);
		}
		if (frame.source) {
			json_add(json, ",\"file\":");
			json_string(json, frame.file, frame.file_len);
			json_add(json, ",\"line\":%u,\"source\":", frame.line);
			json_string(json, frame.source, frame.source_len);
		}
		json_add(json, "}");
		comma = ",";
	}
	json_add(json, "]}");
}

static bool json_put(struct show *show, const struct show_source *source, struct json *json)
{
	json_text(json, "}\n");
	if (json->failed) {
		msg("out of memory");
		show->sink.failed = true;
	} else {
		sink_put_as_is(&show->sink, SINK_STDOUT, source, json->text, json->len);
	}
	return !show->sink.failed;
}

/* The one before is used again. */
static struct json *json_begin(struct show *show, const struct show_source *source)
{
	struct json *json = &show->line;

	json->len = 0;
	json_text(json, "{\"prog\":");
	json_string(json, source->name, strlen(source->name));
	json_text(json, ",\"id\":");
	json_number(json, source->id);
	return json;
}

void show_json(struct show *show, const struct show_source *source,
	       const struct bpf_stream_record *rec)
{
	const char *level = bpf_log_level_name(rec->log.level);
	struct json *json = json_begin(show, source);
	struct bpf_log_report report;
	char iso[TIMES_ISO_SIZE];

	json_text(json, ",\"stream\":\"");
	json_text(json, stream_name(rec));
	json_text(json, "\",\"kind\":\"");
	json_text(json, kinds[rec->log.kind]);
	json_text(json, "\"");
	if (level) {
		json_text(json, ",\"level\":\"");
		json_text(json, level);
		json_text(json, "\"");
	}
	if (rec->log.has_time) {
		times_iso(rec->log.time_ns, show->wall_ns, iso);
		json_text(json, ",\"time_ns\":");
		json_number(json, rec->log.time_ns);
		json_text(json, ",\"time\":\"");
		json_text(json, iso);
		json_text(json, "\"");
	}
	if (rec->log.file) {
		json_text(json, ",\"file\":");
		json_string(json, rec->log.file, rec->log.file_len);
		json_text(json, ",\"line\":");
		json_number(json, rec->log.line);
	}
	if (!rec->first || !rec->last)
		json_add(json, ",\"first\":%s,\"last\":%s", rec->first ? "true" : "false",
			 rec->last ? "true" : "false");
	json_text(json, ",\"message\":");
	json_string(json, rec->log.text, rec->log.text_len);
	if (show_report(rec, &report))
		json_report(json, &report);
	json_put(show, source, json);
}

bool show_json_gone(struct show *show, const struct show_source *source)
{
	struct json *json = json_begin(show, source);

	json_text(json, ",\"event\":\"gone\"");
	return json_put(show, source, json);
}
