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
#include <bpf_stream/reader.h>
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

static int found(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	char start[8];

	bpf_stream_elem_read(text, info, 0, start, sizeof(start));
	return bpf_stream_elem_level(text, info, bpf_stream_elem_line(text, info, 0)) < 0 ||
	       bpf_stream_elem_find(text, info, 0, 'x') < 0 ||
	       bpf_stream_elem_starts_with(text, info, 0, "WARN: ");
}

SEC_("syscall")
int reader(int *id)
{
	struct bpf_stream_usage usage;

	return bpf_stream_usage(id, BPF_STDERR, &usage) + (bpf_stream_newest(id, BPF_STDERR) == 0) +
	       bpf_stream_for_each_own(BPF_STDOUT, found, id, 0) +
	       bpf_stream_for_each((__u32)*id, BPF_STDERR, found, id, 0, 0);
}

char license_[] SEC_("license") = "GPL";
