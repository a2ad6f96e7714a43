/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* choice.h - which output the user chose: the screen, the journal, syslog or the kernel's log. */
#ifndef BPFSTREAM_CHOICE_H
#define BPFSTREAM_CHOICE_H

#include <signal.h>

#include "bpfstream.h"
#include "show/output.h"

enum output_kind {
	OUTPUT_SCREEN,
	OUTPUT_JOURNALD,
	OUTPUT_SYSLOG,
	OUTPUT_KMSG,
};

struct output_choice {
	enum output_kind kind;
	const char *address;
};

#define OUTPUT_HELP_JOURNALD                                                                       \
	"write records to the journal, with their fields\n"                                        \
	"(CODE_FILE, BPF_PROG_NAME ...), instead of to the screen"
#define OUTPUT_HELP_SYSLOG                                                                         \
	"write records as syslog messages (RFC 5424) to ADDR: the\n"                               \
	"path of a socket or udp:HOST[:PORT]; default: /dev/log"
#define OUTPUT_HELP_KMSG                                                                           \
	"write records to the kernel's log, /dev/kmsg, at most N in\n"                             \
	"5 seconds; default: 7"
#define OUTPUT_OPT_JOURNALD(val)                                                                   \
	{                                                                                          \
		"journald", val, "[=PATH]", OUTPUT_HELP_JOURNALD                                   \
	}
#define OUTPUT_OPT_SYSLOG(val)                                                                     \
	{                                                                                          \
		"syslog", val, "[=ADDR]", OUTPUT_HELP_SYSLOG                                       \
	}
#define OUTPUT_OPT_KMSG(val)                                                                       \
	{                                                                                          \
		"kmsg", val, "[=N]", OUTPUT_HELP_KMSG                                              \
	}

/*
 * output_choose - take one of these options
 * @address:	optarg
 *
 * Returns 0, or EXIT_USAGE after reporting the error.
 */
int output_choose(const struct verb *verb, struct output_choice *choice, enum output_kind kind,
		  const char *address);

/* output_open - open the chosen output; NULL for OUTPUT_SCREEN, or after reporting an error */
struct output *output_open(const struct output_choice *choice, const volatile sig_atomic_t *stop);

#endif
