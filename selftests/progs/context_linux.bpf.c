// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* context.h after <linux/bpf.h> */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "context.h"

#undef DATA
#undef ROOM
#define DATA(n) ((__u8 *)ctx->optval)[n]
#define ROOM(n) (ctx->optval + (n) <= ctx->optval_end)
ALONE("cgroup/setsockopt", sockopt, struct bpf_sockopt, 1, BYTE(3))
