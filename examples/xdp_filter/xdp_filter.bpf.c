// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * Count packets, drop one UDP port, and log at three levels: drops at warn, a summary every
 * SUMMARY_EVERY packets at info, each packet at debug.
 *
 *	bpfstream run build/examples/xdp_filter.bpf.o --iface eth0 --level debug
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
/* A sender must not be able to fill the log: report at most 100 drops in 5 s. */
#define BPF_LOG_RATELIMIT_BURST 100
#include <bpf_stream/log.h>

#define SUMMARY_EVERY 10

const volatile __u16 drop_port = 7777; /* set by a loader before load, as usual */

__u64 seen, dropped;

/* The UDP header of an IPv4 packet, or NULL. @ip is set for any IPv4 packet. */
static struct udphdr *parse(struct xdp_md *ctx, struct iphdr **ip)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *iph = (void *)(eth + 1);
	struct udphdr *udp;

	*ip = NULL;
	if ((void *)(iph + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	*ip = iph;
	/* a later fragment has no UDP header */
	if (iph->protocol != IPPROTO_UDP || iph->frag_off & bpf_htons(0x1fff))
		return NULL;
	udp = (void *)iph + iph->ihl * 4;
	return iph->ihl >= 5 && (void *)(udp + 1) <= end ? udp : NULL;
}

SEC("xdp")
int xdp_filter(struct xdp_md *ctx)
{
	__u64 n = __sync_fetch_and_add(&seen, 1) + 1;
	int verdict = XDP_PASS;
	struct udphdr *udp;
	struct iphdr *ip;

	udp = parse(ctx, &ip);
	if (ip)
		bpf_log_debug("%pI4 > %pI4 protocol %d, %d bytes", &ip->saddr, &ip->daddr,
			      ip->protocol, bpf_ntohs(ip->tot_len));
	if (udp && udp->dest == bpf_htons(drop_port)) {
		__sync_fetch_and_add(&dropped, 1);
		bpf_log_warn_ratelimited("dropped UDP %pI4:%d > %pI4:%d", &ip->saddr,
					 bpf_ntohs(udp->source), &ip->daddr, bpf_ntohs(udp->dest));
		verdict = XDP_DROP;
	}
	if (n % SUMMARY_EVERY == 0)
		bpf_log_info("seen %llu, dropped %llu", n, dropped);
	return verdict;
}

char _license[] SEC("license") = "Dual BSD/GPL";
