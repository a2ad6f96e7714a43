// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* context.h after vmlinux.h, and pointers that only vmlinux.h knows */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#define KEPT
#include "context.h"

/* NULL at the end of an iteration */
#define TASK struct task_struct *task = ctx->task, task, (__u32)task->pid
ALONE("iter/task", iter_task, struct bpf_iter__task, 0, TASK)
#define MAP struct bpf_map *map = ctx->map, map, map->id
ALONE("iter/bpf_map", iter_map, struct bpf_iter__bpf_map, 0, MAP)
#define SOCK struct sock_common *sk = ctx->sk_common, sk, sk->skc_family
ALONE("iter/tcp", iter_tcp, struct bpf_iter__tcp, 0, SOCK)
