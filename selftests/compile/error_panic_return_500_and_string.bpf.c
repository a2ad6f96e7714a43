// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: bpf_stream: the format is too long: with its arguments the message could pass 1,023 bytes */
#include BASE
#include <bpf_stream/assert.h>

#define TEN(x) x x x x x x x x x x

int f(char *s)
{
	bpf_stream_panic_return(1, TEN("01234567890123456789012345678901234567890123456789") "%s", s);
}
