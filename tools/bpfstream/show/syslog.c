/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * syslog.c - records as syslog messages of RFC 5424, to a local socket or over UDP (RFC 5426):
 *
 *	<30>1 2026-11-21T08:00:00.123456Z host bpf-xdp_filter 42 stdout [bpf@32473 ...] text
 *
 * A message is UTF-8 without control characters, so it is one line whatever a program writes. 32473
 * is the enterprise number reserved for examples (RFC 5612).
 */
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "bpfstream.h"
#include "show/clock.h"
#include "show/escape.h"
#include "show/syslog.h"
#include "show/socket.h"

#define SYSLOG_SOCKET "/dev/log"
#define SYSLOG_PORT   "514"
/* What every receiver should accept (RFC 5424, 5426), and what daemons accept by default */
#define UDP_MAX 2048
/* Size limit of a udp: address */
#define ADDRESS_MAX 256
#define LOCAL_MAX   8192

struct syslog {
	struct output output;
	struct output_socket sock;
	struct buf buf;
	size_t max;
	char name[320];
};

/* Structured data escapes three characters with a backslash. */
static void add_value(struct buf *buf, const char *name, const char *text, size_t len)
{
	char out[1024], *p;
	size_t n;

	buf_addf(buf, " %s=\"", name);
	n = escape_text(out, sizeof(out), text, &len, false);
	for (p = out; p < out + n; p++) {
		if (*p == '"' || *p == '\\' || *p == ']')
			buf_add(buf, "\\", 1);
		buf_add(buf, *p == '\t' ? " " : p, 1);
	}
	buf_add(buf, "\"", 1);
}

static void add_data(struct buf *buf, const struct output_prog *prog,
		     const struct bpf_stream_record *rec)
{
	struct output_place place;

	buf_add(buf, "[bpf@32473", strlen("[bpf@32473"));
	add_value(buf, "name", prog->name, strlen(prog->name));
	if (prog->tag)
		add_value(buf, "tag", prog->tag, strlen(prog->tag));
	if (rec->log.kind == BPF_LOG_KIND_RECORD)
		buf_addf(buf, " level=\"%s\"", bpf_log_level_name(rec->log.level));
	if (rec->log.has_time)
		buf_addf(buf, " ktime_ns=\"%" PRIu64 "\"", rec->log.time_ns);
	if (output_place(rec, &place)) {
		/* A forged file name must not use up the message. */
		add_value(buf, "file", place.file, place.file_len < 100 ? place.file_len : 100);
		buf_addf(buf, " line=\"%" PRIu32 "\"", place.line);
	}
	if (rec->log.has_cpu)
		buf_addf(buf, " cpu=\"%" PRIu32 "\"", rec->log.cpu);
	if (rec->log.has_pid)
		buf_addf(buf, " pid=\"%" PRIu32 "\"", rec->log.pid);
	if (output_report_name(rec->report))
		buf_addf(buf, " report=\"%s\"", output_report_name(rec->report));
	if (rec->report && rec->report->has_task) {
		buf_addf(buf, " cpu=\"%d\" uid=\"%u\" pid=\"%d\"", rec->report->cpu,
			 rec->report->uid, rec->report->pid);
		add_value(buf, "comm", rec->report->comm,
			  rec->report->comm_len < 64 ? rec->report->comm_len : 64);
	}
	buf_add(buf, "]", 1);
}

/*
 * A tab becomes \x09, because daemons replace it in ways of their own. Text beyond @max is cut and
 * replaced by a note of its length.
 */
static void add_message(struct buf *buf, const char *text, size_t len, size_t max)
{
	char out[256], note[48];
	size_t i, n, used, at = 0, note_len = 0;

	while (at < len) {
		used = len - at < 16 ? len - at : 16;
		/* not inside a character */
		if (used == 16)
			used = bpf_stream_text_cut(text + at, used);
		n = escape_text(out, sizeof(out), text + at, &used, false);
		if (len - at > used)
			note_len = sizeof(note);
		else
			note_len = 0;
		if (buf->len + 4 * n + note_len > max) {
			buf_addf(buf, " [%zu bytes cut]", len - at);
			return;
		}
		for (i = 0; i < n; i++) {
			if (out[i] == '\t')
				buf_add(buf, "\\x09", 4);
			else
				buf_add(buf, out + i, 1);
		}
		at += used;
	}
}

