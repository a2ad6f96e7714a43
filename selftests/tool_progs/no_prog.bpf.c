// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* An object without a program */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

int variable;
