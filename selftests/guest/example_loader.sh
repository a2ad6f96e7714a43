#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/loader, a loader with user.h, prints the lines that docs/headers.md shows
set -u
. selftests/tool.sh
loader=build/examples/loader
trace=/sys/kernel/tracing/trace
traced() {
	fire 2000000009
	grep -q 'DEBUG [0-9]* loader.bpf.c:[0-9]*: kill(2000000009, 0)' $trace
}
if ! have_streams; then
	: >$trace
	$loader $loader.bpf.o >"$out" 2>"$err" &
	run=$!
	ok "a kernel without streams: the trace pipe has it" within traced
	ok "... and it says so" same "$(cat "$err")" "on_kill: no streams, see /sys/kernel/tracing/trace_pipe"
	stop INT
	ok "ends with status 0" same $status 0
	ok "... and nothing was lost" same "$(cat "$out")" "lost: 0"
	done_testing
	exit
fi
$loader $loader.bpf.o >"$out" 2>"$err" &
run=$!
attached() {
	fire 2000000009
	grep -q 'kill(2000000009, 0)' "$out"
}
ok "follows, at the level that it has set" within attached
fire 1
said() { grep -q 'kill(1, 0)' "$out"; }
ok "... all" within said
stop INT
ok "ends with status 0" same $status 0
at="on_kill KERNEL | at"
stack="$at loader.bpf.c:N: bpf_stream_dump_stack(BPF_STDERR);
$at loader.bpf.c:N: signal_for_init(args->signal);
"
case $(uname -r) in 6.*) stack= ;; esac
ok "records, and the stack as one" same "$(sed -E '/kill\((2000000009|'$run'), /d
	s/:[0-9]+:/:N:/' "$out" | LC_ALL=C sort)" "$(printf '%s%s' "on_kill DEBUG | kill(1, 0)
$stack" "on_kill WARN | signal 0 for init
lost: 0" | LC_ALL=C sort)"
ok "... and nothing else" [ ! -s "$err" ]
done_testing
