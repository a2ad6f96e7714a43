// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: include <bpf_stream/ring.h> before the other headers of bpf_stream */
#include BASE
#include <bpf_stream/log.h>
#include <bpf_stream/ring.h>
