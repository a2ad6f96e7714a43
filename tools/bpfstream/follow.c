/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* follow.c - from the streams of programs to the sink. */
#include <bpf_stream/user.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bpfstream.h"
#include "follow.h"

/* A line that does not get its newline is shown all the same after so long a silence. */
#define QUIET_NS (200 * 1000000ULL)
/* How long it sleeps when there is nothing to read: doubled each time, from and to. */
#define WAIT_MIN_MS 1
#define WAIT_MAX_MS 50
/* When nobody should be writing any more: so many times nothing, so far apart, is the end. */
#define DRAIN_WAIT_MS 10
#define DRAIN_ROUNDS  2
/*
 * Ten times what a stream holds. Draining ends after that much from each stream even if there is
 * more: somebody else has the program attached as well, and it would go on for ever.
 */
#define DRAIN_MAX (1000 * 1000)

struct stream {
	int prog_fd;
	int id;
	enum sink_id sink;
	uint64_t quiet_since_ns;
	uint64_t total;
	struct bpf_stream_lines lines;
	char carry[4096];
};

struct follow {
	struct sink *sink;
	struct stream **streams;
	size_t nr;
	char buf[BPF_STREAM_READ_SIZE];
};

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

struct follow *follow_new(struct sink *sink)
{
	struct follow *follow = calloc(1, sizeof(*follow));

	if (follow)
		follow->sink = sink;
	return follow;
}

static int add(struct follow *follow, int prog_fd, int id, enum sink_id sink)
{
	struct stream **streams, *stream;

	streams = realloc(follow->streams, (follow->nr + 1) * sizeof(*streams));
	if (!streams)
		return -ENOMEM;
	follow->streams = streams;
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return -ENOMEM;
	stream->prog_fd = prog_fd;
	stream->id = id;
	stream->sink = sink;
	bpf_stream_lines_init(&stream->lines, stream->carry, sizeof(stream->carry));
	streams[follow->nr++] = stream;
	return 0;
}

int follow_add(struct follow *follow, int prog_fd, unsigned int streams)
{
	int err = 0;

	if (streams & FOLLOW_STDOUT)
		err = add(follow, prog_fd, BPF_STREAM_ID_STDOUT, SINK_STDOUT);
	if (!err && streams & FOLLOW_STDERR)
		err = add(follow, prog_fd, BPF_STREAM_ID_STDERR, SINK_STDERR);
	return err;
}

static bool put(struct follow *follow, struct stream *stream, const struct bpf_stream_line *line)
{
	return sink_put(follow->sink, stream->sink, stream, line->text, line->len);
}

static bool put_rest(struct follow *follow, struct stream *stream)
{
	struct bpf_stream_line line;

	return !bpf_stream_lines_rest(&stream->lines, &line) || put(follow, stream, &line);
}

/* One read of one stream. Returns the number of bytes or a negative errno, told. */
static int read_stream(struct follow *follow, struct stream *stream)
{
	struct bpf_stream_line line;
	int n;

	n = bpf_stream_read(stream->prog_fd, stream->id, follow->buf, sizeof(follow->buf));
	if (n < 0) {
		msg("cannot read a program's stream: %s", strerror(-n));
		return n;
	}
	if (!n)
		return 0;
	stream->total += n;
	stream->quiet_since_ns = now_ns();
	bpf_stream_lines_feed(&stream->lines, follow->buf, n);
	while (bpf_stream_lines_next(&stream->lines, &line)) {
		if (!put(follow, stream, &line))
			return -EIO;
	}
	return n;
}

/* One read of every stream. Returns whether there was anything, or a negative errno, told. */
static int read_round(struct follow *follow)
{
	bool any = false;
	size_t i;
	int n;

	for (i = 0; i < follow->nr; i++) {
		if (follow->streams[i]->total >= DRAIN_MAX)
			continue;
		n = read_stream(follow, follow->streams[i]);
		if (n < 0)
			return n;
		any |= n > 0;
	}
	return sink_flush(follow->sink) ? any : -EIO;
}

static void reset_totals(struct follow *follow)
{
	size_t i;

	for (i = 0; i < follow->nr; i++)
		follow->streams[i]->total = 0;
}

/* Begun lines that have been waiting too long. */
static bool put_quiet(struct follow *follow)
{
	uint64_t now = now_ns();
	struct stream *stream;
	size_t i;

	for (i = 0; i < follow->nr; i++) {
		stream = follow->streams[i];
		if (bpf_stream_lines_pending(&stream->lines) &&
		    now - stream->quiet_since_ns >= QUIET_NS && !put_rest(follow, stream))
			return false;
	}
	return sink_flush(follow->sink);
}

int follow_until(struct follow *follow, const volatile sig_atomic_t *stop, uint64_t end_ns)
{
	int any, wait_ms = WAIT_MIN_MS;
	uint64_t now;

	while (!*stop) {
		now = now_ns();
		if (now >= end_ns)
			break;
		reset_totals(follow);
		any = read_round(follow);
		if (any < 0)
			return any;
		if (!put_quiet(follow))
			return -EIO;
		if (any) {
			wait_ms = WAIT_MIN_MS;
			continue;
		}
		if ((end_ns - now) / 1000000 < (uint64_t)wait_ms)
			wait_ms = (end_ns - now) / 1000000 + 1;
		if (!sink_wait(follow->sink, wait_ms))
			return -EIO;
		wait_ms = wait_ms * 2 < WAIT_MAX_MS ? wait_ms * 2 : WAIT_MAX_MS;
	}
	return 0;
}

int follow_drain(struct follow *follow, bool may_grow)
{
	int any, empty = 0;
	size_t i;

	reset_totals(follow);
	/* A grace period: what was running when it was detached has ended after it. */
	if (!may_grow)
		syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	do {
		any = read_round(follow);
		if (any < 0)
			return any;
		if (any) {
			empty = 0;
			continue;
		}
		/* Programs that may sleep are not covered by the grace period. */
		if (++empty < DRAIN_ROUNDS && !may_grow && !sink_wait(follow->sink, DRAIN_WAIT_MS))
			return -EIO;
	} while (empty < (may_grow ? 1 : DRAIN_ROUNDS));

	for (i = 0; i < follow->nr; i++) {
		if (!put_rest(follow, follow->streams[i]))
			return -EIO;
	}
	return sink_finish(follow->sink) ? 0 : -EIO;
}

void follow_free(struct follow *follow)
{
	if (!follow)
		return;
	while (follow->nr)
		free(follow->streams[--follow->nr]);
	free(follow->streams);
	free(follow);
}
