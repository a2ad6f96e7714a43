// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The same small program without a log statement, with one that is compiled out, and with one of each
 * level, which test_filters.c switches off at load. The statement comes last, so that the comparison
 * does not include code that keeps values across it.
 */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

int length;

#define PROGRAM(name, expect, statement)                                                           \
	SEC("xdp") __retval(2)                                                                     \
	expect int name(struct xdp_md *ctx)                                                        \
	{                                                                                          \
		length = ctx->data_end - ctx->data;                                                \
                                                                                                   \
		statement;                                                                         \
		return XDP_PASS;                                                                   \
	}

#define STATEMENT(level) bpf_log(level, "%s of %d at %llu", "packet", length, bpf_ktime_get_ns())
#define RECORD(level)	 HEAD(level, "filter_cost.bpf.c") "packet of 64 at [0-9]+"

PROGRAM(off_error, __stderr(RECORD("ERROR")), STATEMENT(BPF_LOG_ERROR))
PROGRAM(off_warn, __stderr(RECORD("WARN")), STATEMENT(BPF_LOG_WARN))
PROGRAM(off_info, __stdout(RECORD("INFO")), STATEMENT(BPF_LOG_INFO))
PROGRAM(off_debug, , STATEMENT(BPF_LOG_DEBUG))
PROGRAM(off_trace, , STATEMENT(BPF_LOG_TRACE))

/* The live level alone decides, of the object or of a component. */
BPF_LOG_DECLARE_COMPONENT(part);
PROGRAM(live, , STATEMENT(BPF_LOG_DEBUG))
#define BPF_LOG_COMPONENT part
PROGRAM(live_component, , STATEMENT(BPF_LOG_DEBUG))
#undef BPF_LOG_COMPONENT

PROGRAM(without, , )
#undef BPF_LOG_COMPILE_LEVEL
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_OFF
PROGRAM(compiled_out, , STATEMENT(BPF_LOG_ERROR))
