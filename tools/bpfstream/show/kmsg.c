/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * kmsg.c - records to the kernel's log. It is small, shared with the kernel, and often goes to a slow
 * console, so the number of records is limited.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpfstream.h"
#include "show/clock.h"
#include "show/escape.h"
#include "show/kmsg.h"

#define KMSG	"/dev/kmsg"
#define DEVKMSG "/proc/sys/kernel/printk_devkmsg"
/* The kernel's clock of ticks is less exact than ours. */
#define MARGIN_NS (100 * NSEC_PER_MSEC)
/* Severity of the lines about records that are held back */
#define WARNING 4

struct kmsg {
	struct output output;
	int fd;
	struct buf buf;
	unsigned int limit;
	unsigned int used; /* records in this window */
	uint64_t window_ns; /* when it began, after its first write; 0: none has begun */
	uint64_t held; /* records held back that no line reports yet */
	uint64_t held_all;
};

unsigned int kmsg_limit(const char *word)
{
	unsigned long n;

	/* no sign, no blanks */
	if (!*word || word[strspn(word, "0123456789")])
		return 0;
	n = strtoul(word, NULL, 10);
	return n <= KMSG_LIMIT_MAX ? (unsigned int)n : 0;
}

/* Add a line's text, as much as fits into the write. Returns how much of it did. */
static size_t add_text(struct buf *buf, const char *text, size_t len, size_t rest)
{
	char out[16 * 4 + ESCAPE_MAX];
	size_t at = 0, used, n, note;

	while (at < len) {
		used = len - at < 16 ? len - at : 16;
		/* not inside a character */
		if (used == 16)
			used = bpf_stream_text_cut(text + at, used);
		n = escape_text(out, sizeof(out), text + at, &used, false);
		/* room for the mark, unless this is the end of the record */
		note = at + used < len || rest ? 32 : 0;
		if (buf->len + n + note >= KMSG_MAX)
			break;
		buf_add(buf, out, n);
		at += used;
	}
	return at;
}

void kmsg_format(struct buf *buf, const struct output_prog *prog,
		 const struct bpf_stream_record *rec)
{
	const char *text = rec->raw, *nl;
	char identifier[OUTPUT_IDENTIFIER + 1], head[OUTPUT_IDENTIFIER + 16];
	size_t len = rec->raw_len, n, done, head_len;

	if (len && text[len - 1] == '\n')
		len--;
	/* the empty line that ends a report of the kernel */
	if (rec->report && len && text[len - 1] == '\n')
		len--;
	output_identifier(identifier, prog);
	head_len = (size_t)snprintf(head, sizeof(head), "%s[%u]: ", identifier, prog->id);
	buf_addf(buf, "<%d>", OUTPUT_FACILITY * 8 + output_severity(rec));
	for (;;) {
		buf_add(buf, head, head_len);
		nl = memchr(text, '\n', len);
		n = nl ? (size_t)(nl - text) : len;
		done = add_text(buf, text, n, len - n);
		text += done;
		len -= done;
		/* the head of a next line, and the mark */
		if (done < n || (nl && buf->len + 1 + head_len + 32 > KMSG_MAX)) {
			buf_addf(buf, " [%zu bytes cut]", len);
			break;
		}
		if (!nl)
			break;
		buf_add(buf, "\n", 1);
		text++;
		len--;
	}
	/* Without it the kernel waits for the rest of the line, and shows none of it. */
	buf_add(buf, "\n", 1);
}

/* "on", "off" or "ratelimit". A kernel without the file has no limit. */
static bool devkmsg_is(const char *word)
{
	char text[32] = "on";
	FILE *file = fopen(DEVKMSG, "re");

	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
	}
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, word);
}

static int put(struct kmsg *kmsg)
{
	int err;

	if (kmsg->buf.failed) {
		msg("cannot write to " KMSG ": out of memory");
		return -ENOMEM;
	}
	if (write(kmsg->fd, kmsg->buf.data, kmsg->buf.len) >= 0)
		return 0;
	err = -errno;
	msg("cannot write to " KMSG ": %m");
	return err;
}

/* What is held back shows as lines of its own, because a crash may come before the count. */
static int put_notice(struct kmsg *kmsg, bool begins)
{
	kmsg->buf.len = 0;
	buf_addf(&kmsg->buf, "<%d>bpfstream: ", OUTPUT_FACILITY * 8 + WARNING);
	if (begins)
		buf_addf(&kmsg->buf, "more than %u records in %d seconds: others are held back\n",
			 kmsg->limit, KMSG_SECONDS);
	else
		buf_addf(&kmsg->buf, "%" PRIu64 " records were held back\n", kmsg->held);
	return put(kmsg);
}

/* Begin a window. Its first write, which follows, sets its time. */
static int begin(struct kmsg *kmsg)
{
	int err;

	/* It may change at any time; then the kernel drops everything, and says nothing. */
	if (devkmsg_is("off")) {
		msg("cannot write to " KMSG ": the kernel drops what is written "
		    "(kernel.printk_devkmsg is off)");
		return -EPERM;
	}
	kmsg->used = 0;
	kmsg->window_ns = 0;
	if (!kmsg->held)
		return 0;
	err = put_notice(kmsg, false);
	kmsg->window_ns = clock_mono_ns();
	kmsg->held = 0;
	return err;
}

static int record(struct output *output, const struct output_prog *prog,
		  const struct bpf_stream_record *rec)
{
	struct kmsg *kmsg = (struct kmsg *)output;
	int err = 0;

	if (!kmsg->window_ns ||
	    clock_mono_ns() - kmsg->window_ns > KMSG_SECONDS * NSEC_PER_SEC + MARGIN_NS)
		err = begin(kmsg);
	if (err)
		return err;
	if (kmsg->used == kmsg->limit) {
		if (!kmsg->held)
			err = put_notice(kmsg, true);
		kmsg->held++;
		kmsg->held_all++;
		return err;
	}
	kmsg->buf.len = 0;
	kmsg_format(&kmsg->buf, prog, rec);
	err = put(kmsg);
	kmsg->used++;
	if (!kmsg->window_ns)
		kmsg->window_ns = clock_mono_ns();
	return err;
}

static void close_kmsg(struct output *output)
{
	struct kmsg *kmsg = (struct kmsg *)output;

	if (kmsg->held)
		put_notice(kmsg, false);
	if (kmsg->held_all)
		msg("%" PRIu64 " records were held back from the kernel's log: more than %u in %d "
		    "seconds",
		    kmsg->held_all, kmsg->limit, KMSG_SECONDS);
	close(kmsg->fd);
	buf_free(&kmsg->buf);
	free(kmsg);
}

struct output *kmsg_open(unsigned int limit)
{
	struct kmsg *kmsg = calloc(1, sizeof(*kmsg));

	if (!kmsg) {
		msg("out of memory");
		return NULL;
	}
	kmsg->output = (struct output){.record = record, .close = close_kmsg};
	kmsg->limit = limit;
	kmsg->fd = open(KMSG, O_WRONLY | O_CLOEXEC);
	if (kmsg->fd < 0) {
		msg("cannot open " KMSG ": %m%s",
		    devkmsg_is("off") ? " (kernel.printk_devkmsg is off)" : "");
		free(kmsg);
		return NULL;
	}
	if (limit > KMSG_LIMIT && devkmsg_is("ratelimit")) {
		msg("the kernel limits what is written to " KMSG ": at most %d records in %d "
		    "seconds, until kernel.printk_devkmsg is set to 'on'",
		    KMSG_LIMIT, KMSG_SECONDS);
		kmsg->limit = KMSG_LIMIT;
	}
	return &kmsg->output;
}
