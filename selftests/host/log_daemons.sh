#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The journal and syslog as outputs, with real daemons and a real program's text: in a virtual
# machine (selftests/daemons/test).
set -u
dir=$(tools/setup/log-daemons) || exit 1
BPF_STREAM_VM_TIMEOUT=1200 BPF_STREAM_VM_FILES=$dir exec selftests/vm/run "$(selftests/kernel-table main)" selftests/daemons/test "$dir"
