// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: the format is too long: with its arguments the message could pass 1,023 bytes */
#include BASE
#include <bpf_stream/log.h>

#define TEN(x) x x x x x x x x x x

void f(void)
{
	bpf_log_info(TEN(TEN("0123456789")));
}
