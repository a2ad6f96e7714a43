/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* sink.c - write the text of programs to stdout and stderr, escaped, in whole lines. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpfstream.h"
#include "pipe.h"
#include "show/escape.h"
#include "show/sink.h"

/*
 * How long a write blocks before the stop flag is checked, and how often it is retried after that
 */
#define WAIT_MS		 100
#define WAITS_AFTER_STOP 10

static void out_init(struct sink_out *out, int fd, const char *name)
{
	struct stat st;

	out->fd = fd;
	out->name = name;
	out->may_block = fstat(fd, &st) || !S_ISREG(st.st_mode);
	out->len = 0;
}

void sink_init(struct sink *sink, const volatile sig_atomic_t *stop)
{
	out_init(&sink->out[SINK_STDOUT], STDOUT_FILENO, "standard output");
	out_init(&sink->out[SINK_STDERR], STDERR_FILENO, "standard error");
	sink->stop = stop;
	sink->open_by = NULL;
	sink->last = SINK_STDOUT;
	sink->failed = false;
}

static bool fail(struct sink *sink, const struct sink_out *out, const char *why)
{
	sink->failed = true;
	msg("cannot write to %s: %s", out->name, why);
	return false;
}

/* The reader is gone. */
static bool closed(struct sink *sink, const struct sink_out *out)
{
	sink->failed = true;
	pipe_closed(out->name);
	return false;
}

/* Wait until @out takes PIPE_BUF bytes: a pipe that polls writable does. */
static bool wait_writable(struct sink *sink, const struct sink_out *out)
{
	struct pollfd pfd = {.fd = out->fd, .events = POLLOUT};
	int left = WAITS_AFTER_STOP;

	while (poll(&pfd, 1, WAIT_MS) <= 0) {
		if (sink->stop && *sink->stop && !left--)
			return fail(sink, out, "reader stalled; giving up");
	}
	return true;
}

static bool flush_out(struct sink *sink, struct sink_out *out)
{
	size_t done = 0, n;
	ssize_t ret;

	while (done < out->len) {
		n = out->len - done;
		if (out->may_block) {
			if (!wait_writable(sink, out))
				return false;
			if (n > PIPE_BUF)
				n = PIPE_BUF;
		}
		ret = write(out->fd, out->buf + done, n);
		if (ret > 0)
			done += ret;
		else if (ret < 0 && errno == EPIPE)
			return closed(sink, out);
		else if (ret < 0 && errno != EINTR && errno != EAGAIN)
			return fail(sink, out, strerror(errno));
	}
	out->len = 0;
	return true;
}

bool sink_flush(struct sink *sink)
{
	int i;

	for (i = 0; i < NR_SINKS; i++) {
		if (sink->failed || !flush_out(sink, &sink->out[i]))
			return false;
	}
	return true;
}

/* put() always leaves room for an escaped character. */
static void close_line(struct sink *sink)
{
	struct sink_out *out = &sink->out[sink->last];

	if (sink->open_by)
		out->buf[out->len++] = '\n';
	sink->open_by = NULL;
}

/* Copy as much as fits, unchanged. */
static size_t copy_text(struct sink_out *out, const char *text, size_t len)
{
	size_t room = sizeof(out->buf) - out->len;

	if (len > room)
		len = room;
	memcpy(out->buf + out->len, text, len);
	out->len += len;
	return len;
}

static bool put(struct sink *sink, enum sink_id id, const void *by, const char *text, size_t len,
		bool escaped)
{
	struct sink_out *out = &sink->out[id];
	bool ended;
	size_t n;

	if (sink->failed)
		return false;
	if (!len)
		return true;
	if (sink->open_by != by)
		close_line(sink);
	/* Both may be the same terminal, so write the other one's text first. */
	if (sink->last != id && !flush_out(sink, &sink->out[sink->last]))
		return false;
	sink->last = id;

	ended = text[len - 1] == '\n';
	while (len) {
		n = len;
		if (escaped)
			n = copy_text(out, text, len);
		else
			out->len += escape_text(out->buf + out->len, sizeof(out->buf) - out->len,
						text, &n, true);
		text += n;
		len -= n;
		if (sizeof(out->buf) - out->len < ESCAPE_MAX && !flush_out(sink, out))
			return false;
	}
	sink->open_by = ended ? NULL : by;
	return true;
}

bool sink_put(struct sink *sink, enum sink_id id, const void *by, const char *text, size_t len)
{
	return put(sink, id, by, text, len, false);
}

bool sink_put_as_is(struct sink *sink, enum sink_id id, const void *by, const char *text,
		    size_t len)
{
	return put(sink, id, by, text, len, true);
}

bool sink_is_open(const struct sink *sink, const void *by)
{
	return sink->open_by && sink->open_by == by;
}

bool sink_finish(struct sink *sink)
{
	if (sink->failed)
		return false;
	close_line(sink);
	return sink_flush(sink);
}

bool sink_wait_for(struct sink *sink, int fd, int ms)
{
	struct pollfd pfds[NR_SINKS + 1];
	size_t i;

	/* Without events, poll() reports only that the reader is gone. */
	for (i = 0; i < NR_SINKS; i++)
		pfds[i] = (struct pollfd){.fd = sink->out[i].fd};
	pfds[i] = (struct pollfd){.fd = fd, .events = POLLIN};
	if (poll(pfds, NR_SINKS + 1, ms) <= 0)
		return true;
	for (i = 0; i < NR_SINKS; i++) {
		if (pfds[i].revents)
			return closed(sink, &sink->out[i]);
	}
	return true;
}
