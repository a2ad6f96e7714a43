// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/* expect: "bpf_log: BPF_LOG_TIMESTAMP, BPF_LOG_LOCATION, BPF_LOG_CPU and BPF_LOG_PID are 0 or 1" */
#include BASE
#define BPF_LOG_CPU 2
#include <bpf_stream/log.h>
