// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Each form that writes a record: ways.sh compiles this under a name with a percent sign. */
#include BASE
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>

int n;

SEC("xdp")
int records(struct xdp_md *ctx)
{
	bpf_log_info("n %d", n); /* record */
	bpf_log_warn_once("once"); /* record */
	bpf_log_hexdump(BPF_LOG_INFO, "", ctx, 4); /* record */
	bpf_stream_warn_on(n == 7); /* record */
	bpf_stream_warn_on_once(n == 7); /* record */
	bpf_stream_assert_return(n == 7, 1); /* record */
	bpf_stream_assert(n); /* record */
	bpf_stream_assert_msg(n == 7, "n"); /* record */
	if (n == 7)
		bpf_stream_panic_return(3, "n"); /* record */
	if (n == 8)
		bpf_stream_panic("n"); /* record */
	return 0;
}

char _license[] SEC("license") = "GPL";
