// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * A loop whose end clang 14 puts before its start. The verifier of 6.1 takes a way back for one only if
 * it is a jump.
 */
#include <linux/bpf.h>
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

volatile __u32 knob = 3;

SEC("tc")
int back_edge(struct __sk_buff *skb)
{
	__u32 a = skb->len, c = knob;
	__u8 bytes[16];

	for (int i = 0; i < 16; i++)
		bytes[i] = i + skb->tc_index;
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < 8; i++) {
		c = bytes[skb->len & 15] ^ a;
		bpf_log_info("%x", c);
		bytes[i & 15] = a * i + 18;
	}
	return (a + c + bytes[3]) & 1;
}
