/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * output.h - where records go instead of the screen: the journal, syslog. One interface, so that
 * a verb that has records needs to know no more than this.
 *
 *	struct output *output = journald_open(NULL, &stop);
 *
 *	if (!output)
 *		return EXIT_FAILED;
 *	err = output->record(output, &prog, rec);	for each one
 *	output->close(output);
 */
#ifndef BPFSTREAM_OUTPUT_H
#define BPFSTREAM_OUTPUT_H

#include <bpf_stream/user.h>
#include <signal.h>
#include <sys/socket.h>

#include "bpfstream.h"

/* The program that a record is from */
struct output_prog {
	unsigned int id;
	const char *name;
	const char *tag; /* 16 hexadecimal digits, or NULL */
};

/*
 * struct output - somewhere for records to go
 * @record:	takes one record, or a piece of one. 0, or a negative errno after it has told what is
 *		wrong; the record is lost then, and the next ones will be, too.
 * @close:	frees it; all that was taken has been handed on before.
 */
struct output {
	int (*record)(struct output *output, const struct output_prog *prog,
		      const struct bpf_stream_record *rec);
	void (*close)(struct output *output);
};

/*
 * journald_open - the journal
 * @socket:	path of its socket, or NULL for the usual one
 * @stop:	a flag that a signal handler sets, or NULL. Once it is set, what the other end does not
 *		take is given up after a second.
 *
 * syslog_open - syslog messages of RFC 5424
 * @address:	the path of a socket, "udp:HOST", "udp:HOST:PORT", or NULL for /dev/log
 *
 * NULL after they have told in one sentence why not.
 */
struct output *journald_open(const char *socket, const volatile sig_atomic_t *stop);
bool syslog_is_address(const char *address); /* may it be one? */
struct output *syslog_open(const char *address, const volatile sig_atomic_t *stop);

/*
 * For verbs: the two options, of which a user may give one; output_choose() when it comes, with
 * optarg, output_open() when all is known.
 */
enum output_kind {
	OUTPUT_SCREEN,
	OUTPUT_JOURNALD,
	OUTPUT_SYSLOG,
};

struct output_choice {
	enum output_kind kind;
	const char *address;
};

#define OUTPUT_HELP_JOURNALD                                                                       \
	"write records to the journal, with their fields\n"                                        \
	"(CODE_FILE, BPF_PROG_NAME ...), and not to the screen"
#define OUTPUT_HELP_SYSLOG                                                                         \
	"write records as syslog messages (RFC 5424), to ADDR:\n"                                  \
	"a socket's path or udp:HOST[:PORT]; without: /dev/log"
#define OUTPUT_OPT_JOURNALD(val)                                                                   \
	{                                                                                          \
		"journald", val, "[=PATH]", OUTPUT_HELP_JOURNALD                                   \
	}
#define OUTPUT_OPT_SYSLOG(val)                                                                     \
	{                                                                                          \
		"syslog", val, "[=ADDR]", OUTPUT_HELP_SYSLOG                                       \
	}

/* 0, or EXIT_USAGE after it has told what is wrong */
int output_choose(const struct verb *verb, struct output_choice *choice, enum output_kind kind,
		  const char *address);

/* NULL for OUTPUT_SCREEN, too */
struct output *output_open(const struct output_choice *choice, const volatile sig_atomic_t *stop);

/*
 * What outputs share: output.c
 */

/* Numbers of syslog(3), which journald has too */
#define OUTPUT_FACILITY 3 /* daemon */

/* output_severity - 0 (emergency) to 7 (debug) of a record; see output.c */
int output_severity(const struct bpf_stream_record *rec);

/* output_report_name - what a report is about, in a word ("arena"), or NULL */
const char *output_report_name(const struct bpf_log_report *report);

/* output_stream_name - "stdout" or "stderr" */
const char *output_stream_name(const struct bpf_stream_record *rec);

/*
 * output_place - the source location that a record is about: its own, or of a report of the kernel
 * that of the innermost function of the program. False if there is none.
 */
struct output_place {
	const char *file;
	size_t file_len;
	uint32_t line;
};
bool output_place(const struct bpf_stream_record *rec, struct output_place *place);

/*
 * output_identifier - "bpf-NAME", the name of the log's own that a program gets. Whoever loads a
 * program can call it sshd; so that it cannot be taken for that, there is something before it.
 */
#define OUTPUT_IDENTIFIER 48
void output_identifier(char name[OUTPUT_IDENTIFIER + 1], const struct output_prog *prog);

/* Text that grows; what has failed stays so, and is told at the end. */
struct output_buf {
	char *data;
	size_t len;
	size_t size;
	bool failed;
};

void output_add(struct output_buf *buf, const void *data, size_t len);
void output_addf(struct output_buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* ... as escape_text() makes it */
void output_add_escaped(struct output_buf *buf, const char *text, size_t len, bool newlines);

/* A datagram socket, and whom it sends to */
struct output_socket {
	int fd;
	struct sockaddr_storage to;
	socklen_t to_len; /* 0: it is connected */
	const char *name; /* for messages */
	const volatile sig_atomic_t *stop;
	bool refused; /* nobody listens there, which has been told */
	bool unreachable; /* there is no way there, which has been told */
};

/* output_socket_unix - open one that sends to @path. 0, or -1 after it has told why not. */
int output_socket_unix(struct output_socket *sock, const char *path);

/*
 * output_send - send a datagram; sets the address in @message
 *
 * Waits for an other end that is busy, and five seconds for one that is being restarted. By UDP one
 * does not learn in time that nobody listens: that is told once, and not an error, and so is that there
 * is no way there. 0; -EMSGSIZE, and
 * has told nothing; or another negative errno after it has told.
 */
int output_send(struct output_socket *sock, struct msghdr *message);

/*
 * The texts themselves, without any socket
 */
void journald_format(struct output_buf *buf, const struct output_prog *prog,
		     const struct bpf_stream_record *rec);
/* @host: its name; @real_ns: CLOCK_REALTIME of the record; @max: bytes that it may have, 2,048 at least */
void syslog_format(struct output_buf *buf, const struct output_prog *prog,
		   const struct bpf_stream_record *rec, const char *host, uint64_t real_ns,
		   size_t max);

#endif
