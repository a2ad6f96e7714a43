/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * A check still holds in the message after it: for pointers of the context that may be NULL, and for
 * packet bytes after a bounds check. The verifier forgets both if clang reads the context again, which
 * clang does after anything that might change memory. Included by programs with different includes
 * before it;
 */
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>
#include <bpf_stream/printk.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define LOG(level) HEAD(level, "context.h")

volatile __u32 limit = 4711;

/*
 * Everything that takes arguments, each alone after the check: with two bpf_printk() after one check the
 * verifier rejects the program as well. vmlinux.h makes every access to the context a load of its own, so there
 * (KEPT) the program keeps pointers in variables, as it has to for bpf_printk().
 */
#ifdef KEPT
#define SK_VARS struct bpf_sock *sk = ctx->sk
#define SK	sk
#define VARS                                                                                       \
	__u8 *data = (void *)(long)ctx->data;                                                      \
	__u8 *end = (void *)(long)ctx->data_end
#define DATA(n) data[n]
#define ROOM(n) (data + (n) <= end)
#else
#define SK_VARS
#define SK ctx->sk
#define VARS
#define DATA(n) ((__u8 *)(long)ctx->data)[n]
#define ROOM(n) ((void *)(long)ctx->data + (n) <= (void *)(long)ctx->data_end)
#endif

#define LOADS(type, name, context, then, ...)                                                      \
	SEC(type) __loads int name(context *ctx)                                                   \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
		return then;                                                                       \
	}
