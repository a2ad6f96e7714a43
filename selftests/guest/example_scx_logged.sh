#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/scx_logged: schedules busy processes, logs that, and reports when it gives up
set -u
. selftests/tool.sh
obj=build/examples/scx_logged.bpf.o
scx=/sys/kernel/sched_ext
if ! have_streams; then
	why="has no streams; the tool follows nothing there"
	[ -d $scx ] || why="has no sched_ext (CONFIG_SCHED_CLASS_EXT)"
	skip "scx_logged" "Linux $(uname -r) $why"
	done_testing
	exit
fi
count_before
busy=
trap 'kill $busy 2>/dev/null; rm -rf "$dir"' EXIT
keep_busy() {
	sh -c "$1 while :; do :; done" &
	busy="$busy $!"
}
says() { timeless "$out" "$err" | grep -qE -- "$1"; }
state() { [ "$(cat $scx/state)" = "$1" ]; }
at="scx_logged.bpf.c:[0-9]+"

run_tool run $obj --for 0
case $(uname -r),$(cat "$err") in
7.1.*"kfunc 'scx_bpf_"*"wasn't resolved"*)
	skip "scx_logged" "BTF of Linux 7.1 has an argument too many: $(cat "$err")"
	done_testing
	exit
	;;
esac
ok "a clean end" same "$status $(timeless "$out" | sed '/were queued/d; s/:[0-9]*:/:/')" "0 \
INFO scx_logged.bpf.c: begins, with slices of 20 ms
INFO scx_logged.bpf.c: ends: unregistered from user space ()"

start_linked 1 run $obj --level debug
# the link exists shortly before the state is "enabled"
ok "it is the scheduler" eval 'within state enabled && same "$(cat $scx/root/ops)" scx_logged'
ok "info: its beginning" within says "^INFO $at: begins, with slices of 20 ms$"
for _ in 1 2 3; do keep_busy ""; done
ok "info: a summary, when more are busy than there are CPUs" within says \
	"^INFO $at: 101 were queued, [0-9]+ found an idle CPU, [0-9]+ pinned$"
ok "debug: pinned tasks" within says "^DEBUG $at: pid [0-9]+ is pinned$"
ok "the promise is kept under load: nothing on stderr" [ ! -s "$err" ]

# shellcheck disable=SC2016 # for the shell that is started
keep_busy 'printf scx_starve >/proc/$$/comm;'
ok "warn_on: one is put aside" within says "^WARN $at: warn_on: is_victim\(p\)$"
ok "warn: and waits" within says "^WARN $at: queue 1 is left alone for [0-9]+ ms, 1 wait$"
ok "FATAL: for too long" within says "^FATAL $at: queue 1 was left alone for [0-9]{4,} ms$"
ok "the kernel's scheduler takes over" within state disabled
ok "info: its end" within says "^INFO $at: ends: scx_bpf_error \(a queue was left alone\)$"
stop INT
ok "exit status 3: it panicked" same $status 3
ok "one FATAL" same "$(grep -c ^FATAL "$err")" 1
ok "no more warnings than the ratelimit lets through" [ "$(grep -c "left alone for.*wait$" "$err")" -le 10 ]
case $(uname -r) in
6.*) skip "where it happened, in source" "the kernel prints no stack before 7.0" ;;
*) ok "where it happened, in source" grep -q "bpf_stream_panic_return(0, .* @ scx_logged.bpf.c:" "$err" ;;
esac
# shellcheck disable=SC2086 # pids
kill $busy
ok "no program, link or map is left" nothing_left
done_testing
