// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Log the IPv4 flows that come in on an interface, each once, with its first packet (again if it was
 * evicted by newer flows). Warn of malformed packets, ratelimited; at debug, dump their first bytes.
 * Every packet passes unchanged.
 *
 *	bpfstream run build/examples/tc_flow.bpf.o --iface eth0 --level debug
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf_stream/log.h>

#define MAX_FLOWS 4096
#define DUMP_MAX  64 /* bytes of a malformed packet */
#define GO_ON	  (-1) /* TCX_NEXT, or TC_ACT_UNSPEC of older kernels */

char _license[] SEC("license") = "Dual BSD/GPL";

struct flow {
	__be32 saddr, daddr;
	__be16 sport, dport;
	__u32 protocol;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FLOWS);
	__type(key, struct flow);
	__type(value, __u64);
} flows SEC(".maps");

/* From the IPv4 header on, whatever precedes it */
static int load(struct __sk_buff *skb, __u32 off, void *to, __u32 len)
{
	return bpf_skb_load_bytes_relative(skb, off, to, len, BPF_HDR_START_NET);
}

/* Return the fault of the packet, or NULL, and set its flow */
static const char *parse(struct __sk_buff *skb, struct flow *flow)
{
	__u32 head, total, fragment, least;
	struct udphdr udp; /* TCP has its ports in the same place */
	struct iphdr ip;
	__u8 last;

	if (load(skb, 0, &ip, sizeof(ip)))
		return "its IP header is cut";
	head = ip.ihl * 4;
	total = bpf_ntohs(ip.tot_len);
	fragment = bpf_ntohs(ip.frag_off) & 0x3fff;
	if (ip.version != 4)
		return "it is not version 4";
	if (head < sizeof(ip) || total < head)
		return "its lengths are too small";
	if (load(skb, total - 1, &last, 1))
		return "it is longer than what came";
	flow->saddr = ip.saddr;
	flow->daddr = ip.daddr;
	flow->protocol = ip.protocol;
	/* only the first fragment has ports */
	if ((ip.protocol != IPPROTO_UDP && ip.protocol != IPPROTO_TCP) || fragment & 0x1fff)
		return NULL;
	least = ip.protocol == IPPROTO_UDP ? sizeof(udp) : sizeof(struct tcphdr);
	if (total < head + least || load(skb, head, &udp, sizeof(udp)))
		return "its TCP or UDP header is cut";
	if (ip.protocol == IPPROTO_UDP && !fragment &&
	    (bpf_ntohs(udp.len) < sizeof(udp) || bpf_ntohs(udp.len) > total - head))
		return "its UDP length is wrong";
	flow->sport = udp.source;
	flow->dport = udp.dest;
	return NULL;
}

SEC("tcx/ingress")
int tc_flow(struct __sk_buff *skb)
{
	__u64 now = bpf_ktime_get_ns();
	struct flow flow = {};
	const char *wrong;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return GO_ON;
	wrong = parse(skb, &flow);
	if (wrong) {
		/* the linear part */
		void *data = (void *)(long)skb->data;
		__u32 len = (void *)(long)skb->data_end - data;

		bpf_log_warn_ratelimited("malformed packet of %d bytes: %s", skb->len, wrong);
		bpf_log_hexdump(BPF_LOG_DEBUG, "", data, len < DUMP_MAX ? len : DUMP_MAX);
		return GO_ON;
	}
	if (!bpf_map_update_elem(&flows, &flow, &now, BPF_NOEXIST))
		bpf_log_info("new flow %pI4:%d > %pI4:%d protocol %d", &flow.saddr,
			     bpf_ntohs(flow.sport), &flow.daddr, bpf_ntohs(flow.dport),
			     flow.protocol);
	return GO_ON;
}
