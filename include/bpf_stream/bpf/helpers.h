/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bpf_stream/bpf/helpers.h - the kernel's helpers that this library calls, under names of its own.
 * Internal: do not include directly.
 *
 * Projects bring their own helper declarations, under the kernel's names and with prototypes that
 * differ, so this file uses none of those names.
 */
#ifndef BPF_STREAM_HELPERS_H
#define BPF_STREAM_HELPERS_H

#include <bpf_stream/bpf/base.h>

struct bpf_dynptr;

#define __BPF_STREAM_HELPER(nr, type, name, ...)                                                   \
	static type (*const __bpf_stream_helper_##name)(__VA_ARGS__) __bpf_stream_unused =         \
		(type(*)(__VA_ARGS__))nr

__BPF_STREAM_HELPER(1, void *, map_lookup_elem, void *map, const void *key);
__BPF_STREAM_HELPER(5, __bpf_stream_u64, ktime_get_ns, void);
__BPF_STREAM_HELPER(8, __bpf_stream_u32, get_smp_processor_id, void);
__BPF_STREAM_HELPER(14, __bpf_stream_u64, get_current_pid_tgid, void);
__BPF_STREAM_HELPER(67, long, get_stack, void *ctx, void *buf, __bpf_stream_u32 size,
		    __bpf_stream_u64 flags);
__BPF_STREAM_HELPER(113, long, probe_read_kernel, void *dst, __bpf_stream_u32 size,
		    const void *src);
__BPF_STREAM_HELPER(114, long, probe_read_user_str, void *dst, __bpf_stream_u32 size,
		    const void *src);
__BPF_STREAM_HELPER(115, long, probe_read_kernel_str, void *dst, __bpf_stream_u32 size,
		    const void *src);
__BPF_STREAM_HELPER(118, __bpf_stream_u64, jiffies64, void);
__BPF_STREAM_HELPER(130, long, ringbuf_output, void *ringbuf, void *data, __bpf_stream_u64 size,
		    __bpf_stream_u64 flags);
__BPF_STREAM_HELPER(165, long, snprintf, char *str, __bpf_stream_u32 str_size, const char *fmt,
		    const void *data, __bpf_stream_u32 data_len);
__BPF_STREAM_HELPER(177, long, trace_vprintk, const char *fmt, __bpf_stream_u32 fmt_size,
		    const void *data, __bpf_stream_u32 data_len);
__BPF_STREAM_HELPER(181, long, loop, __bpf_stream_u32 nr_loops, void *callback_fn,
		    void *callback_ctx, __bpf_stream_u64 flags);
__BPF_STREAM_HELPER(197, long, dynptr_from_mem, void *data, __bpf_stream_u32 size,
		    __bpf_stream_u64 flags, struct bpf_dynptr *ptr);
__BPF_STREAM_HELPER(198, long, ringbuf_reserve_dynptr, void *ringbuf, __bpf_stream_u32 size,
		    __bpf_stream_u64 flags, struct bpf_dynptr *ptr);
__BPF_STREAM_HELPER(199, void, ringbuf_submit_dynptr, struct bpf_dynptr *ptr,
		    __bpf_stream_u64 flags);
__BPF_STREAM_HELPER(200, void, ringbuf_discard_dynptr, struct bpf_dynptr *ptr,
		    __bpf_stream_u64 flags);
__BPF_STREAM_HELPER(201, long, dynptr_read, void *dst, __bpf_stream_u32 len,
		    const struct bpf_dynptr *src, __bpf_stream_u32 offset, __bpf_stream_u64 flags);
__BPF_STREAM_HELPER(202, long, dynptr_write, const struct bpf_dynptr *dst, __bpf_stream_u32 offset,
		    void *src, __bpf_stream_u32 len, __bpf_stream_u64 flags);

#endif /* BPF_STREAM_HELPERS_H */
