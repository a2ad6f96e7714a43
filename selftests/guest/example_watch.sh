#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/stream_watch: counts by level, and forwards only errors
set -u
. selftests/tool.sh
if ! have_streams; then
	skip "stream_watch" "Linux $(uname -r) has no streams"
	done_testing
	exit
fi
bpffs=/sys/fs/bpf/watch
$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id _ <"$dir/pinned"
fire $LEVELS
fire $BOTH
watch() { build/examples/stream_watch build/examples/stream_watch.bpf.o 2>&1 | without_times; }
without_times() { sed -E 's/: ([A-Z]+) [0-9]+ ([a-z.]+):[0-9]*:/: \1 N \2:N:/'; }
want="program $id: ERROR N modes.bpf.c:N: e 1
program $id: 1 error 1 warn 1 info 2 plain"
ok "errors are forwarded, all is counted" same "$(watch)" "$want"
ok "... and nothing is consumed" same "$($tool dump "$id" 2>&1 | grep -c .)" 5
rm -r $bpffs
done_testing
