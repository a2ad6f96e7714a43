// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Logs from the deepest call that the verifier allows, so that no frame is left for the headers. */
#include "vmlinux.h"
#include <bpf_stream/log.h>

char _license[] SEC("license") = "GPL";

#define CALL(name, next)                                                                           \
	static __attribute__((noinline)) int name(int n)                                           \
	{                                                                                          \
		return next(n + 1) + 1;                                                            \
	}

static __attribute__((noinline)) int frame_8(int n)
{
	bpf_log_info("n is %d", n);
	return n;
}
CALL(frame_7, frame_8)
CALL(frame_6, frame_7)
CALL(frame_5, frame_6)
CALL(frame_4, frame_5)
CALL(frame_3, frame_4)
CALL(frame_2, frame_3)

SEC("tp/syscalls/sys_enter_kill")
int logs_deep(void *ctx)
{
	return frame_2(bpf_get_smp_processor_id()) & 0;
}
