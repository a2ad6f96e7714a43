#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The service and the timer of metrics, in a virtual machine that systemd boots (selftests/systemd/test)
BPF_STREAM_VM_TIMEOUT=1200 BPF_STREAM_VM_SYSTEMD=1 \
	BPF_STREAM_VM_FILES="tools/bpfstream.service.in tools/bpfstream-metrics.service.in tools/bpfstream-metrics.timer docs/fleet.md" \
	exec selftests/vm/run "$(selftests/kernel-table main)" selftests/systemd/test metrics service hosts rsyslog journal
