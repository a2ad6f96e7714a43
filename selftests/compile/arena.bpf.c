// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For host/formats.sh: each line compiles, or gives one error with the expected words. */
#include BASE
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>

#define __arena __attribute__((address_space(1)))

struct anode {
	int v;
	char name[8];
	unsigned char bytes[8];
};

void f(struct anode __arena *n, const char __arena *text, void __arena *any)
{
	bpf_log_info("%d %c %p %p %llx", n->v, n->name[0], n, any, (__u64)n);
	bpf_log_info("%p", (void __arena *)text);
	bpf_log_hexdump(BPF_LOG_INFO, "", n, sizeof(*n));
	bpf_log_hexdump(BPF_LOG_INFO, "", any, 4);
	bpf_log_hexdump(BPF_LOG_INFO, "", n->name, 8);
	bpf_log_info("%s", n->name); /* expect: the kernel cannot read a string in an arena */
	bpf_log_info("%d %s", 1, text); /* expect: the kernel cannot read a string in an arena */
	bpf_log_info("%s", n->bytes); /* expect: the kernel cannot read a string in an arena */
	bpf_stream_printk(1, "%s", text); /* expect: the kernel cannot read a string in an arena */
	bpf_stream_assert_msg(n->v, "%s", text); /* expect: the kernel cannot read a string in */
	bpf_stream_stage(1) bpf_stream_stage_printf("%s", text); /* expect: the kernel cannot read */
}
