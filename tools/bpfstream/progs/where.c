/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* where.c - where the messages of a loaded program go. */
#include <bpf_stream/user.h>
#include <errno.h>
#include <stdio.h>

#include "bpfstream.h"
#include "progs/where.h"

const char *where_word(int prog_fd)
{
	switch (bpf_log_sink_get(prog_fd)) {
	case BPF_LOG_SINK_STREAM:
		return "stream";
	case BPF_LOG_SINK_RING:
		return "ring";
	case BPF_LOG_SINK_TRACE_PIPE:
		return "trace_pipe";
	case BPF_LOG_SINK_NOWHERE:
		return "nowhere";
	default:
		return NULL;
	}
}

/* Why they do not go to the streams */
static const char *why(void)
{
	return bpf_stream_probe() == -EOPNOTSUPP
		       ? "no streams on this kernel"
		       : "the loader did not resolve the stream functions";
}

const char *where_else(int prog_fd)
{
	static char text[96];

	switch (bpf_log_sink_get(prog_fd)) {
	case BPF_LOG_SINK_RING:
		return "ring";
	case BPF_LOG_SINK_TRACE_PIPE:
		snprintf(text, sizeof(text), "trace pipe: %s", why());
		return text;
	case BPF_LOG_SINK_NOWHERE:
		snprintf(text, sizeof(text), "nowhere: %s", why());
		return text;
	default:
		return NULL;
	}
}

bool where_is_unread(int sink)
{
	return sink == BPF_LOG_SINK_TRACE_PIPE || sink == BPF_LOG_SINK_NOWHERE;
}

void where_report(int sink, unsigned int id, const char *name)
{
	if (sink == BPF_LOG_SINK_NOWHERE)
		msg("program %u (%s) writes nowhere (%s)", id, name, why());
	else
		msg("program %u (%s) writes to the trace pipe (%s): 'bpfstream show "
		    "/sys/kernel/tracing/trace_pipe' shows its records",
		    id, name, why());
}
