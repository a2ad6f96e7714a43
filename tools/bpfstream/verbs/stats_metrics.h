/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* stats_metrics.h - the metrics of bpfstream stats. */
#ifndef BPFSTREAM_STATS_METRICS_H
#define BPFSTREAM_STATS_METRICS_H

#include "progs/counts.h"
#include "show/metrics.h"

/* The causes of losses, in the order of the "messages lost" line in the stream */
#define STATS_CAUSES 6
struct stats_cause {
	const char *text, *word;
};
extern const struct stats_cause stats_causes[STATS_CAUSES];

uint64_t stats_lost(const struct bpf_log_lost *lost, int cause);

/*
 * stats_metrics - the metrics of all programs in @list
 *
 * What the programs of one object share comes once, with the labels of the first of them.
 */
void stats_metrics(struct metrics *metrics, const struct counts_list *list);

#endif
