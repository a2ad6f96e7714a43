// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* say.bpf.c through a ring */
#include "vmlinux.h"
#include <bpf_stream/ring.h>
#include "say.bpf.c"
