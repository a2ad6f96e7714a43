// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Uses each public name once. BASE is the first include of a program; the headers follow in this
 * order, or with -DBACKWARDS in reverse.
 */
#include BASE
#ifndef BACKWARDS
#include <bpf_stream/stream.h>
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/printk.h>
#include <bpf_stream/reader.h>
#else
#include <bpf_stream/reader.h>
#include <bpf_stream/printk.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/log.h>
#include <bpf_stream/stream.h>
#endif

char _license[] SEC("license") = "GPL";

SEC("xdp")
int use_all(struct xdp_md *ctx)
{
	__u8 addr[4] = {192, 0, 2, 7};
	char text[8] = "text";

	bpf_stream_printk(BPF_STDOUT, "%d\n", 1);
	bpf_stream_printk(BPF_STDERR, "%pI4 %pB %pks %s %s\n", addr, text, text, text, "literal");
	if (!bpf_stream_supported())
		return XDP_DROP;
	bpf_log_error("%pI4 %px", addr, addr);
	bpf_log_warn("%llu", 1ULL);
	bpf_log_info("none");
	bpf_log_debug("%s", text);
	bpf_log_trace("%x", ctx->data_end - ctx->data);
	bpf_log(BPF_LOG_INFO, "%d", BPF_LOG_OFF);
	bpf_log_info_once("once %d", 1);
	bpf_log_warn_ratelimited("ratelimited %d", 2);
	bpf_log_debug_every(3, "every %d", 3);
	bpf_log_hexdump(BPF_LOG_DEBUG, "addr ", addr, sizeof(addr));
	bpf_stream_dump_stack(BPF_STDERR);
	bpf_printk("dropped in %d", 4);
	bpf_stream_stage(BPF_STDOUT)
		bpf_stream_stage_printf("staged %d\n", 5);
	if (bpf_stream_warn_on(text[0] == 'x') || bpf_stream_warn_on_once(text[0] == 'y'))
		bpf_stream_panic_return(XDP_DROP, "returned %d", 6);
	bpf_stream_assert_return(text[0] == 't', XDP_DROP);
	bpf_stream_assert(text[0]);
	bpf_stream_assert_msg(text[1], "thrown %d", 7);
	if (text[2] == 'y')
		bpf_stream_panic("thrown %d", 8);
	return XDP_PASS;
}

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ringbuf SEC(".maps");

static int use_element(struct bpf_dynptr *text, const struct bpf_stream_elem_info *info, void *ctx)
{
	int *found = ctx;
	struct bpf_dynptr other;
	char start[8];

	bpf_ringbuf_reserve_dynptr(&ringbuf, 8, 0, &other);
	*found += bpf_stream_elem_copy(&other, 0, text, info);
	bpf_ringbuf_discard_dynptr(&other, 0);
	for (__u32 off = 0; off < 2; off++)
		if (bpf_stream_elem_line(text, info, off) == info->len)
			break;
	*found += bpf_stream_elem_find(text, info, 0, 'x') >= 0;
	*found += bpf_stream_elem_starts_with(text, info, 0, "ERROR: ");
	*found += bpf_stream_elem_level(text, info, 0) == BPF_LOG_FATAL;
	*found += bpf_stream_elem_read(text, info, 0, start, sizeof(start));
	return bpf_stream_elem_output(&ringbuf, start, sizeof(start), text, info);
}

SEC("syscall")
int use_reader(void *ctx)
{
	struct bpf_stream_result result;
	struct bpf_stream_usage usage;
	int found = 0, n;

	n = bpf_stream_for_each(1, BPF_STDERR, use_element, &found, 0, &result);
	n += bpf_stream_for_each(1, BPF_STDERR, use_element, &found, BPF_STREAM_PEEK, 0);
	n += bpf_stream_for_each_own(BPF_STDERR, use_element, &found, 0);
	n += bpf_stream_peek_prog(ctx, BPF_STDERR, use_element, &found, 0);
	n += bpf_stream_usage(ctx, BPF_STDERR, &usage);
	n += bpf_stream_newest(ctx, BPF_STDERR) != 0;
	return n + found;
}

BPF_LOG_DECLARE_COMPONENT(part);
#define BPF_LOG_COMPONENT part
#undef BPF_LOG_CPU
#define BPF_LOG_CPU 1
#undef BPF_LOG_PID
#define BPF_LOG_PID 1
SEC("syscall")
int use_component(void *ctx)
{
	bpf_log_info("%d", 1);
	bpf_log(BPF_LOG_DEBUG, "none");
	return 0;
}
