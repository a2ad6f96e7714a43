// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * The arithmetic of fixedpoint.h as an object of its own: for programs that define FIXED_EXTERN, and
 * are linked with it.
 *
 *	clang ... -DFIXED_EXTERN -c my_program.bpf.c -o my_program.o
 *	bpftool gen object my_program.bpf.o my_program.o libfixedpoint.bpf.o
 */
#include <linux/bpf.h>
/* an object to be linked: see bpf_stream/bpf/base.h */
#define BPF_STREAM_UNIT	 _libfixedpoint
#define __FIXED_FUNCTION __noinline
#define __FIXED_INLINE	 __noinline
#include "fixedpoint.h"
