/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* choice.c - which output the user chose: the screen, the journal or syslog. */
#include "show/choice.h"
#include "show/journald.h"
#include "show/syslog.h"

int output_choose(const struct verb *verb, struct output_choice *choice, enum output_kind kind,
		  const char *address)
{
	if (choice->kind != OUTPUT_SCREEN && choice->kind != kind)
		return msg_usage(verb, "--journald and --syslog cannot be given together");
	if (kind == OUTPUT_SYSLOG && address && !syslog_is_address(address))
		return msg_usage(verb,
				 "invalid --syslog address '%s': expected a path, udp:HOST, "
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
