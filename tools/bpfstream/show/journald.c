/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * journald.c - records to the systemd journal, by its native protocol: one datagram per entry, one
 * line NAME=value per field. A value that may contain newlines has its length before it instead:
 * NAME, a newline, 64 bits of length, the value, a newline. So a program's text cannot add fields.
 *
 * The protocol is short, stable and documented (JOURNAL_NATIVE_PROTOCOL). libsystemd would be a
 * dependency on hosts without systemd.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bpfstream.h"
#include "show/journald.h"
#include "show/socket.h"

#define JOURNALD_SOCKET "/run/systemd/journal/socket"

struct journald {
	struct output output;
	struct output_socket sock;
	struct buf buf;
};

/*
 * Escaped, because journalctl -o cat prints control bytes as they are, and other formats print text
 * that has them as numbers.
 */
static void add_text(struct buf *buf, const char *name, const char *text, size_t len)
{
	size_t at;
	uint64_t n = 0;

	buf_addf(buf, "%s\n", name);
	at = buf->len;
	buf_add(buf, &n, sizeof(n));
	buf_escaped(buf, text, len, true);
	if (buf->failed)
		return;
	n = htole64(buf->len - at - sizeof(n));
	memcpy(buf->data + at, &n, sizeof(n));
	buf_add(buf, "\n", 1);
}

void journald_format(struct buf *buf, const struct output_prog *prog,
		     const struct bpf_stream_record *rec)
{
	char identifier[OUTPUT_IDENTIFIER + 1];
	struct output_place place;

	output_identifier(identifier, prog);
	add_text(buf, "MESSAGE", rec->log.text, rec->log.text_len);
	buf_addf(buf, "PRIORITY=%d\nSYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=%s\n",
		 output_severity(rec), OUTPUT_FACILITY, identifier);
	buf_addf(buf, "BPF_PROG_ID=%u\nBPF_STREAM=%s\n", prog->id,
		 output_stream_name(rec->stream_id));
	add_text(buf, "BPF_PROG_NAME", prog->name, strlen(prog->name));
	if (prog->tag)
		add_text(buf, "BPF_PROG_TAG", prog->tag, strlen(prog->tag));
	if (rec->log.kind == BPF_LOG_KIND_RECORD)
		buf_addf(buf, "BPF_LEVEL=%s\n", bpf_log_level_name(rec->log.level));
	if (rec->log.has_time)
		buf_addf(buf, "BPF_KTIME_NS=%" PRIu64 "\n", rec->log.time_ns);
	if (output_place(rec, &place)) {
		add_text(buf, "CODE_FILE", place.file, place.file_len);
		buf_addf(buf, "CODE_LINE=%" PRIu32 "\n", place.line);
	}
	if (rec->log.has_cpu)
		buf_addf(buf, "BPF_CPU=%" PRIu32 "\n", rec->log.cpu);
	if (rec->log.has_pid)
		buf_addf(buf, "BPF_PID=%" PRIu32 "\n", rec->log.pid);
	if (output_report_name(rec->report))
		buf_addf(buf, "BPF_REPORT=%s\n", output_report_name(rec->report));
	if (rec->report && rec->report->has_task) {
		buf_addf(buf, "BPF_CPU=%d\nBPF_UID=%u\nBPF_PID=%d\n", rec->report->cpu,
			 rec->report->uid, rec->report->pid);
		add_text(buf, "BPF_COMM", rec->report->comm, rec->report->comm_len);
	}
}

/* A sealed file takes an entry that is too large for a datagram. */
static int send_file(struct journald *journald)
{
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = {0};
	struct msghdr message = {.msg_control = control, .msg_controllen = sizeof(control)};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);
	size_t done = 0;
	ssize_t n = 1;
	int fd, err;

	fd = memfd_create("bpfstream", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	while (fd >= 0 && n > 0 && done < journald->buf.len) {
		n = write(fd, journald->buf.data + done, journald->buf.len - done);
		done += n > 0 ? n : 0;
	}
	if (fd < 0 || n <= 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)) {
		err = -errno;
		msg("cannot write to %s: cannot create a file for a large entry: %m",
		    journald->sock.name);
	} else {
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
		err = output_send(&journald->sock, &message);
	}
	if (fd >= 0)
		close(fd);
	return err;
}

static int record(struct output *output, const struct output_prog *prog,
		  const struct bpf_stream_record *rec)
{
	struct journald *journald = (struct journald *)output;
	struct buf *buf = &journald->buf;
	struct iovec iov;
	struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
	int err;

	buf->len = 0;
	journald_format(buf, prog, rec);
	if (buf->failed) {
		msg("cannot write to %s: out of memory", journald->sock.name);
		return -ENOMEM;
	}
	iov = (struct iovec){buf->data, buf->len};
	err = output_send(&journald->sock, &message);
	return err == -EMSGSIZE ? send_file(journald) : err;
}

static void close_journald(struct output *output)
{
	struct journald *journald = (struct journald *)output;

	close(journald->sock.fd);
	buf_free(&journald->buf);
	free(journald);
}

struct output *journald_open(const char *socket, const volatile sig_atomic_t *stop)
{
	struct journald *journald = calloc(1, sizeof(*journald));

	if (!journald) {
		msg("out of memory");
		return NULL;
	}
	journald->output = (struct output){.record = record, .close = close_journald};
	journald->sock.name = "the journal";
	journald->sock.stop = stop;
	if (output_socket_unix(&journald->sock, socket ? socket : JOURNALD_SOCKET)) {
		free(journald);
		return NULL;
	}
	return &journald->output;
}
