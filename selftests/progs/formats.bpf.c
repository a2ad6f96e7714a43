// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* The kernel accepts the formats that format.h accepts, and refuses those that format.h refuses */
#include "vmlinux.h"
#include <bpf_stream/stream.h>
#include "expect.h"

char _license[] SEC("license") = "GPL";

#pragma clang diagnostic ignored "-Wformat"

int failed;
#define T(...) failed += bpf_stream_printk(BPF_STDOUT, __VA_ARGS__) != 0

SEC("syscall")
__stdout("-1 -1 4294967295 ffffffff FFFFFFFF x")
__stdout("-2 -2 18446744073709551614 fffffffffffffffe FFFFFFFFFFFFFFFE")
__stdout("-2 -2 18446744073709551614 fffffffffffffffe FFFFFFFFFFFFFFFE")
__stdout("  7\\|7  \\|007\\| 7\\|\\+7\\|-0007\\|0000000a\\|\\+5      \\|\\+6      ")
__stdout("    x\\|x    \\|10 *\\|0{90}")
int numbers(void *ctx)
{
	int i = -1, n = 7;
	long l = -2;

	T("%d %i %u %x %X %c\n", i, i, i, i, i, 'x');
	T("%ld %li %lu %lx %lX\n", l, l, l, l, l);
	T("%lld %lli %llu %llx %llX\n", l, l, l, l, l);
	T("%3d|%-3d|%03d|% d|%+d|%05d|%08x|%-+8d|%+-8ld\n", n, n, n, n, n, -n, 10, 5, 6L);
	T("%5c|%-5c|%-10d|%090lu\n", 'x', 'x', 10, 0L);
	return failed;
}

SEC("syscall")
__stdout("text 1\\.text_text-text")
__stdout("%  text\\|text  %\\|%")
__stdout("[0-9a-f]+ [0-9a-f]+ [0-9a-f]+\\.[0-9a-f]+ *\\|")
__stdout("text ")
__stdout(".*\\|.*\\|.*")
__stdout("[0-9a-f]+ [0-9a-f]+ [0-9a-f]+")
__stdout("192\\.0\\.2\\.1 192\\.000\\.002\\.001:80 c000:0201.*/c0000201.*")
int pointers(void *ctx)
{
	static const __u8 ip[16] = {192, 0, 2, 1};
	char text[] = "text";

	T("%s %d.%s_%s-%s\n", text, 1, text, text, text);
	T("%%%6s|%-6s%%|%%\n", text, text);
	T("%p %p %p.%-20p|\n", ip, ip, ip, ip);
	T("%pks %pus\n", text, (void *)0);
	T("%ps|%pS|%pB\n", ip, ip, ip);
	T("%px %pK %px\n", ip, ip, ip);
	T("%pI4 %pi4:%d %pI6/%pi6\n", ip, ip, 80, ip, ip);
	return failed;
}

SEC("syscall")
__stdout("100% sure %zu %%%%%%%%")
__stdout("1% 2% 3% 4% 5%")
__stdout("%%%%%%% text 0000002a 7%")
__stdout("123456789101112")
__stdout("100 7one")
__stdout("tab\tquoted \"x\" \\\\ ~! .*")
int texts(void *ctx)
{
	T("100%% sure %%zu %%%%%%%%%%%%%%%%\n");
	T("%d%% %d%% %d%% %d%% %d%%\n", 1, 2, 3, 4, 5);
	T("%%%%%%%%%%%%%% %s %08lx %d%%\n", "text", 42L, 7);
	T("%d%d%d%d%d%d%d%d%d%d%d%d\n", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
	T("100% done\n", 7);
	T("tab\tquoted \"x\" \\ ~! \r\v\f\n");
	return failed;
}

/* to the trace pipe, without the check: the helper has the same parser as the streams */
#define REFUSED(fmt, ...)                                                                          \
	({                                                                                         \
		static const char text[] = fmt;                                                    \
		__u64 args[] = {__VA_ARGS__};                                                      \
                                                                                                   \
		if (bpf_trace_vprintk(text, sizeof(text), args, sizeof(args)) != -22)              \
			failed++;                                                                  \
	})

SEC("syscall")
int refused(void *ctx)
{
	REFUSED("%zu", 1);
	REFUSED("%td", 1);
	REFUSED("%jd", 1);
	REFUSED("%Ld", 1);
	REFUSED("%qd", 1);
	REFUSED("%hd", 1);
	REFUSED("%04hhx", 1);
	REFUSED("%llld", 1);
	REFUSED("%ls", 1);
	REFUSED("%lc", 1);
	REFUSED("%lp", 1);
	REFUSED("%#x", 1);
	REFUSED("%'d", 1);
	REFUSED("%5-d", 1);
	REFUSED("%o", 1);
	REFUSED("%lo", 1);
	REFUSED("%b", 1);
	REFUSED("%n", 1);
	REFUSED("%f", 1);
	REFUSED("%.3s", 1);
	REFUSED("%.d", 1);
	REFUSED("%*d", 1, 2);
	REFUSED("%sfoo", 1);
	REFUSED("%pks0", 1);
	REFUSED("%pusx", 1);
	REFUSED("%pM", 1);
	REFUSED("%6ph", 1);
	REFUSED("%pd", 1);
	REFUSED("%pe", 1);
	REFUSED("%pISpc", 1);
	REFUSED("%pi5", 1);
	REFUSED("%pfoo", 1);
	REFUSED("%p0", 1);
	REFUSED("%pk", 1);
	REFUSED("%", 1);
	REFUSED("%-8", 1);
	REFUSED("%5%", 1);
	REFUSED("%%%", 1);
	REFUSED("100% sure", 1);
	REFUSED("%y", 1);
	REFUSED("\033[0m", 1);
	REFUSED("\a", 1);
	REFUSED("\001", 1);
	REFUSED("\177", 1);
	REFUSED("%d %d", 1);
	return failed;
}
