/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* choice.c - which output the user chose: the screen, the journal, syslog or the kernel's log. */
#include "show/choice.h"
#include "show/journald.h"
#include "show/kmsg.h"
#include "show/syslog.h"

int output_choose(const struct verb *verb, struct output_choice *choice, enum output_kind kind,
		  const char *address)
{
	if (choice->kind != OUTPUT_SCREEN && choice->kind != kind)
		return msg_usage(verb, "--journald, --kmsg and --syslog exclude each other");
	if (kind == OUTPUT_SYSLOG && address && !syslog_is_address(address))
		return msg_usage(verb,
				 "invalid --syslog address '%s': expected a path, udp:HOST, "
				 "udp:HOST:PORT or udp:[ADDRESS]:PORT",
				 address);
	if (kind == OUTPUT_KMSG && address && !kmsg_limit(address))
		return msg_usage(verb, "invalid --kmsg '%s': expected 1 to %d", address,
				 KMSG_LIMIT_MAX);
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
	case OUTPUT_KMSG:
		return kmsg_open(choice->address ? kmsg_limit(choice->address) : KMSG_LIMIT);
	default:
		return NULL;
	}
}
