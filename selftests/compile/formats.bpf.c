// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* For host/formats.sh: each line compiles, or gives one error with the expected words. */
#include BASE
#include <bpf_stream/log.h>
#include <bpf_stream/assert.h>
#include <bpf_stream/stage.h>

#pragma clang diagnostic ignored "-Wformat"
#pragma clang diagnostic ignored "-Wformat-extra-args"

#define T(...) bpf_stream_printk(BPF_STDOUT, __VA_ARGS__)

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED

void taken(int i, long l, char *s)
{
	T("%d %i %u %x %X %c", i, i, i, i, i, i);
	T("%ld %li %lu %lx %lX", l, l, l, l, l);
	T("%lld %lli %llu %llx %llX", l, l, l, l, l);
	T("%s %p %px %pK %ps %pS %pB %pks %pus", s, s, s, s, s, s, s, s, s);
	T("%pi4 %pI4 %pi6 %pI6 %pI4:%d", s, s, s, s, s, i);
	T("%8s|%-8s|%5c|%05d|% d|%+d|%-8d|%08x|%+-08lld|%-+ 0d|%-20p|%100ld", s, s, i, i, i, i, i, i, l,
	  i, s, l);
	T("%s%s%d.%s_%s-%s\n%s", s, s, i, s, s, s, s);
	T("%p%p.%p", s, s, s);
	T("%psx%pSx%pBx%pxx%pKx%pI4x%dx%cx", s, s, s, s, s, s, i, i);
	T("100%% sure");
	T("%%zu");
	T("%%");
	T("%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%");
	T("%%%d%%", i);
	T(LONG "%d %% %08x", i, i);
	T(LONG "%% %% %% %d", i);
	T("%12345678d %-01234567lx", i, l);
	T("%d%% %d%% %d%% %d%% %d%%", i, i, i, i, i);
	T("%%%%%%%%%%%%%% %s %08lx %d%%", s, l, i);
	T("%d%d%d%d%d%d%d%d%d%d%d%d", i, i, i, i, i, i, i, i, i, i, i, i);
	T("tab\tx\r\n\v\f \"quoted\" \\ back\\slash ~!");
	bpf_log_info("");
	bpf_log_info("in parts " "%d" "%%" "%s", i, s);
}

