// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: format specifies type 'int' but the argument has type 'char */
#include BASE
#define bpf_log_fmt(fmt) "prefix: " fmt
#include <bpf_stream/log.h>

void f(char *s)
{
	bpf_log_info("%d", s);
}
