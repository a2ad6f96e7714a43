// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* Records with the CPU and the thread's id, in each form of the head, and how many arguments are left */
#include "vmlinux.h"
#define BPF_LOG_CPU 1
#define BPF_LOG_PID 1
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#define CPU  "cpu=[0-9]+"
#define PID  "pid=[1-9][0-9]*"
#define FILE "log_cpu_pid.bpf.c:[0-9]+"

SEC("syscall")
__stdout("INFO [0-9]+ " FILE " " CPU " " PID ": both")
__stdout("INFO [0-9]+ " FILE " " CPU " " PID ": 1 2 3 4 5 6 7 8 9")
__stderr("WARN [0-9]+ " FILE " " CPU " " PID ": a string of 12 and 192.0.2.1")
__stdout("INFO [0-9]+ " FILE " " CPU " " PID
	 ": 0000: 61 62 63                                        "
	 "\\|abc\\|")
__stderr("WARN [0-9]+ " FILE " " CPU " " PID ": warn_on: !!ctx \\| 1")
__stack
int both(void *ctx)
{
	__u8 address[4] = {192, 0, 2, 1};
	char word[] = "string", bytes[] = {'a', 'b', 'c'};

	bpf_log_info("both");
	bpf_log_info("%d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9);
	bpf_log_warn("a %s of %d and %pI4", word, 12, address);
	bpf_log_hexdump(BPF_LOG_INFO, "", bytes, sizeof(bytes));
	bpf_stream_warn_on(!!ctx | 1);
	return 0;
}

SEC("syscall")
__stdout("INFO [0-9]+ " FILE " " CPU " " PID ": once")
__stdout("INFO [0-9]+ " FILE " " CPU " " PID ": every 0")
__stdout("INFO [0-9]+ " FILE " " CPU " " PID ": every 2")
__stdout("INFO [0-9]+ " FILE " " CPU " " PID ": within")
int often(void *ctx)
{
	for (int i = 0; i < 3; i++)
		bpf_log_info_once("once");
	for (int i = 0; i < 3; i++)
		bpf_log_info_every(2, "every %d", i);
	bpf_log_info_ratelimited("within");
	return 0;
}

#undef BPF_LOG_PID
#define BPF_LOG_PID 0
SEC("syscall")
__stdout("INFO [0-9]+ " FILE " " CPU ": the CPU")
int cpu(void *ctx)
{
	bpf_log_info("the CPU");
	return 0;
}

#undef BPF_LOG_TIMESTAMP
#define BPF_LOG_TIMESTAMP 0
SEC("syscall")
__stdout("INFO " FILE " " CPU ": 1 2 3 4 5 6 7 8 9 10 11")
int cpu_without_time(void *ctx)
{
	bpf_log_info("%d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
	return 0;
}

#undef BPF_LOG_CPU
#define BPF_LOG_CPU 0
#undef BPF_LOG_PID
#define BPF_LOG_PID 1
#undef BPF_LOG_LOCATION
#define BPF_LOG_LOCATION 0
SEC("syscall")
__stdout("INFO " PID ": the thread")
int pid_alone(void *ctx)
{
	bpf_log_info("the thread");
	return 0;
}

#undef BPF_LOG_CPU
#define BPF_LOG_CPU 1
SEC("syscall")
__stdout("INFO cpu=([0-9]+) pid=([1-9][0-9]*): the kernel has \\2 and \\3")
int as_the_kernel_has_them(void *ctx)
{
	__u32 cpu = bpf_get_smp_processor_id(), pid = bpf_get_current_pid_tgid();

	bpf_log_info("the kernel has %u and %u", cpu, pid);
	return 0;
}

/* XDP: the thread that calls bpf(2) */
SEC("xdp")
__retval(2)
__stdout("INFO " CPU " " PID ": a packet")
__rejected_before(6, 10, "bpf_get_current_pid_tgid#14") int on_a_packet(struct xdp_md *ctx)
{
	bpf_log_info("a packet");
	return XDP_PASS;
}
