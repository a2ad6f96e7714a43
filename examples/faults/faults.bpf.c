// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Faults, and their reports. The kernel finds a lock taken twice, an endless loop and an access to an
 * unmapped page of an arena, and writes its own report to the program's stderr. An assertion and a
 * panic are reported by bpf_stream/assert.h. A datagram to one of these ports triggers the
 * fault:
 *
 *	bpfstream run build/examples/faults.bpf.o --iface lo
 *	echo >/dev/udp/127.0.0.1/7001		(to 7005; bash)
 *
 * For kernels from 6.17 on, which have these reports (arenas: 6.18).
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/log.h>

#define GO_ON (-1) /* TCX_NEXT */

char _license[] SEC("license") = "Dual BSD/GPL";

enum { DEADLOCK = 7001, ENDLESS, UNMAPPED, ASSERTION, PANIC };

/* Is the packet for this port? */
static int asked_for(struct __sk_buff *skb, __u16 port)
{
	struct {
		struct iphdr ip;
		struct udphdr udp;
	} head;

	return skb->protocol == bpf_htons(ETH_P_IP) &&
	       !bpf_skb_load_bytes_relative(skb, 0, &head, sizeof(head), BPF_HDR_START_NET) &&
	       head.ip.ihl == 5 && head.ip.protocol == IPPROTO_UDP &&
	       head.udp.dest == bpf_htons(port);
}

struct bpf_res_spin_lock {
	__u32 val;
} __attribute__((aligned(4)));

extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) __ksym;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) __ksym;

struct locked {
	struct bpf_res_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct locked);
} locks SEC(".maps");

SEC("tcx/ingress")
int deadlock(struct __sk_buff *skb)
{
	struct locked *once, *again;
	__u32 zero = 0;

	if (!asked_for(skb, DEADLOCK))
		return GO_ON;
	/* looked up twice, because the verifier rejects taking the same lock twice */
	once = bpf_map_lookup_elem(&locks, &zero);
	again = bpf_map_lookup_elem(&locks, &zero);
	if (!once || !again || bpf_res_spin_lock(&once->lock))
		return GO_ON;
	if (!bpf_res_spin_lock(&again->lock))
		bpf_res_spin_unlock(&again->lock);
	bpf_res_spin_unlock(&once->lock);
	return GO_ON;
}

__u64 rounds;

SEC("tcx/ingress")
int endless(struct __sk_buff *skb)
{
	if (!asked_for(skb, ENDLESS))
		return GO_ON;
	for (;;) {
		/* "may_goto end", in bytes: clang has a mnemonic only since 19 */
		asm volatile goto("1: .byte 0xe5, 0; .long ((%l[end] - 1b - 8) / 8) & 0xffff; "
				  ".short 0"
				  :
				  :
				  :
				  : end);
		rounds++;
	}
end:
	return GO_ON;
}

struct {
	__uint(type, 33); /* BPF_MAP_TYPE_ARENA, newer than <linux/bpf.h> of Debian 12 */
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* one page, never allocated */
} arena SEC(".maps");

SEC("tcx/ingress")
int unmapped(struct __sk_buff *skb)
{
	register volatile __u64 *page asm("r1") = (void *)0x18;

	if (!asked_for(skb, UNMAPPED))
		return GO_ON;
	/* "r1 = addr_space_cast(r1, 0, 1)", in bytes for the same reason; &arena says which one */
	asm volatile(".byte 0xbf, 0x11; .short 1; .long 1" : "+r"(page) : "r"(&arena));
	*page = 1;
	return GO_ON;
}

/* These two end the program with TCX_PASS: BPF_STREAM_COOKIE, 0 */

SEC("tcx/ingress")
int assertion(struct __sk_buff *skb)
{
	if (asked_for(skb, ASSERTION))
		bpf_stream_assert_msg(skb->len > 1000, "it is %d", skb->len);
	return GO_ON;
}

SEC("tcx/ingress")
int panic(struct __sk_buff *skb)
{
	if (asked_for(skb, PANIC))
		bpf_stream_panic("somebody sent %d bytes to port %d", skb->len, PANIC);
	return GO_ON;
}
