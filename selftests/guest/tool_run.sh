#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream run: attach, follow, and remove everything at the end
set -u
. selftests/tool.sh
if ! have_streams; then
	skip "run" "Linux $(uname -r) has no streams; tool_errors.sh has what run says there"
	done_testing
	exit
fi
count_before
modes=$progs/modes.bpf.o
has() { has_text "$1" "$2"; }
not() { ! "$@"; }
lines() { timeless "$@" | sed 's/^\([A-Z]* [a-z.]*\):[0-9]*:/\1:N:/'; }

# XDP on an interface, as users run it: without -v, ended with Ctrl-C

attached() { ip link show dev lo | grep -q xdp; }
forget
$tool run $progs/net.bpf.o --iface lo >"$out" 2>"$err" &
run=$!
up "'of_tp' is not attached"
ok "XDP: attached to the interface" attached
ping -c 1 127.0.0.1 >/dev/null
ok "tcx: a packet's record is on stdout" within has "skb of 98 bytes" "$out"
ok "XDP: a packet's info record is on stdout" within has ": 98 bytes" "$out"
ok "XDP: its warn record is on stderr" within has ": 98 bytes too many" "$err"
ok "XDP: nothing but info on stdout" not grep -qv "^INFO" "$out"
ok "XDP: no info on stderr" not grep -q "^INFO" "$err"
$tool run $progs/net.bpf.o --prog xdp_log --iface lo --for 9 >"$dir/second" 2>&1
ok "XDP: a second one is refused, in words" same "$? $(cat "$dir/second")" "1 \
bpfstream: program 'xdp_log' is not attached: lo already has an XDP program
bpfstream: $progs/net.bpf.o: nothing to follow: none of its programs could be attached"
stop INT
ok "Ctrl-C: exit status 0" same $status 0
ok "Ctrl-C: detached" not attached
ok "Ctrl-C: no program, link or map is left" nothing_left
ok "it reports the programs that it could not attach, and nothing else" same \
	"$(grep '^[^WI]' "$err")" "\
bpfstream: program 'of_syscall' is not attached: libbpf cannot auto-attach programs of section \
'syscall'
bpfstream: program 'of_tc' is not attached: its section does not say the direction, as tcx/ingress and \
tcx/egress do
bpfstream: program 'of_tp' is not attached: failed to determine tracepoint 'nothing/of_that_name' \
perf event ID: No such file or directory"

# One of two programs, all levels on

start "'a_program_with_modes' is attached" \
	run $modes --prog a_program_with_modes --level trace -v
ok "-v: reports the attached programs" has "bpfstream: program 'a_program_with_modes' is attached to \
tp/syscalls/sys_enter_kill" "$err"
ok "--prog: the other program is not loaded" same "$($tool dump a_program_with_one_line 2>&1)" \
	"bpfstream: no program has name 'a_program_with_one_line'"
fire $LEVELS
within has ": t 5" "$out"
within has ": w 2" "$err"
ok "--level trace: debug and trace" same "$(lines "$out")" "INFO modes.bpf.c:N: i 3
DEBUG modes.bpf.c:N: d 4
TRACE modes.bpf.c:N: t 5"
ok "... and error and warn on stderr" same "$(said_by_programs | lines)" \
	"ERROR modes.bpf.c:N: e 1
WARN modes.bpf.c:N: w 2"
fire $HOSTILE
ok "bytes that could upset a terminal are escaped" within has "$hostile" "$err"
fire $NO_NEWLINE
ok "a line without its end is shown after a while" within has "no newline," "$out"
fire $REST
ok "... and goes on where it stopped" within has "no newline, and the rest" "$out"

# Several writers: 135 lines, which fit into a stream before the tool starts to read

writers=
for _ in 1 2 3; do
	for _ in 1 2 3; do fire $LONG; done &
	writers="$writers $!"
done
# shellcheck disable=SC2086 # pids
wait $writers
long() { grep '^[0-9]* a' "$out"; }
all_long() { [ "$(long | grep -c '[0-9]$')" = 135 ]; }
# The kernel skips a run if another task was preempted in the same program. The numbers lack the lines
# that such a run would have written.
for _ in 1 2 3; do
	within all_long && break
	fire $LONG
done
ok "lines of several writers arrive whole, and once" same \
	"$(long | awk 'length == 718 && $1 == $3 && $1 < 135 && !seen[$1]++' | wc -l)" 135

# Text that it has not read yet when the signal comes

freeze $run
size=$(wc -c <"$out")
fire $FULL
kill -TERM $run
kill -CONT $run
finish
ok "TERM: exit status 0" same $status 0
tail -c +$((size + 1)) "$out" >"$dir/new"
ok "TERM: earlier text is drained, whole and in order" all_numbers "$dir/new"
ok "TERM: no program, link or map is left" nothing_left

# Levels of components
components=$progs/with_components.bpf.o
of_components() { # OPTION...: the number of records of each component
	start "'with_components' is attached" run $components --prog with_components -v "$@"
	fire $LEVELS
	within grep -q ': nat e$' "$err"
	stop INT
	cat "$out" "$err" | sed -nE 's/.*with_components\.bpf\.c:[0-9]+: ([a-z]+) [eid]$/\1/p' | sort | uniq -c | xargs
}
ok "--level of all components" same "$(of_components --level debug)" "3 conntrack 3 nat 3 plain"
ok "--level of one" same "$(of_components --level conntrack=debug)" "3 conntrack 2 nat 2 plain"
ok "--level of all, and of two" same "$(of_components --level error,nat=info --level conntrack=debug)" \
	"3 conntrack 2 nat 1 plain"
