#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The service, in a virtual machine that systemd boots (selftests/systemd/test)
BPF_STREAM_VM_TIMEOUT=1200 BPF_STREAM_VM_SYSTEMD=1 BPF_STREAM_VM_FILES="tools/bpfstream.service.in docs/fleet.md" \
	exec selftests/vm/run "$(selftests/kernel-table main)" selftests/systemd/test service hosts rsyslog journal
