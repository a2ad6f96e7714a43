// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The same small program without a log statement, with one that is compiled out, and with one that
 * test_filters.c switches off at load. (xdp: it returns something that depends on the packet.)
 */
#include "vmlinux.h"
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_DEBUG
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define PROGRAM(name, statement)                                                                   \
	SEC("xdp") __retval(64) int name(struct xdp_md *ctx)                                       \
	{                                                                                          \
		int len = ctx->data_end - ctx->data;                                               \
                                                                                                   \
		statement;                                                                         \
		return len;                                                                        \
	}

PROGRAM(without, )
PROGRAM(compiled_out, bpf_log_trace("length %d of %s at %llu", len, "packet", bpf_ktime_get_ns()))
PROGRAM(off_at_load, bpf_log_debug("length %d of %s at %llu", len, "packet", bpf_ktime_get_ns()))
