// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* What is unloaded while it is read: the writer alone, since loading a reader takes its time. */
#include "writer.h"

char _license[] SEC("license") = "GPL";
