// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Measures the time from a record's text to its line, in ns: as text, and as JSON. Usage: show_cost */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "follow/internal.h"
#include "show/clock.h"

#define RECORDS 1000
#define ROUNDS	60

/* This program never peeks. */
int progs_iter_start(struct progs_iter *it, __u32 only)
{
	(void)it;
	(void)only;
	return 0;
}

int progs_iter_next(struct progs_iter *it, const struct progs_record **record)
{
	(void)it;
	(void)record;
	return 0;
}

size_t progs_iter_news(struct progs_iter *it, const struct progs_record *record, int stream,
		       struct progs_mark *mark, const char **news)
{
	(void)it;
	(void)record;
	(void)stream;
	(void)mark;
	(void)news;
	return 0;
}

/* The best of several, to exclude the influence of other processes */
static unsigned int cost(bool json)
{
	static char text[128 * RECORDS];
	struct show *show = show_new(NULL);
	struct follow *follow = follow_new(show, BPF_STREAM_BOTH, NULL);
	struct follow_prog *prog = follow_add(follow, 1, -1);
	uint64_t best = UINT64_MAX, from;
	size_t n = 0;

	show->named = true;
	show->json = json;
	show->time = SHOW_TIME_BOOT;
	show->streams = BPF_STREAM_BOTH;
	prog->full_name = true;
	follow_name(prog, "xdp_filter");
	for (int i = 0; i < RECORDS; i++)
		n += sprintf(text + n,
			     "INFO %llu xdp_filter.bpf.c:58: dropped UDP 127.0.0.1:%d > "
			     "127.0.0.1:7777\n",
			     15000000000ULL + i * 1000ULL, i);
	for (int i = 0; i < ROUNDS; i++) {
		from = clock_thread_ns();
		if (follow_feed(follow, prog, 1, text, n) || follow_show(follow, true))
			abort();
		from = clock_thread_ns() - from;
		best = from < best ? from : best;
	}
	follow_free(follow);
	show_free(show);
	return best / RECORDS;
}

int main(void)
{
	unsigned int text, json;
	int out = dup(STDOUT_FILENO);

	if (!freopen("/dev/null", "w", stdout))
		return 1;
	text = cost(false);
	json = cost(true);
	dprintf(out, "%u %u\n", text, json);
	return 0;
}
