// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Every public macro, under the warnings that projects turn on; messages in arguments of messages */
#include BASE
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/printk.h>
#include <bpf_stream/reader.h>

int g;
long wide;

SEC("xdp")
int nest(struct xdp_md *ctx)
{
	int ret;

	bpf_log_info("%d", ctx->data_end);
	bpf_log_info("none");
	bpf_log(g, "%d and %ld", g, wide);
	bpf_log_info("%d", bpf_stream_warn_on(g > 3));
	bpf_log_debug_every(wide, "%d", bpf_stream_warn_on_once(g > 3));
	bpf_log_warn_ratelimited("%ld", bpf_printk("in %d", g));
	bpf_log_error_once("%d", bpf_stream_printk(BPF_STDOUT, "in %d\n", g));
	bpf_log_hexdump(g, "n ", &wide, wide);
	ret = bpf_stream_printk(g, "%d\n", bpf_stream_printk(BPF_STDOUT, "in %d\n", g));
	bpf_stream_stage(BPF_STDOUT) {
		bpf_stream_stage_printf("a\n");
		bpf_stream_stage(BPF_STDERR) {
			bpf_stream_stage_printf("b %d\n", bpf_stream_stage_printf("c %d\n", g));
		}
	}
	if (bpf_stream_warn_on(bpf_stream_warn_on(g > 3) && g < 7))
		return bpf_stream_dump_stack(BPF_STDERR);
	bpf_stream_assert_return(!bpf_stream_warn_on_once(g == 9), 0);
	bpf_stream_assert(bpf_stream_supported() || g);
	bpf_stream_assert_msg(g, "%d", ret);
	if (ret)
		bpf_stream_panic("%d", ret);
	bpf_stream_panic_return(1, "%d", ret);
}

static int found(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	char start[8];

	bpf_stream_elem_read(text, info, 0, start, sizeof(start));
	return bpf_stream_elem_level(text, info, bpf_stream_elem_line(text, info, 0)) < 0 ||
	       bpf_stream_elem_find(text, info, 0, 'x') < 0 ||
	       bpf_stream_elem_starts_with(text, info, 0, "WARN: ");
}

SEC("syscall")
int reader(int *id)
{
	struct bpf_stream_usage usage;

	return bpf_stream_usage(id, BPF_STDERR, &usage) + (bpf_stream_newest(id, BPF_STDERR) == 0) +
	       bpf_stream_for_each_own(BPF_STDOUT, found, id, 0) +
	       bpf_stream_for_each((__u32)*id, BPF_STDERR, found, id, 0, 0);
}

char _license[] SEC("license") = "GPL";

BPF_LOG_DECLARE_COMPONENT(part);
#define BPF_LOG_COMPONENT part
#undef BPF_LOG_CPU
#define BPF_LOG_CPU 1
#undef BPF_LOG_PID
#define BPF_LOG_PID 1

SEC("syscall")
int component(int *id)
{
	bpf_log_info("%d", *id);
	bpf_log(g, "none");
	bpf_log_debug_every(wide, "%d", bpf_stream_warn_on_once(g > 3));
	bpf_log_warn_ratelimited("%ld", wide);
	return 0;
}
