// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For test_context.c: the stack, NMI, a held lock */
#include "vmlinux.h"
#define BPF_STREAM_STACK_CTX ctx
#include <bpf_stream/assert.h>
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

int ret;

/* may call bpf_get_stack() */
SEC("ksyscall/getpgid")
int stack_of_kprobe(void *ctx)
{
	ret = bpf_stream_dump_stack(BPF_STDOUT);
	return 0;
}

/* lose a message first: a format that no kernel takes */
#pragma clang diagnostic ignored "-Wformat"
SEC("ksyscall/getpgid")
int stack_after_a_loss(void *ctx)
{
	bpf_stream_printk(BPF_STDOUT, "%d\n");
	ret = bpf_stream_dump_stack(BPF_STDOUT);
	return 0;
}

__u64 in_nmi;

SEC("tp/nmi/nmi_handler")
int from_nmi(void *ctx)
{
	__u64 n = __bpf_stream_fetch_add(&in_nmi, 1);

	if (n < 3) {
		bpf_log_info("from NMI %llu", n);
		bpf_log_warn_ratelimited("from NMI, ratelimited");
		bpf_log_warn_once("from NMI, once");
		bpf_log_warn_every(3, "from NMI, every");
		bpf_stream_warn_on(n == 0);
	}
	return 0;
}
