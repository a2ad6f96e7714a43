// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#define FLOOD	2110000000
#define flood_x flood_b
#include "flood.bpf.c"
