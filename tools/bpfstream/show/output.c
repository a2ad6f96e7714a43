/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* output.c - what the journal and syslog have in common. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "show/escape.h"
#include "show/output.h"

/* How long a send waits until the stop flag is looked at, and how often then */
#define WAIT_MS		 100
#define WAITS_AFTER_STOP 10
/* ... and for a daemon that is being restarted: its socket is gone, or nobody listens. */
#define WAITS_RESTART 50

int output_severity(const struct bpf_stream_record *rec)
{
	/* FATAL is critical: the program has ended itself. There is no level for notice. */
	static const int levels[] = {2, 3, 4, 6, 7, 7};

	/* A stack is no error: somebody has asked for it. */
	if (rec->log.kind == BPF_LOG_KIND_REPORT &&
	    !(rec->report && rec->report->kind == BPF_LOG_REPORT_STACK))
		return 3;
	if (rec->log.level >= 0 && rec->log.level < (int)(sizeof(levels) / sizeof(levels[0])))
		return levels[rec->log.level];
	/* What has no level has at least chosen its stream. */
	return rec->stream_id == BPF_STREAM_ID_STDERR ? 4 : 6;
}

const char *output_report_name(const struct bpf_log_report *report)
{
	static const char *const names[] = {
		[BPF_LOG_REPORT_STACK] = "stack",
		[BPF_LOG_REPORT_MAY_GOTO] = "may_goto",
		[BPF_LOG_REPORT_LOCK_DEADLOCK] = "lock_deadlock",
		[BPF_LOG_REPORT_LOCK_TIMEOUT] = "lock_timeout",
		[BPF_LOG_REPORT_ARENA] = "arena",
	};

	if (!report || report->kind >= sizeof(names) / sizeof(names[0]))
		return NULL;
	return names[report->kind];
}

const char *output_stream_name(const struct bpf_stream_record *rec)
{
	return rec->stream_id == BPF_STREAM_ID_STDERR ? "stderr" : "stdout";
}

bool output_place(const struct bpf_stream_record *rec, struct output_place *place)
{
	struct bpf_log_report report;
	struct bpf_log_frame frame;

	if (rec->log.file) {
		*place = (struct output_place){rec->log.file, rec->log.file_len, rec->log.line};
		return true;
	}
	/* A stack that was asked for begins in the header that asked. */
	if (!rec->report || rec->report->kind == BPF_LOG_REPORT_STACK)
		return false;
	report = *rec->report;
	while (bpf_log_report_next_frame(&report, &frame)) {
		if (frame.file) {
			*place = (struct output_place){frame.file, frame.file_len, frame.line};
			return true;
		}
	}
	return false;
}

void output_identifier(char name[OUTPUT_IDENTIFIER + 1], const struct output_prog *prog)
{
	char *p;

	snprintf(name, OUTPUT_IDENTIFIER + 1, "bpf-%s", *prog->name ? prog->name : "unnamed");
	for (p = name; *p; p++) {
		if (!((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
		      (*p >= 'A' && *p <= 'Z') || *p == '.' || *p == '-'))
			*p = '_';
	}
}

static bool make_room(struct output_buf *buf, size_t room)
{
	size_t size = buf->size ? buf->size : 4096;
	char *data;

	while (size - buf->len < room)
		size *= 2;
	if (size != buf->size) {
		data = realloc(buf->data, size);
		if (!data) {
			buf->failed = true;
			return false;
		}
		buf->data = data;
		buf->size = size;
	}
	return !buf->failed;
}

void output_add(struct output_buf *buf, const void *data, size_t len)
{
	if (!make_room(buf, len + 1))
		return;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
}

void output_addf(struct output_buf *buf, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof(text))
		buf->failed = true;
	else
		output_add(buf, text, n);
}

void output_add_escaped(struct output_buf *buf, const char *text, size_t len, bool newlines)
{
	size_t n = len;

	if (!make_room(buf, 4 * len + ESCAPE_MAX))
		return;
	buf->len += escape_text(buf->data + buf->len, buf->size - buf->len, text, &n, newlines);
}

