/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* show.c - filter records, and show them as text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show/clock.h"
#include "show/show.h"
#include "show/show_fields.h"
#include "show/times.h"

#define RESET "\033[0m"

static bool wants_color(const struct show *show, int i)
{
	return isatty(show->sink.out[i].fd) && !getenv("NO_COLOR");
}

struct show *show_new(const volatile sig_atomic_t *stop)
{
	struct show *show = calloc(1, sizeof(*show));

	if (!show) {
		msg("out of memory");
		return NULL;
	}
	sink_init(&show->sink, stop);
	show->level = -1;
	show->wall_ns = clock_wall_offset();
	for (int i = 0; i < NR_SINKS; i++)
		show->color[i] = wants_color(show, i);
	return show;
}

void show_free(struct show *show)
{
	if (!show)
		return;
	if (show->grep_set)
		regfree(&show->grep);
	if (show->output)
		show->output->close(show->output);
	buf_free(&show->line);
	free(show);
}

static int set_grep(struct show *show, const struct verb *verb, const char *pattern)
{
	char why[128];
	int err;

	if (show->grep_set)
		return msg_usage(verb, "--grep is given twice");
	err = regcomp(&show->grep, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE);
	if (err) {
		regerror(err, &show->grep, why, sizeof(why));
		return msg_usage(verb, "--grep '%s': %s", pattern, why);
	}
	show->grep_set = true;
	return 0;
}

static int set_time(struct show *show, const struct verb *verb, const char *how)
{
	static const char *const words[] = {
		[SHOW_TIME_NONE] = "none",
		[SHOW_TIME_BOOT] = "boot",
		[SHOW_TIME_DELTA] = "delta",
		[SHOW_TIME_ISO] = "iso",
	};

	for (size_t i = SHOW_TIME_NONE; i <= SHOW_TIME_ISO; i++) {
		if (!strcmp(how, words[i])) {
			show->time = (enum show_time)i;
			return 0;
		}
	}
	return msg_usage(verb, "invalid --time '%s': expected none, boot, delta or iso", how);
}

static int set_color(struct show *show, const struct verb *verb, const char *when)
{
	bool always = !strcmp(when, "always");

	if (strcmp(when, "auto") && !always && strcmp(when, "never"))
		return msg_usage(verb, "invalid --color '%s': expected auto, always or never",
				 when);
	for (int i = 0; i < NR_SINKS; i++)
		show->color[i] = always || (!strcmp(when, "auto") && wants_color(show, i));
	return 0;
}

/* @word: "warn" or "warn+" */
static int set_level(struct show *show, const struct verb *verb, const char *word)
{
	const struct opt *opt = verb->opts;
	char name[16];
	size_t len = strlen(word);

	if (len && word[len - 1] == '+')
		len--;
	if (len < sizeof(name)) {
		memcpy(name, word, len);
		name[len] = '\0';
		show->level = bpf_log_level_from_name(name);
		if (show->level >= 0 && strcasecmp(name, "off"))
			return 0;
	}
	/* Where --level is another option, this one is called --show-level. */
	while (opt->val != OPT_SHOW_LEVEL)
		opt++;
	return msg_usage(verb,
			 "invalid --%s '%s': expected fatal, error, warn, info, debug or trace",
			 opt->name, word);
}

static int set_streams(unsigned int *streams, const struct verb *verb, int val, const char *arg)
{
	bool both = val == OPT_SHOW_STREAM && !strcmp(arg, "both"), out, err;

	if (val != OPT_SHOW_STDOUT && val != OPT_SHOW_STDERR && val != OPT_SHOW_STREAM)
		return opts_rest(verb, val);
	out = both || val == OPT_SHOW_STDOUT || (val == OPT_SHOW_STREAM && !strcmp(arg, "stdout"));
	err = both || val == OPT_SHOW_STDERR || (val == OPT_SHOW_STREAM && !strcmp(arg, "stderr"));
	if (!out && !err)
		return msg_usage(verb, "invalid --stream '%s': expected stdout, stderr or both",
				 arg);
	*streams |= (unsigned int)out << BPF_STREAM_ID_STDOUT | (unsigned int)err
									<< BPF_STREAM_ID_STDERR;
	return 0;
}

