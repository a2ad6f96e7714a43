// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A program that does not use our headers, with a map that loading pins */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} tool_pinned SEC(".maps");

SEC("tp/syscalls/sys_enter_kill")
int no_log(void *ctx)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&tool_pinned, &key);

	if (value)
		++*value;
	return 0;
}
