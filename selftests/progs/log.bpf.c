// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* log.h with its defaults: levels, filters, streams, the record */
#include "vmlinux.h"
#include <bpf_stream/log.h>
#include "expect.h"

#define LOG(level) HEAD(level, "log.bpf.c")

char _license[] SEC("license") = "GPL";

static __always_inline void all_levels(void)
{
	bpf_log_error("e %d", 1);
	bpf_log_warn("w %d", 2);
	bpf_log_info("i %d", 3);
	bpf_log_debug("d %d", 4);
	bpf_log_trace("t %d", 5);
}

SEC("syscall")
__stderr(LOG("ERROR") "e 1")
__stderr(LOG("WARN") "w 2")
__stdout(LOG("INFO") "i 3")
int info_by_default(void *ctx)
{
	all_levels();
	return 0;
}

SEC("syscall")
__level(5)
__stderr(LOG("ERROR") "e 1")
__stderr(LOG("WARN") "w 2")
__stdout(LOG("INFO") "i 3")
__stdout(LOG("DEBUG") "d 4")
__stdout(LOG("TRACE") "t 5")
int level_trace(void *ctx)
{
	all_levels();
	return 0;
}

SEC("syscall")
__level(1)
__stderr(LOG("ERROR") "e 1")
int level_error(void *ctx)
{
	all_levels();
	return 0;
}

SEC("syscall")
__level(0)
int level_off(void *ctx)
{
	all_levels();
	return 0;
}

/* the live level cannot enable records that were off at load */
SEC("syscall")
__level(5)
__max_level(2)
__stderr(LOG("ERROR") "e 1")
__stderr(LOG("WARN") "w 2")
int max_level_warn(void *ctx)
{
	all_levels();
	return 0;
}

SEC("syscall")
__level(5)
__max_level(0)
int max_level_off(void *ctx)
{
	all_levels();
	return 0;
}

SEC("syscall")
__level(5)
__max_level(4)
__stderr(LOG("ERROR") "e 1")
__stderr(LOG("WARN") "w 2")
__stdout(LOG("INFO") "i 3")
__stdout(LOG("DEBUG") "d 4")
int max_level_debug(void *ctx)
{
	all_levels();
	return 0;
}

SEC("syscall")
__level(5)
__stderr(LOG("ERROR") "constant 1")
__stdout(LOG("TRACE") "constant 5")
__stderr(LOG("ERROR") "variable 0")
__stderr(LOG("ERROR") "variable 1")
__stderr(LOG("WARN") "variable 2")
__stdout(LOG("INFO") "variable 3")
__stdout(LOG("DEBUG") "variable 4")
__stdout(LOG("TRACE") "variable 5")
__stdout(LOG("TRACE") "variable 6")
int level_as_a_value(void *ctx)
{
	bpf_log(BPF_LOG_ERROR, "constant %d", BPF_LOG_ERROR);
	bpf_log(BPF_LOG_TRACE, "constant %d", BPF_LOG_TRACE);
	for (int i = 0; i < 7; i++)
		bpf_log(i, "variable %d", i);
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "one")
__stdout(LOG("INFO"))
__stdout(LOG("INFO") "head")
__stdout("\tmore 1")
__stdout("\tmore 2")
__no_empty_lines
int newlines(void *ctx)
{
	bpf_log_info("one");
	bpf_log_info("%s", "");
	bpf_log_info("head\n\tmore %d\n\tmore %d", 1, 2);
	return 0;
}

/* A newline of the author's: the stream gets no second one; the trace pipe has an empty line after it */
SEC("syscall")
__stdout(LOG("INFO") "one")
__stdout(LOG("INFO") "two")
int newline_of_the_author(void *ctx)
{
	bpf_log_info("one\n");
	bpf_log_info("two");
	return 0;
}

SEC("syscall")
__stdout(LOG("INFO") "1 2 3 4 5 6 7 8 9 10 11")
__stdout(LOG("INFO") "none")
int arguments(void *ctx)
{
	bpf_log_info("%d %d %d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
	bpf_log_info("none");
	return 0;
}

/* Arguments of a record that is not written are not evaluated */
SEC("syscall")
__stdout(LOG("INFO") "1")
__retval(1)
int evaluates_only_what_it_writes(void *ctx)
{
	int n = 0;

	bpf_log_debug("%d", ++n);
	bpf_log_info("%d", ++n);
	bpf_log_trace("%d", ++n);
	return n;
}

SEC("syscall")
__stdout("INFO [0-9]+ log.bpf.c:[0-9]+: a void expression")
__retval(3)
int in_expressions(void *ctx)
{
	int n = 3;

	return (n > 2 ? bpf_log_info("a void expression") : (void)0), n;
}

/* A statement like any other, also without braces */
SEC("syscall")
__stdout(LOG("INFO") "then")
__stdout(LOG("INFO") "else")
int as_statements(void *ctx)
{
	for (int i = 0; i < 2; i++)
		if (i == 0)
			bpf_log_info("then");
		else
			bpf_log_info("else");
	return 0;
}

/* The line is the line of the call */
SEC("syscall")
__stdout("INFO [0-9]+ log.bpf.c:777: line")
int line_number(void *ctx)
{
#line 777
	bpf_log_info("line");
	return 0;
}