int show_opt(struct show *show, const struct verb *verb, int val, const char *arg)
{
	switch (val) {
	case OPT_SHOW_LEVEL:
		return set_level(show, verb, arg);
	case OPT_SHOW_GREP:
		return set_grep(show, verb, arg);
	case OPT_SHOW_TIME:
		return set_time(show, verb, arg);
	case OPT_SHOW_COLOR:
		return set_color(show, verb, arg);
	case OPT_SHOW_WALL:
		show->time = SHOW_TIME_LOCAL;
		return 0;
	case OPT_SHOW_DECODE:
		show->decode = true;
		return 0;
	case OPT_SHOW_JSON:
		show->json = true;
		return 0;
	case OPT_SHOW_RAW:
		show->raw = true;
		return 0;
	case OPT_SHOW_JOURNALD:
		return output_choose(verb, &show->choice, OUTPUT_JOURNALD, arg);
	case OPT_SHOW_SYSLOG:
		return output_choose(verb, &show->choice, OUTPUT_SYSLOG, arg);
	case OPT_SHOW_KMSG:
		return output_choose(verb, &show->choice, OUTPUT_KMSG, arg);
	}
	return set_streams(&show->streams, verb, val, arg);
}

int show_open(struct show *show)
{
	if (show->choice.kind == OUTPUT_SCREEN)
		return 0;
	show->output = output_open(&show->choice, show->sink.stop);
	return show->output ? 0 : -1;
}

int show_begin(struct show *show, const struct verb *verb)
{
	if (show->decode + show->json + show->raw > 1)
		return msg_usage(verb, "--decode, --json and --raw exclude each other");
	if (show->choice.kind != OUTPUT_SCREEN && (show->decode || show->json || show->raw))
		return msg_usage(verb, "--decode, --json and --raw do not apply to --journald, "
				       "--kmsg and --syslog");
	if (!show->streams)
		show->streams = BPF_STREAM_BOTH;
	return 0;
}

/* A kernel report counts as an error. -1: no level */
static int level_of(const struct bpf_log_record *log)
{
	return log->kind == BPF_LOG_KIND_REPORT ? BPF_LOG_ERROR : log->level;
}

bool show_wants(struct show *show, struct show_source *source, const struct bpf_stream_record *rec)
{
	int level = level_of(&rec->log);
	regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)rec->raw_len};

	/* Pieces and continuations follow their record. */
	if (!rec->first || rec->log.kind == BPF_LOG_KIND_CONTINUATION)
		return !source->hidden;
	show->fatal |= rec->log.kind == BPF_LOG_KIND_RECORD && level == BPF_LOG_FATAL;
	source->hidden = !(show->streams & 1U << rec->stream_id) ||
			 (show->level >= 0 && (level < 0 || level > show->level));
	if (rec->raw_len && rec->raw[rec->raw_len - 1] == '\n')
		range.rm_eo--;
	if (!source->hidden && show->grep_set)
		source->hidden = regexec(&show->grep, rec->raw, 1, &range, REG_STARTEND);
	return !source->hidden;
}

static const char *color_of(const struct bpf_log_record *log)
{
	switch (level_of(log)) {
	case BPF_LOG_FATAL:
		return "\033[1;31m";
	case BPF_LOG_ERROR:
		return "\033[31m";
	case BPF_LOG_WARN:
		return "\033[33m";
	case BPF_LOG_DEBUG:
	case BPF_LOG_TRACE:
		return "\033[2m";
	}
	return NULL;
}

/* State for writing one record in pieces */
struct writer {
	struct show *show;
	struct show_source *source;
	enum sink_id id;
	const void *by;
};

static void paint(const struct writer *w, const char *color)
{
	if (color && w->show->color[w->id])
		sink_put_as_is(&w->show->sink, w->id, w->by, color, strlen(color));
}

/* Collects the short pieces before a message, to write them at once */
struct head {
	char text[192];
	size_t len;
};

static void add(struct head *head, const char *text)
{
	size_t n = strlen(text);

	memcpy(head->text + head->len, text, n);
	head->len += n;
}

static void add_number(struct head *head, unsigned int n)
{
	head->len += times_number(head->text + head->len, n, 1, ' ');
}

static void add_color(struct head *head, const struct writer *w, const char *color)
{
	if (color && w->show->color[w->id])
		add(head, color);
}

static void put_added(const struct writer *w, struct head *head)
{
	sink_put_as_is(&w->show->sink, w->id, w->by, head->text, head->len);
	head->len = 0;
}

/* Start of a line: the program, if several are shown */
static void put_name(const struct writer *w)
{
	struct head head;

	head.len = 0;
	if (!w->show->named)
		return;
	paint(w, "\033[36m");
	sink_put(&w->show->sink, w->id, w->by, w->source->name, strlen(w->source->name));
	add(&head, "[");
	add_number(&head, w->source->id);
	add(&head, "]:");
	add_color(&head, w, RESET);
	add(&head, " ");
	put_added(w, &head);
}

