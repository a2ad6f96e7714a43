/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* where.c - where the messages of a loaded program go. */
#include <bpf_stream/user.h>

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

const char *where_else(int prog_fd)
{
	bool none = bpf_stream_probe() == -EOPNOTSUPP;

	switch (bpf_log_sink_get(prog_fd)) {
	case BPF_LOG_SINK_RING:
		return "ring";
	case BPF_LOG_SINK_TRACE_PIPE:
		return none ? "trace pipe: no streams on this kernel"
			    : "trace pipe: the loader did not resolve the stream functions";
	case BPF_LOG_SINK_NOWHERE:
		return none ? "nowhere: no streams on this kernel"
			    : "nowhere: the loader did not resolve the stream functions";
	default:
		return NULL;
	}
}

const char *where_unread(int prog_fd)
{
	return bpf_log_sink_get(prog_fd) == BPF_LOG_SINK_RING ? NULL : where_else(prog_fd);
}
