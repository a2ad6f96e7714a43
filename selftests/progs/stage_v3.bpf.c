// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* stage.bpf.c with -mcpu=v3 by both compilers: clang 14 spills values of 32 bits then. */
#include "stage.bpf.c"
