#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream level: shows and sets the live level of programs loaded by others, on every kernel; the
# program follows it, without being loaded again
set -u
. selftests/tool.sh
bpffs=/sys/fs/bpf/tool_level
$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id tag _ <"$dir/pinned"
other_id=$(sed -n '2s/ .*//p' "$dir/pinned")
whole=a_program_with_modes
trace=/sys/kernel/tracing/trace

# says STDOUT STDERR ARGUMENT...: exit status 0
says() {
	want_out=$1 want_err=$2 want_status=0
	shift 2
	run_tool "$@"
	if [ $status != 0 ] || ! same "$(cat "$out")" "$want_out" ||
		! same "$(cat "$err")" "$want_err"; then
		show
	fi
}
# Log one record of each level; print a letter for each that arrives
written() {
	echo >$trace
	fire $LEVELS
	if have_streams; then
		$tool dump $whole 2>&1
	else
		cat $trace
	fi | sed -nE 's/.*modes\.bpf\.c:[0-9]+: ([ewidt]) [1-5]$/\1/p' | sort | tr -d '\n'
}
shared="bpfstream: program $other_id of the same object also has level %s now"
# shellcheck disable=SC2059 # that is its format
also() { printf "$shared" "$1"; }

ok "the level that the program was loaded with" says info "" level $whole
ok "... and it follows it" same "$(written)" eiw
ok "by id" says info "" level "$id"
ok "by tag" says info "" level "tag:$tag"
ok "by pin" says info "" level $bpffs/$whole
ok "the other program of the object has the same" says info "" level "$other_id"
for level in off: warn:ew trace:deitw; do
	ok "set ${level%:*}" says "" "$(also ${level%:*})" level $whole ${level%:*}
	ok "... shown" says ${level%:*} "" level $whole
	ok "... done" same "$(written)" "${level#*:}"
done
ok "a number, capitals" says "" "$(also error)" level "$id" 1
ok "... shown as a word" says error "" level "$id"
ok "set WARN" says "" "$(also warn)" level "$id" WARN
ok "the program is the same one, not loaded again" same "$($tool level "$id")" warn

# A program of another object keeps its level
$helper pin $progs/context.bpf.o ${bpffs}_2 >"$dir/pinned_2" 2>"$err" || note <"$err"
read -r id_2 _ <"$dir/pinned_2"
ok "another object has a level of its own" says info "" level "$id_2"

ok "no level" fails 2 "level: invalid level 'loud': expected off, error, warn, info, debug, trace \
(or 0 to 5) (see 'bpfstream level --help')" level $whole loud
$helper pin $progs/no_log.bpf.o ${bpffs}_3 >"$dir/pinned_3" 2>"$err" || note <"$err"
no_log="program no_log has no level: it does not use bpf_stream/log.h, or was loaded without its BTF"
ok "a program without log.h" fails 1 "$no_log" level no_log
ok "... to set" fails 1 "$no_log" level no_log info
ok "no such program" fails 1 "no program has name 'nosuch'" level nosuch info

chmod 755 "$dir" /sys/fs/bpf $bpffs
chmod 666 $bpffs/*
cp "$tool" "$dir"
$helper nobody "$dir/bpfstream" level $bpffs/$whole trace >"$out" 2>"$err"
ok "a user with access to the pin, but no privilege" same "$? $(cat "$out" "$err")" "1 bpfstream: not \
permitted to open the maps of program $bpffs/$whole: requires root or CAP_SYS_ADMIN"
ok "... has changed nothing" says warn "" level $whole
$tool level $whole >/dev/full 2>"$err"
ok "onto a full disk" same "$? $(cat "$err")" \
	"1 bpfstream: cannot write to standard output: No space left on device"
rm -r $bpffs ${bpffs}_2 ${bpffs}_3 /sys/fs/bpf/tool_pinned

# Records removed at load do not come back.
if have_streams; then
	start "is attached" run -v $progs/modes.bpf.o --prog $whole --max-level warn
	ok "below the level at load" within eval "$tool level $whole >/dev/null 2>&1"
	run_out=$out run_err=$err out=$dir/out2 err=$dir/err2
	ok "set above it: reports that it has no effect" says "" "bpfstream: program $whole was loaded with \
a maximum level of warn; records above it cannot be enabled" level $whole trace
	out=$run_out err=$run_err
	stop INT
fi
done_testing
