// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Memory in an arena: dumped, printed as a pointer. Linux 6.9 and up, clang 19 and up. */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define __arena __attribute__((address_space(1)))

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, 1 << 10);
	__uint(max_entries, 16);
	__ulong(map_extra, 0x1ull << 44);
} arena SEC(".maps");

void __arena *bpf_arena_alloc_pages(void *map, void __arena *addr, __u32 page_cnt, int node_id,
				    __u64 flags) __ksym __weak;

struct anode {
	int v;
	struct anode __arena *next;
	char name[11];
};

#define LOG(level) HEAD(level, "arena.bpf.c")

SEC("syscall")
__stdout(LOG("INFO") "ptr 0000100000000000 100000000000")
__stdout(LOG("INFO") "n 0000: 2a 00 00 00 00 00 00 00 00 00 00 00 00 10 00 00 \\|\\*\\.{15}\\|")
__stdout(LOG("INFO") "n 0010: 61 20 6e 61 6d 65 00 00 00 00 00 +\\|a name\\.\\.\\.\\.\\.\\|")
__stdout(LOG("INFO") "n 0000: 61 20 +\\|a \\|")
int dumped(void *ctx)
{
	struct anode __arena *n = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);

	if (!n)
		return 1;
	n->v = 42;
	n->next = n;
	n->name[0] = 'a';
	n->name[1] = ' ';
	n->name[2] = 'n';
	n->name[3] = 'a';
	n->name[4] = 'm';
	n->name[5] = 'e';
	bpf_log_info("ptr %px %llx", n, (__u64)n);
	bpf_log_hexdump(BPF_LOG_INFO, "n ", n, 27);
	bpf_log_hexdump(BPF_LOG_INFO, "n ", n->name, 2);
	return 0;
}