int output_choose(const struct verb *verb, struct output_choice *choice, enum output_kind kind,
		  const char *address)
{
	if (choice->kind != OUTPUT_SCREEN && choice->kind != kind)
		return msg_usage(verb, "--journald and --syslog cannot be given together");
	if (kind == OUTPUT_SYSLOG && address && !syslog_is_address(address))
		return msg_usage(verb,
				 "--syslog '%s' is no address: it is a path, udp:HOST, "
				 "udp:HOST:PORT or udp:[ADDRESS]:PORT",
				 address);
	choice->kind = kind;
	choice->address = address;
	return 0;
}

struct output *output_open(const struct output_choice *choice, const volatile sig_atomic_t *stop)
{
	switch (choice->kind) {
	case OUTPUT_JOURNALD:
		return journald_open(choice->address, stop);
	case OUTPUT_SYSLOG:
		return syslog_open(choice->address, stop);
	default:
		return NULL;
	}
}

int output_socket_unix(struct output_socket *sock, const char *path)
{
	struct sockaddr_un *to = (struct sockaddr_un *)&sock->to;
	struct timeval wait = {.tv_usec = WAIT_MS * 1000};
	int err;

	if (!*path || strlen(path) >= sizeof(to->sun_path)) {
		msg("'%s' cannot be the path of a socket: it has 1 to %zu bytes", path,
		    sizeof(to->sun_path) - 1);
		return -1;
	}
	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	strcpy(to->sun_path, path);
	sock->to_len = sizeof(*to);
	sock->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock->fd < 0) {
		msg("cannot make a socket: %m");
		return -1;
	}
	/* Is anybody there? Then undone: a daemon that is restarted has another socket there. */
	err = connect(sock->fd, (struct sockaddr *)to, sizeof(*to)) ? errno : 0;
	if (!err) {
		struct sockaddr none = {.sa_family = AF_UNSPEC};

		connect(sock->fd, &none, sizeof(none));
		setsockopt(sock->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
		return 0;
	}
	close(sock->fd);
	if (err == ENOENT)
		msg("cannot reach %s: there is no %s", sock->name, path);
	else if (err == ECONNREFUSED)
		msg("cannot reach %s: nobody listens at %s", sock->name, path);
	else
		msg("cannot reach %s at %s: %s", sock->name, path, strerror(err));
	return -1;
}

/* Of the way there, and it may come back */
static bool is_unreachable(int err)
{
	return err == ENETUNREACH || err == EHOSTUNREACH || err == ENETDOWN || err == ENOBUFS;
}

static bool is_restart(int err)
{
	return err == ENOENT || err == ECONNREFUSED;
}

int output_send(struct output_socket *sock, struct msghdr *message)
{
	int restart = WAITS_RESTART, after_stop = WAITS_AFTER_STOP, err;

	message->msg_name = sock->to_len ? (void *)&sock->to : NULL;
	message->msg_namelen = sock->to_len;
	for (;;) {
		if (sendmsg(sock->fd, message, MSG_NOSIGNAL) >= 0)
			return 0;
		err = errno;
		if (err == EMSGSIZE)
			return -err;
		if (err == ECONNREFUSED && !sock->to_len) {
			if (!sock->refused)
				msg("nobody listens at %s: messages are lost", sock->name);
			sock->refused = true;
			continue;
		}
		if (is_unreachable(err) && !sock->to_len) {
			if (!sock->unreachable)
				msg("cannot write to %s: %s: messages are lost", sock->name,
				    strerror(err));
			sock->unreachable = true;
			return 0;
		}
		if (err != EAGAIN && err != EINTR && !(is_restart(err) && restart--))
			break;
		if (sock->stop && *sock->stop && !after_stop--)
			break;
		if (is_restart(err))
			usleep(WAIT_MS * 1000);
	}
	msg("cannot write to %s: %s", sock->name,
	    err == EAGAIN || err == EINTR ? "it takes nothing, and it was time to stop"
					  : strerror(err));
	return -err;
}