void refused(int i, long l, char *s)
{
	T("%zu", l); /* expect: the kernel does not take %zu: cast to unsigned long and write %lu */
	T("%zd", l); /* expect: the kernel does not take %zd: cast to long and write %ld */
	T("%5zx", l); /* expect: the kernel does not take %zx: cast to unsigned long and write %lx */
	T("%td", l); /* expect: the kernel does not take %td: cast to long and write %ld */
	T("%ju", l); /* expect: the kernel does not take %ju: cast to unsigned long long and write %llu */
	T("%Ld", l); /* expect: the kernel does not take %Ld and %qd: cast to long long and write %lld */
	T("%hd", i); /* expect: the kernel does not take %hd: cast to short and write %d */
	T("%04hx", i); /* expect: the kernel does not take %hx: cast to unsigned short and write %x */
	T("%hhx", i); /* expect: the kernel does not take %hhx: cast to unsigned char and write %x */
	T("%hhd", i); /* expect: the kernel does not take %hhd: cast to signed char and write %d */
	T("%02hhu", i); /* expect: the kernel does not take %hhu: cast to unsigned char and write %u */
	T("%hs", s); /* expect: the kernel does not take this conversion: it takes %ld */
	T("%lls", s); /* expect: the kernel does not take this conversion: it takes %ld */
	T("%#x", i); /* expect: the kernel does not take the flag # (%#x): write 0x%x */
	T("%0#10x", i); /* expect: the kernel does not take the flag # (%#x): write 0x%x */
	T("%'d", i); /* expect: the kernel does not take the flag ' (%'d): write %d */
	T("%o", i); /* expect: the kernel does not take %o: write %x */
	T("%lo", l); /* expect: the kernel does not take %lo: write %lx */
	T("%llo", l); /* expect: the kernel does not take %llo: write %llx */
	T("%b", i); /* expect: the kernel does not take %b: write %x */
	T("%n", s); /* expect: the kernel does not take %n: leave it out */
	T("%ls", s); /* expect: the kernel does not take %ls and %lc: write %s and %c */
	T("%f", i); /* expect: BPF has no floating point; print integers */
	T("%lg", i); /* expect: BPF has no floating point; print integers */
	T("%.3s", s); /* expect: the kernel does not take a precision */
	T("%-8.3s", s); /* expect: the kernel does not take a precision */
	T("%5.2f", i); /* expect: the kernel does not take a precision */
	T("%*d", i, i); /* expect: write the width in the format (%8d) */
	T("%5-d", i); /* expect: the kernel does not take this conversion: it takes %d */
	T("%y", i); /* expect: the kernel does not take this conversion: it takes %d */
	T("%sfoo", s); /* expect: the kernel does not take a letter or a digit right after %s */
	T("%pks0", s); /* expect: the kernel does not take a letter or a digit right after %pks */
	T("%pM", s); /* expect: the kernel does not take %pM: write %02x:%02x:%02x:%02x:%02x:%02x */
	T("%6ph", s); /* expect: the kernel does not take %ph: write %02x for each byte */
	T("%pd", s); /* expect: the kernel does not take %pd and %pD: read the name into a buffer */
	T("%pe", s); /* expect: the kernel does not take %pe: write %ld for the error */
	T("%pISpc", s); /* expect: write %pI4 or %pI6 with the address, and %d with the port */
	T("%pU", s); /* expect: of what begins with %p the kernel takes %p %px %pK %ps %pS %pB */
	T("%pfoo", s); /* expect: of what begins with %p the kernel takes %p %px %pK %ps %pS %pB */
	T("%"); /* expect: a single % at the end of the format: write %% for a percent sign */
	T("%d %% %", i); /* expect: a single % at the end of the format: write %% for a percent sign */
	T("%d %-8", i, i); /* expect: a single % at the end of the format: write %% for a percent sign */
	T("100% sure", s); /* expect: the kernel takes a % before a space for a conversion: write %% */
	T("100% done", i, i); /* no error: the kernel reads "% d", with an argument */
	T(LONG "%s", s); /* expect: the format is too long */
	T(LONG "%% %-20s", s); /* expect: the format is too long */
	T(LONG "%% %% %% %s", s); /* expect: the format is too long */
	T("%%%zu", l); /* expect: the kernel does not take %zu */
	T("%d %%zz %d %zx", i, i, l); /* expect: the kernel does not take %zx */
	T("%% %% %% %% %% %zu", l); /* expect: the kernel does not take one of the last conversions */
	T("%d%d%d%d%d%d%d%d%d%d%d%zu", i, i, i, i, i, i, i, i, i, i, i, l); /* expect: %zu */
	T("\033[31mred\033[0m"); /* expect: the kernel does not take \033 */
	T("bell \a"); /* expect: the kernel does not take \a */
	T("\001%d", i); /* expect: the kernel does not take this control character: leave it out */
	T("a\n\n\n\x7f"); /* expect: the kernel does not take this control character: leave it out */
	T("\u00e9"); /* expect: older kernels take ASCII alone in a format */
	T("a \0 b"); /* expect: the kernel reads a format only up to its first \0 */
	T("a\0"); /* expect: the kernel reads a format only up to its first \0 */
	T("\xc3\xa9"); /* expect: older kernels take ASCII alone in a format */
	bpf_log_info("%zu", l); /* expect: the kernel does not take %zu */
	bpf_log_debug_ratelimited("%zu", l); /* expect: the kernel does not take %zu */
	bpf_log(i, "%zu", l); /* expect: the kernel does not take %zu */
	bpf_stream_panic_return(, "%zu", l); /* expect: the kernel does not take %zu */
	bpf_stream_assert_msg(i, "%zu", l); /* expect: the kernel does not take %zu */
	bpf_stream_stage(BPF_STDOUT) bpf_stream_stage_printf("%zu", l); /* expect: does not take %zu */
	bpf_log_info("%d", ({ T("%zu", l); 3; })); /* expect: the kernel does not take %zu */
	if (0) T("%zu", l); /* expect: the kernel does not take %zu */
}

static inline void never_called(long l)
{
	T("%zu", l); /* expect: the kernel does not take %zu */
}

#include <bpf_stream/printk.h>

void drop_in(int i, long l, void *s)
{
	bpf_printk("%zu", l); /* expect: the kernel does not take %zu */
	bpf_printk("%d of %llx %s: 100%%\n", l, s, i);
	bpf_printk("%d\n\0", i); /* seen in programs */
	bpf_printk("%d\0", i); /* expect: the kernel reads a format only up to its first \0 */
	bpf_printk("%s"); /* no error: arguments are not compared */
}
