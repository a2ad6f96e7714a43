// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Words that programs define as macros, before our headers or after them */
#include BASE
#ifdef BEFORE
#include "words.h"
#endif
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/printk.h>
#include "words.h"

int n;
const volatile unsigned char key[4];

SEC_("xdp")
int words(struct xdp_md *ctx)
{
	bpf_log_info("%d", n);
	bpf_log_info_once("once");
	bpf_log_warn_ratelimited("rate %s", "limited");
	bpf_log_error_every(3, "third");
	bpf_log(n, "level");
	bpf_log_hexdump(BPF_LOG_INFO, "key ", key, sizeof(key));
	bpf_printk("hello %d", 1);
	bpf_stream_printk(BPF_STDERR, "hello\n");
	bpf_stream_assert(n != 3);
	bpf_stream_assert_msg(n, "n %d", 2);
	bpf_stream_warn_on_once(n == 2);
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("staged");
	}
	bpf_stream_dump_stack(BPF_STDOUT);
	return 2;
}

char license_[] SEC_("license") = "GPL";