ok "--level of a component that it does not have" fails 1 \
	"$components has no component 'natt'; it has: nat, conntrack" run $components --level natt=debug
ok "--level of a component of an object without any" fails 1 \
	"$modes has no component 'nat'; it has none" run $modes --level nat=debug

# Two programs, with a lower level than they log at

start "'a_program_with_one_line' is attached" run $modes -v --max-level warn --level trace \
	--prog a_program_with_modes --prog a_program_with_one_line
fire $LEVELS
within has ": w 2" "$err"
fire $NO_NEWLINE
within has "no newline," "$out"
ok "--max-level warn below --level trace: reported" has \
	"bpfstream: $modes is loaded with a maximum level of warn; records above it cannot be enabled" "$err"
ok "--max-level warn: nothing above, whatever the level" same \
	"$(said_by_programs | lines) $(cat "$out")" "ERROR modes.bpf.c:N: e 1
WARN modes.bpf.c:N: w 2 no newline,"
fire $OTHER
within has "from the other" "$out"
fire $REST
within has "the rest" "$out"
ok "two programs do not share a line" same "$(cat "$out")" "no newline,
from the other
 and the rest"
fire $NO_NEWLINE
stop HUP
ok "HUP: exit status 0" same $status 0
ok "HUP: a line without its end is drained too, and gets one" same \
	"$(tail -n 1 "$out" | od -An -c | tr -d ' \n')" 'nonewline,\n'

uptime_ms() { awk '{ print $1 * 1000 }' /proc/uptime; }
from=$(uptime_ms)
run_tool run $progs/no_log.bpf.o --for 1.2
ok "--for: ends by itself, with 0, without a word" same "$status $(cat "$out" "$err")" "0 "
ok "--for: not before its time" [ $(($(uptime_ms) - from)) -ge 1200 ]

# Output that cannot be written

forget
"$tool" run $modes --level off -v >/dev/full 2>"$err" &
run=$!
up "'a_program_with_one_line' is attached"
fire $LEVELS
fire $BOTH
finish
ok "a full disk ends it, with 1 and in words" same "$status $(grep 'cannot' "$err")" \
	"1 bpfstream: cannot write to standard output: No space left on device"
ok "--level off: no record" not grep -q '^[A-Z]' "$err"

forget
{
	$tool run $modes -v 2>"$err"
	echo $? >"$dir/status"
} | head -n 1 >"$out" &
up "'a_program_with_one_line' is attached"
fire $BOTH
ok "a reader that goes away ends it, with nothing more to write" within [ -s "$dir/status" ]
ok "... with the status of SIGPIPE, and not a word" same \
	"$(cat "$dir/status") $(cat "$out") $(grep 'cannot' "$err")" "141 to stdout "

# A reader that sleeps in front of a full pipe

mkfifo "$dir/fifo"
blocked() {
	exec 7<>"$dir/fifo"
	: >"$dir/blocked"
	"$tool" run $modes -v >"$dir/fifo" 2>"$dir/blocked" 7>&- &
	run=$!
	within has "'a_program_with_one_line' is attached" "$dir/blocked"
	fire $FULL
	# waits for the first byte; the others do not fit into a pipe
	dd bs=1 count=1 <&7 >"$out" 2>&1
}
blocked
kill -INT $run
# During the second that it waits: run attaches other things, and cleans up
run_tool run $progs/struct_ops.bpf.o --prog cc_init --for 0 -v
ok "struct_ops: attached as a whole, with one of its programs" same \
	"$status $(grep '^bpfstream' "$err")" \
	"0 bpfstream: struct_ops map 'tool_cc' is attached to the kernel"
pinned=/sys/fs/bpf/tool_pinned
run_tool run $progs/no_log.bpf.o --for 0
ok "a map that loading has pinned is unpinned" eval "[ $status = 0 ] && [ ! -e $pinned ]"
$helper pin $progs/no_log.bpf.o /sys/fs/bpf/tool_run >/dev/null
run_tool run $progs/no_log.bpf.o --for 0
ok "a pin that was there before stays" eval "[ $status = 0 ] && [ -e $pinned ]"
rm -r $pinned /sys/fs/bpf/tool_run

finish
ok "Ctrl-C: ends it also while its reader sleeps" same \
	"$status $(grep 'cannot' "$dir/blocked")" "1 \
bpfstream: cannot write to standard output: reader stalled; giving up"
exec 7<&-
# If this machine takes longer than that second between the two, the test proves nothing.
for _ in 1 2 3 4 5; do
	blocked
	kill -INT $run
	# The first one was consumed
	within grep -q '^ShdPnd:.*0$' /proc/$run/status
	stop INT
	exec 7<&-
	[ $status = 1 ] || break
done
ok "a second Ctrl-C ends it immediately" same $status 130
ok "no program, link or map is left of all this" nothing_left

done_testing