void syslog_format(struct buf *buf, const struct output_prog *prog,
		   const struct bpf_stream_record *rec, const char *host, uint64_t real_ns,
		   size_t max)
{
	char identifier[OUTPUT_IDENTIFIER + 1], when[64] = "-";
	time_t seconds = real_ns / 1000000000;
	struct tm tm;

	output_identifier(identifier, prog);
	if (gmtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_addf(buf, "<%d>1 %s.%06uZ %s %s %u %s ", OUTPUT_FACILITY * 8 + output_severity(rec),
		 when, (unsigned int)(real_ns % 1000000000 / 1000), host, identifier, prog->id,
		 output_stream_name(rec->stream_id));
	add_data(buf, prog, rec);
	buf_add(buf, " ", 1);
	add_message(buf, rec->log.text, rec->log.text_len, max);
}

/* The wall time of a record; now, if its time is missing or impossible */
static uint64_t wall_ns(const struct bpf_log_record *log)
{
	uint64_t mono = clock_mono_ns(), real = mono + clock_wall_offset();

	if (!log->has_time || log->time_ns > mono || mono - log->time_ns > real)
		return real;
	return real - (mono - log->time_ns);
}

/* The host name, in the characters that a message header allows */
static void host_name(char *host, size_t size)
{
	char *p;

	if (gethostname(host, size))
		*host = '\0';
	host[size - 1] = '\0';
	for (p = host; *p; p++) {
		if (*p <= ' ' || *p > '~')
			*p = '_';
	}
	if (!*host)
		strcpy(host, "-");
}

static int record(struct output *output, const struct output_prog *prog,
		  const struct bpf_stream_record *rec)
{
	struct syslog *syslog = (struct syslog *)output;
	struct buf *buf = &syslog->buf;
	struct iovec iov;
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	char host[65];
	int err;

	host_name(host, sizeof(host));
	buf->len = 0;
	syslog_format(buf, prog, rec, host, wall_ns(&rec->log), syslog->max);
	if (buf->failed) {
		msg("cannot write to %s: out of memory", syslog->sock.name);
		return -ENOMEM;
	}
	iov = (struct iovec){buf->data, buf->len};
	err = output_send(&syslog->sock, &message);
	if (err == -EMSGSIZE)
		msg("cannot write to %s: it refuses messages of %zu bytes", syslog->sock.name,
		    buf->len);
	return err;
}

static void close_syslog(struct output *output)
{
	struct syslog *syslog = (struct syslog *)output;

	close(syslog->sock.fd);
	buf_free(&syslog->buf);
	free(syslog);
}

/* "HOST", "HOST:PORT", "[ADDRESS]:PORT" */
static bool split(char *address, char **host, char **port)
{
	char *end;

	*host = address;
	*port = SYSLOG_PORT;
	if (*address == '[') {
		*host = address + 1;
		end = strchr(address, ']');
		if (!end)
			return false;
		*end++ = '\0';
	} else {
		end = address + strcspn(address, ":");
	}
	if (*end == ':') {
		*end = '\0';
		*port = end + 1;
	} else if (*end) {
		return false;
	}
	return **host && **port;
}

bool syslog_is_address(const char *address)
{
	char text[ADDRESS_MAX], *host, *port;

	if (strncmp(address, "udp:", 4))
		return true;
	return strlen(address) < sizeof(text) && split(strcpy(text, address + 4), &host, &port);
}

static int open_udp(struct output_socket *sock, const char *address)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found, *ai;
	char text[ADDRESS_MAX], *host, *port;
	int err;

	split(strcpy(text, address), &host, &port);
	err = getaddrinfo(host, port, &hints, &found);
	if (err) {
		msg("cannot reach %s: %s", sock->name,
		    err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err));
		return -1;
	}
	sock->fd = -1;
	for (ai = found; ai && sock->fd < 0; ai = ai->ai_next) {
		sock->fd = socket(ai->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		/* A connected socket reports that nobody listens. */
		if (sock->fd >= 0 && connect(sock->fd, ai->ai_addr, ai->ai_addrlen)) {
			err = errno;
			close(sock->fd);
			sock->fd = -1;
			errno = err;
		}
	}
	freeaddrinfo(found);
	if (sock->fd < 0) {
		msg("cannot reach %s: %m", sock->name);
		return -1;
	}
	return 0;
}

struct output *syslog_open(const char *address, const volatile sig_atomic_t *stop)
{
	struct syslog *syslog = calloc(1, sizeof(*syslog));
	int err;

	if (!syslog) {
		msg("out of memory");
		return NULL;
	}
	if (!address)
		address = SYSLOG_SOCKET;
	syslog->output = (struct output){.record = record, .close = close_syslog};
	snprintf(syslog->name, sizeof(syslog->name), "syslog at %s", address);
	syslog->sock.name = syslog->name;
	syslog->sock.stop = stop;
	if (!strncmp(address, "udp:", 4)) {
		syslog->max = UDP_MAX;
		err = open_udp(&syslog->sock, address + 4);
	} else {
		syslog->max = LOCAL_MAX;
		err = output_socket_unix(&syslog->sock, address);
	}
	if (err) {
		free(syslog);
		return NULL;
	}
	return &syslog->output;
}
