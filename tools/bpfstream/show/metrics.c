/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* metrics.c - numbers as OpenMetrics 1.0, or in the text format of Prometheus (0.0.4). */
#include "show/metrics.h"

static const char *suffix(enum metrics_type type)
{
	switch (type) {
	case METRICS_COUNTER:
		return "_total";
	case METRICS_INFO:
		return "_info";
	default:
		return "";
	}
}

/* The text format has neither info nor stateset: both are gauges of 0 and 1. */
static const char *type_name(const struct metrics *metrics, enum metrics_type type)
{
	switch (type) {
	case METRICS_COUNTER:
		return "counter";
	case METRICS_INFO:
		return metrics->open ? "info" : "gauge";
	case METRICS_STATESET:
		return metrics->open ? "stateset" : "gauge";
	default:
		return "gauge";
	}
}

void metrics_family(struct metrics *metrics, const struct metrics_family *family)
{
	const char *end = metrics->open ? "" : suffix(family->type);
	struct buf *buf = &metrics->buf;

	metrics->family = family;
	buf_addf(buf, "# HELP %s%s %s\n", family->name, end, family->help);
	buf_addf(buf, "# TYPE %s%s %s\n", family->name, end, type_name(metrics, family->type));
	if (metrics->open && family->unit)
		buf_addf(buf, "# UNIT %s %s\n", family->name, family->unit);
}

void metrics_sample(struct metrics *metrics)
{
	metrics->labels = 0;
	buf_text(&metrics->buf, metrics->family->name);
	buf_text(&metrics->buf, suffix(metrics->family->type));
}

static void begin_label(struct metrics *metrics, const char *name)
{
	buf_text(&metrics->buf, metrics->labels++ ? "," : "{");
	buf_text(&metrics->buf, name);
	buf_text(&metrics->buf, "=\"");
}

void metrics_label(struct metrics *metrics, const char *name, const char *text)
{
	struct buf plain = {};

	begin_label(metrics, name);
	buf_escaped(&plain, text, strlen(text), false);
	for (size_t i = 0; i < plain.len; i++) {
		if (plain.data[i] == '\\' || plain.data[i] == '"')
			buf_text(&metrics->buf, "\\");
		buf_add(&metrics->buf, plain.data + i, 1);
	}
	buf_text(&metrics->buf, "\"");
	metrics->buf.failed |= plain.failed;
	buf_free(&plain);
}

void metrics_label_number(struct metrics *metrics, const char *name, unsigned int number)
{
	begin_label(metrics, name);
	buf_number(&metrics->buf, number);
	buf_text(&metrics->buf, "\"");
}

void metrics_value(struct metrics *metrics, uint64_t value)
{
	buf_text(&metrics->buf, metrics->labels ? "} " : " ");
	buf_number(&metrics->buf, value);
	buf_text(&metrics->buf, "\n");
}

void metrics_end(struct metrics *metrics)
{
	if (metrics->open)
		buf_text(&metrics->buf, "# EOF\n");
}
