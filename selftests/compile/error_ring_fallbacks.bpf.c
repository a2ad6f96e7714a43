// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: BPF_STREAM_RING_FALLBACK and BPF_STREAM_FALLBACK_NONE exclude each other */
#define BPF_STREAM_RING_FALLBACK
#define BPF_STREAM_FALLBACK_NONE
#include BASE
#include <bpf_stream/ring.h>