static void put_head(const struct writer *w, const struct bpf_log_record *log)
{
	struct head head;

	head.len = 0;
	if (log->has_time && w->show->time != SHOW_TIME_NONE) {
		head.len = times_format(w->show->time, log->time_ns, w->show->last_ns,
					w->show->wall_ns, head.text, sizeof(head.text) / 2);
		add(&head, " ");
	}
	add_color(&head, w, w->source->color);
	add(&head, bpf_log_level_name(log->level));
	if (log->file) {
		add(&head, " ");
		put_added(w, &head);
		sink_put(&w->show->sink, w->id, w->by, log->file, log->file_len);
		add(&head, ":");
		add_number(&head, log->line);
	}
	if (log->has_cpu) {
		add(&head, " cpu=");
		add_number(&head, log->cpu);
	}
	if (log->has_pid) {
		add(&head, " pid=");
		add_number(&head, log->pid);
	}
	add_color(&head, w, w->source->color ? RESET : NULL);
	add(&head, ": ");
	put_added(w, &head);
}

static void put_text(const struct writer *w, const char *text, size_t len)
{
	if (!len)
		return;
	paint(w, w->source->color);
	sink_put(&w->show->sink, w->id, w->by, text, len);
	paint(w, w->source->color ? RESET : NULL);
}

/* @log: the head to put before the text, or NULL. @ended: the last line gets a newline. */
static void put_lines(const struct writer *w, const struct bpf_log_record *log, const char *text,
		      size_t len, bool ended)
{
	bool begun = sink_is_open(&w->show->sink, w->by);
	const char *nl;
	size_t n;

	do {
		nl = memchr(text, '\n', len);
		n = nl ? (size_t)(nl - text) : len;
		if (!begun)
			put_name(w);
		if (log)
			put_head(w, log);
		put_text(w, text, n);
		if (nl || ended)
			sink_put_as_is(&w->show->sink, w->id, w->by, "\n", 1);
		log = NULL;
		begun = false;
		text += n + !!nl;
		len -= n + !!nl;
	} while (len);
}

static void show_raw(const struct writer *w, const struct bpf_stream_record *rec)
{
	if (isatty(w->show->sink.out[w->id].fd))
		sink_put(&w->show->sink, w->id, w->by, rec->raw, rec->raw_len);
	else
		sink_put_as_is(&w->show->sink, w->id, w->by, rec->raw, rec->raw_len);
}

static void show_text(const struct writer *w, const struct bpf_stream_record *rec)
{
	bool ended = rec->raw_len && rec->raw[rec->raw_len - 1] == '\n';

	if (w->show->time == SHOW_TIME_WRITTEN)
		put_lines(w, NULL, rec->raw, rec->raw_len - ended, ended);
	else if (rec->first && rec->log.kind == BPF_LOG_KIND_RECORD)
		put_lines(w, &rec->log, rec->log.text, rec->log.text_len, ended);
	else if (rec->log.kind == BPF_LOG_KIND_REPORT)
		put_lines(w, NULL, rec->log.text, rec->log.text_len, ended);
	else
		put_lines(w, NULL, rec->raw, rec->raw_len - ended, ended);
	if (rec->log.has_time)
		w->show->last_ns = rec->log.time_ns;
}

static bool put_output(struct show *show, const struct show_source *source,
		       const struct bpf_stream_record *rec)
{
	struct output_prog prog = {.id = source->id, .name = source->name, .tag = source->tag};

	/* record() has reported the error. */
	if (show->output->record(show->output, &prog, rec) < 0)
		show->sink.failed = true;
	return !show->sink.failed;
}

bool show_record(struct show *show, struct show_source *source, const struct bpf_stream_record *rec)
{
	struct writer w = {
		.show = show,
		.source = source,
		.by = source,
		.id = rec->stream_id == BPF_STREAM_ID_STDERR ? SINK_STDERR : SINK_STDOUT,
	};

	if (show->output)
		return put_output(show, source, rec);
	if (rec->first)
		source->color = color_of(&rec->log);
	if (show->json)
		show_json(show, source, rec);
	else if (show->decode)
		show_fields(show, source, rec);
	else if (show->raw)
		show_raw(&w, rec);
	else
		show_text(&w, rec);
	return !show->sink.failed;
}

bool show_gone(struct show *show, const struct show_source *source, uint64_t time_ns)
{
	/*
	 * Close an open line now: a new source may be allocated at the same address and would
	 * continue it.
	 */
	if (!sink_finish(&show->sink))
		return false;
	if (show->json)
		return show_json_gone(show, source, time_ns);
	msg("program %u (%s) was unloaded", source->id, source->name);
	return true;
}
