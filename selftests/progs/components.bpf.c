// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Components: test_filters.c sets their levels. Without one of its own a message follows bpf_log_level. */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

BPF_LOG_DECLARE_COMPONENT(conntrack);
BPF_LOG_DECLARE_COMPONENT(nat);

#define RECORD(level) HEAD(level, "components.bpf.c")

static int plain(int n)
{
	bpf_log_info("plain %d", n);
	bpf_log_debug("plain %d debug", n);
	return n;
}

#define BPF_LOG_COMPONENT conntrack
static int conntrack(int n)
{
	bpf_log_info("conntrack %d", n);
	bpf_log_debug("conntrack %d debug", n);
	return n;
}

#undef BPF_LOG_COMPONENT
#define BPF_LOG_COMPONENT nat
static int nat(int n)
{
	bpf_log(BPF_LOG_INFO, "nat %d", n);
	bpf_log_debug_once("nat %d debug", n);
	bpf_log_hexdump(BPF_LOG_DEBUG, "nat ", &n, 1);
	bpf_stream_warn_on(n == 3);
	return n;
}
#undef BPF_LOG_COMPONENT

static int plain_again(int n)
{
	bpf_log_info("plain again %d", n);
	return n;
}

SEC("syscall")
__stdout(RECORD("INFO") "plain 1")
__stdout(RECORD("INFO") "conntrack 2")
__stdout(RECORD("INFO") "nat 3")
__stderr(RECORD("WARN") "warn_on: n == 3")
__stack
__stdout(RECORD("INFO") "plain again 4")
int components(void *ctx)
{
	plain(1);
	conntrack(2);
	nat(3);
	plain_again(4);
	return 0;
}

/* bpf_log_level is that of messages without a component. */
SEC("syscall")
__level(4)
__stdout(RECORD("INFO") "plain 1")
__stdout(RECORD("DEBUG") "plain 1 debug")
__stdout(RECORD("INFO") "conntrack 2")
int debug_without_a_component(void *ctx)
{
	plain(1);
	conntrack(2);
	return 0;
}

/* The maximum holds for all. */
SEC("syscall")
__max_level(2)
int nothing_above_the_maximum(void *ctx)
{
	plain(1);
	conntrack(2);
	return 0;
}
