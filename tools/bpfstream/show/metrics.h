/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * metrics.h - numbers as OpenMetrics 1.0, or in the text format of Prometheus (0.0.4), which
 * node_exporter takes from files.
 *
 * The two differ in the names of counters ("lost" and "lost_total" in # TYPE), in the types that
 * they know, in # UNIT and in # EOF.
 */
#ifndef BPFSTREAM_METRICS_H
#define BPFSTREAM_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "show/buf.h"

enum metrics_type {
	METRICS_GAUGE,
	METRICS_COUNTER, /* samples have the suffix _total */
	METRICS_INFO, /* ... _info */
	METRICS_STATESET,
};

struct metrics_family {
	const char *name; /* ends in the unit, if there is one */
	enum metrics_type type;
	const char *unit; /* or NULL */
	const char *help; /* without newlines, quotes and backslashes */
};

struct metrics {
	struct buf buf;
	bool open; /* OpenMetrics */
	const struct metrics_family *family;
	size_t labels; /* of the sample that is being written */
};

/* metrics_family - begin a family; its samples follow, and come nowhere else */
void metrics_family(struct metrics *metrics, const struct metrics_family *family);

/* metrics_sample - begin a sample; then its labels, then its value */
void metrics_sample(struct metrics *metrics);

/*
 * metrics_label - add a label
 * @text:	any bytes: control characters, and bytes that are not UTF-8, become \xNN as on the screen
 */
void metrics_label(struct metrics *metrics, const char *name, const char *text);
void metrics_label_number(struct metrics *metrics, const char *name, unsigned int number);

void metrics_value(struct metrics *metrics, uint64_t value);

/* metrics_end - end the text, which is in buf; buf.failed if memory was short */
void metrics_end(struct metrics *metrics);

#endif
