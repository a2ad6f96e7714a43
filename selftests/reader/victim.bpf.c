// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* A writer that is unloaded while it is read; alone, because loading a reader takes long. */
#include "writer.h"

char _license[] SEC("license") = "GPL";
