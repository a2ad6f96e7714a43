// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: the format must be a string literal */
#include BASE
#include <bpf_stream/log.h>

void f(const char *format)
{
	bpf_log_warn(format, 1);
}
