// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: format specifies type 'char *' but the argument has type 'int' */
#include BASE
#define BPF_LOG_COMPILE_LEVEL BPF_LOG_OFF
#include <bpf_stream/log.h>

void f(void)
{
	bpf_log_error("%s", 1);
}