#define ALONE(...) ALONE_(__VA_ARGS__)
#define ALONE_(type, name, context, then, vars, check, value)                                      \
	LOADS(type, name##_log, context, then, vars; if (check) bpf_log_info("%u", value))         \
	LOADS(type, name##_debug, context, then, vars;                                             \
	      if (check) bpf_log_debug("value %u and %u", value, value))                           \
	LOADS(type, name##_once, context, then, vars; if (check) bpf_log_warn_once("%u", value))   \
	LOADS(type, name##_every, context, then, vars;                                             \
	      if (check) bpf_log_warn_every(2, "value %u", value))                                 \
	LOADS(type, name##_ratelimited, context, then, vars;                                       \
	      if (check) bpf_log_warn_ratelimited("value %u", value))                              \
	LOADS(type, name##_stream_printk, context, then, vars;                                     \
	      if (check) bpf_stream_printk(BPF_STDOUT, "value %u\n", value))                       \
	LOADS(type, name##_printk, context, then, vars; if (check) bpf_printk("%u", value))        \
	LOADS(type, name##_warn_on, context, then, vars;                                           \
	      if (check) bpf_stream_warn_on(value == limit))                                       \
	LOADS(type, name##_assert_return, context, then, vars;                                     \
	      if (check) bpf_stream_assert_return(value < limit, then))
/* and these in programs that may throw */
#define THROWS(...) THROWS_(__VA_ARGS__)
#define THROWS_(type, name, context, then, vars, check, value)                                     \
	ALONE_(type, name, context, then, vars, check, value)                                      \
	LOADS(type, name##_assert, context, then, vars;                                            \
	      if (check) bpf_stream_assert(value < limit))                                         \
	LOADS(type, name##_assert_msg, context, then, vars;                                        \
	      if (check) bpf_stream_assert_msg(limit < 5, "%u and %u", value, limit))

/* Sockets that a context may have */
#define FAMILY SK_VARS, SK, SK->family
THROWS("tc", tc_sk, struct __sk_buff, 0, FAMILY)
THROWS("cgroup_skb/egress", cgroup_skb_sk, struct __sk_buff, 1, FAMILY)
ALONE("cgroup/connect4", connect4_sk, struct bpf_sock_addr, 1, FAMILY)
ALONE("sockops", sockops_sk, struct bpf_sock_ops, 1, FAMILY)
ALONE("sk_lookup", sk_lookup_sk, struct bpf_sk_lookup, 1, FAMILY)
ALONE("sk_msg", sk_msg_sk, struct sk_msg_md, 1, FAMILY)
ALONE("sk_reuseport", sk_reuseport_sk, struct sk_reuseport_md, 1, FAMILY)
ALONE("cgroup/getsockopt", sockopt_sk, struct bpf_sockopt, 1, FAMILY)

/* Packets */
#define BYTE(n) VARS, ROOM(n + 1), DATA(n)
THROWS("xdp", xdp, struct xdp_md, 2, BYTE(12))
THROWS("tc", tc, struct __sk_buff, 0, BYTE(12))
THROWS("cgroup_skb/ingress", cgroup_skb, struct __sk_buff, 1, BYTE(9))
ALONE("lwt_in", lwt_in, struct __sk_buff, 0, BYTE(9))
ALONE("lwt_out", lwt_out, struct __sk_buff, 0, BYTE(9))
ALONE("lwt_xmit", lwt_xmit, struct __sk_buff, 0, BYTE(9))
ALONE("sk_skb/stream_verdict", sk_skb, struct __sk_buff, 1, BYTE(3))
ALONE("sk_skb/stream_parser", sk_skb_parser, struct __sk_buff, 1, BYTE(3))
ALONE("flow_dissector", flow_dissector, struct __sk_buff, 0, BYTE(9))
ALONE("sk_msg", sk_msg, struct sk_msg_md, 1, BYTE(3))
ALONE("sk_reuseport", sk_reuseport, struct sk_reuseport_md, 1, BYTE(3))

/* A socket filter may not read the packet itself. */
ALONE("socket", socket_filter, struct __sk_buff, 0, , ctx->len > 20, ctx->protocol)

/*
 * A field of the context, read before and after a message. If clang kept its value only where the message
 * is off, it would read it again where the message is on, after vmlinux.h at an address that the verifier
 * refuses.
 */
#define AGAIN(name, ...)                                                                           \
	SEC("tc") __loads int again_tc_##name(struct __sk_buff *ctx)                               \
	{                                                                                          \
		__u32 mark = ctx->mark;                                                            \
                                                                                                   \
		__VA_ARGS__;                                                                       \
		return (mark + ctx->mark) & 1;                                                     \
	}                                                                                          \
	SEC("xdp") __loads int again_xdp_##name(struct xdp_md *ctx)                                \
	{                                                                                          \
		if (ctx->ingress_ifindex == 1)                                                     \
			return 1;                                                                  \
		__VA_ARGS__;                                                                       \
		return ctx->ingress_ifindex == 2 ? 3 : 2;                                          \
	}
AGAIN(log, bpf_log_info("again"))
AGAIN(level, bpf_log((int)limit & 3, "again %u", limit))
AGAIN(constant, bpf_log(BPF_LOG_DEBUG, "again %u", limit))
AGAIN(once, bpf_log_info_once("again"))
AGAIN(every, bpf_log_info_every(2, "again"))
AGAIN(ratelimited, bpf_log_info_ratelimited("again"))
AGAIN(hexdump, bpf_log_hexdump(BPF_LOG_INFO, "again ", "1234", 4))
AGAIN(stream_printk, bpf_stream_printk(BPF_STDOUT, "again\n"))
AGAIN(printk, bpf_printk("again"))
AGAIN(warn_on, bpf_stream_warn_on(limit == 5))
AGAIN(stage, bpf_stream_stage(BPF_STDOUT) bpf_stream_stage_printf("again"))

/* Some of them run, and print the expected text */

#define SAY(...) SAY_(__VA_ARGS__)
#define SAY_(vars, check, value)                                                                   \
	do {                                                                                       \
		vars;                                                                              \
		if (check)                                                                         \
			bpf_log_info("%u", value);                                                 \
		if (check)                                                                         \
			bpf_log_debug("%u", value);                                                \
		if (check)                                                                         \
			bpf_stream_printk(BPF_STDOUT, "%u printk\n", value);                       \
		if (check)                                                                         \
			bpf_printk("%u bpf_printk", value);                                        \
		if (check)                                                                         \
			bpf_stream_warn_on(value == limit);                                        \
	} while (0)
#define SAID(number)                                                                               \
	__stdout(LOG("INFO") number)                                                               \
	__stdout(number " printk")                                                                 \
	__stdout(number " bpf_printk")

SEC("tc")
SAID("8")
int run_tc(struct __sk_buff *ctx)
{
	SAY(BYTE(12));
	return 0;
}

SEC("xdp")
SAID("8")
__retval(2)
int run_xdp(struct xdp_md *ctx)
{
	SAY(BYTE(12));
	return 2;
}

/* a test run has a socket, of no family */
SEC("tc")
SAID("[0-9]+")
int run_tc_sk(struct __sk_buff *ctx)
{
	SAY(FAMILY);
	return 0;
}

/* A header and the next one: the pointers are kept and not read again */
SEC("tc")
__stdout(LOG("INFO") "8 and 0, of 64")
__stdout(LOG("INFO") "after 0")
__stdout(LOG("INFO") "hex 0000: 00 00 00 00 00 00 00 00 00 00 00 00 08 00 +\\|\\.{14}\\|")
int run_two_checks(struct __sk_buff *ctx)
{
	__u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + 14 > end)
		return 1;
	bpf_log_debug("%u of %u", data[12], ctx->len);
	if (data + 34 > end)
		return 2;
	bpf_log_info("%u and %u, of %u", data[12], data[23], ctx->len);
	bpf_log_info("after %u", data[33]);
	bpf_log_hexdump(BPF_LOG_INFO, "hex ", data, 14);
	bpf_log_hexdump(BPF_LOG_DEBUG, "hex ", data, 14);
	return data[33];
}

SEC("xdp")
__stdout(LOG("INFO") "hex 0000: 00 00 00 00 00 00 00 00 00 00 00 00 08 00 +\\|\\.{14}\\|")
__stdout("behind it 8")
__retval(2)
int run_hexdump(struct xdp_md *ctx)
{
	VARS;

	if (ROOM(14))
		bpf_log_hexdump(BPF_LOG_INFO, "hex ", &DATA(0), 14);
	if (ROOM(14))
		bpf_printk("behind it %u", DATA(12));
	return 2;
}
