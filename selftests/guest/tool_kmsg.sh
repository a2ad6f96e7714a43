#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream dump, tail and run --kmsg: records in the kernel's log, read back from there
set -u
. selftests/tool.sh
bpffs=/sys/fs/bpf/tool_kmsg prog=a_program_with_modes devkmsg=/proc/sys/kernel/printk_devkmsg
modes=$progs/modes.bpf.o
have_streams || modes=build/selftests/ring_progs/modes.bpf.o
dmesg -n 1
$helper pin "$modes" $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id _ <"$dir/pinned"
head="bpf-${prog}[$id]: "

# log: the kernel's log since the last empty_log, with levels, without times
empty_log() { dmesg -c >/dev/null; }
log() { dmesg -r | sed -E 's/^(<[0-9]+>)\[ *[0-9.]+\] /\1/'; }
ours() { log | grep -F "bpf-${prog}["; }
# dump WANT OPTION...: exit status 0, nothing on stdout, WANT on stderr
dump() {
	want=$1
	shift
	empty_log
	run_tool dump $prog "$@"
	want_status=0
	if [ $status != 0 ] || [ -s "$out" ] || ! same "$(cat "$err")" "$want"; then show; fi
}
held() { echo "bpfstream: $1 records were held back from the kernel's log: more than ${2:-7} in 5 seconds"; }

ok "the kernel limits writers, as it does by default" same "$(cat $devkmsg)" ratelimit
fire $LEVELS
ok "dump --kmsg" dump "" --kmsg
ok "... levels, facility daemon, name, id, text" same "$(ours | sed -E 's/ [0-9]+ modes.bpf.c:[0-9]+:/ T F:L:/')" \
	"<27>${head}ERROR T F:L: e 1
<28>${head}WARN T F:L: w 2
<30>${head}INFO T F:L: i 3"
fire $BOTH
ok "plain lines" dump "" --kmsg
ok "... have the level of their stream" same "$(ours | sort)" "<28>${head}to stderr
<30>${head}to stdout"
fire $HOSTILE
ok "hostile bytes" dump "" --kmsg
ok "... are escaped" same "$(ours)" "<28>$head$hostile"
fire $FORGED
ok "a text with newlines" dump "" --kmsg
ok "... has the name on each line, so it forges none of the kernel's" same "$(log | sed 's/INFO .*: mine/mine/')" "<30>${head}mine
<30>${head}MESSAGE=forged
<30>${head}SYSLOG_IDENTIFIER=sshd
<30>${head}<0>1 - - sshd 1 - - forged
<30>${head}\"] [x@1 y=\"z\"] forged"

# A line, and seven of 902 bytes that continue it
fire $CONTINUED
$tool peek $prog >"$dir/text"
ok "a record that is too long" dump "" --kmsg
ours >"$dir/got"
ok "... is cut, with a mark" grep -q 'a \[[0-9]* bytes cut\]$' "$dir/got"
ok "... once, after as many bytes as the kernels take" eval '[ "$(grep -c cut "$dir/got")" = 1 ] &&
	[ "$(wc -c <"$dir/got")" -gt 900 ] && [ "$(wc -c <"$dir/got")" -le $((976 + 5)) ]'
shown=$(sed -E "s/^<..>bpf-${prog}\[$id\]: //; s/ \[[0-9]* bytes cut\]\$//" "$dir/got" | wc -c)
cut=$(sed -n 's/.* \[\([0-9]*\) bytes cut\]$/\1/p' "$dir/got")
ok "... what is shown and what was cut are the whole" same $((shown + cut)) "$(wc -c <"$dir/text")"

# Limits: the kernel drops what is too much, and returns success. It says so when its writer ends.
lossless() { ! log | grep -q 'suppressed'; }
burst() { # 12 records
	for _ in 1 2 3 4 5 6; do fire $BOTH; done
}
burst
ok "too many records" dump "$(held 5)" --kmsg
ok "... 7" same "$(ours | wc -l)" 7
ok "... a line when it begins, and one with their number" same "$(log | grep 'bpfstream: ')" \
	"<28>bpfstream: more than 7 records in 5 seconds: others are held back
<28>bpfstream: 5 records were held back"
ok "... the kernel dropped nothing" lossless
if whole_script; then # limits of the tool, which are the same on all kernels
	note_limit="bpfstream: the kernel limits what is written to /dev/kmsg: at most 7 records in 5 seconds, \
until kernel.printk_devkmsg is set to 'on'"
	burst
	ok "--kmsg=11: not while the kernel has a lower limit" dump "$note_limit
$(held 5)" --kmsg=11
	echo on >$devkmsg
	burst
	ok "--kmsg=11, where writers are not limited" dump "$(held 1 11)" --kmsg=11
	ok "... 11 records" same "$(ours | wc -l)" 11
	fire $LEVELS
	ok "--kmsg=2" dump "$(held 1 2)" --kmsg=2
	ok "... 2 records" same "$(ours | wc -l)" 2

	# tail: a window after the other, over the kernel's limit if ours were wrong
	echo ratelimit >$devkmsg
	empty_log
	start "bpfstream: woken|bpfstream: polling" tail -v --kmsg $prog
	burst
	ok "tail: the first 7 records" within eval '[ "$(ours | wc -l)" = 7 ]'
	sleep 5.5
	burst
	ok "... 7 more in the next 5 seconds" within eval '[ "$(ours | wc -l)" = 14 ]'
	ok "... after the number of those that were held back" within eval \
		'[ "$(log | grep -n "bpfstream: 5 records were held back" | cut -d: -f1)" = 9 ]'
	sleep 5.5
	echo off >$devkmsg
	fire $BOTH
	finish
	ok "the kernel is set to drop what is written: an error" same "$status $(grep -v 'woken\|polling\|following' "$err")" \
		"1 bpfstream: cannot write to /dev/kmsg: the kernel drops what is written (kernel.printk_devkmsg is off)
$(held 10)"
	ok "... and cannot be opened" fails 1 "cannot open /dev/kmsg: Operation not permitted (kernel.printk_devkmsg is off)" dump $prog --kmsg
	echo ratelimit >$devkmsg
	ok "... until now the kernel dropped nothing" lossless

	empty_log
	printf 'ERROR 123 a.c:1: x\nplain\n\tcontinued\n' | $tool show --kmsg
	ok "show --kmsg" same "$(log)" "<27>bpf-stdin[0]: ERROR 123 a.c:1: x
<30>bpf-stdin[0]: plain
<30>bpf-stdin[0]: 	continued"
	empty_log
	printf 'CPU: 1 UID: 0 PID: 99 Comm: test\nCall trace:\nbpf_test_run+0x25d/0x460\n\nplain\n' | $tool show --kmsg
	ok "... a report without the empty line at its end" same "$(log)" "<30>bpf-stdin[0]: CPU: 1 UID: 0 PID: 99 Comm: test
<30>bpf-stdin[0]: Call trace:
<30>bpf-stdin[0]: bpf_test_run+0x25d/0x460
<30>bpf-stdin[0]: plain"
fi

rm -r $bpffs
empty_log
start_linked 2 run "$modes" --kmsg -l warn
fire $LEVELS
ok "run --kmsg: what its filters show" within eval '[ "$(ours | sed "s/.*: //" | tr "\n" ,)" = "e 1,w 2," ]'
stop INT
ok "... and nothing on the screen" same "$(cat "$out")$(said_by_programs)" ""
done_testing
