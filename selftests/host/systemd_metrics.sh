#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The timer of metrics, in a virtual machine that systemd boots (selftests/systemd/metrics)
BPF_STREAM_VM_TIMEOUT=600 BPF_STREAM_VM_SYSTEMD=1 BPF_STREAM_VM_FILES="tools/bpfstream-metrics.service.in tools/bpfstream-metrics.timer" \
	exec selftests/vm/run "$(selftests/kernel-table main)" selftests/systemd/metrics
