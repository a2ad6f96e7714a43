#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream level: shows and sets the live level of programs loaded by others, on every kernel; the
# program follows it, without being loaded again
set -u
. selftests/tool.sh
bpffs=/sys/fs/bpf/tool_level
# Before any program is loaded
# shellcheck disable=SC3045 # busybox has it
few_fds() { (ulimit -S -n 6 && $tool level --all) >"$dir/few" 2>&1; }
ok "--all: more programs than may be open" eval 'few_fds && same "$(cat "$dir/few")" "$($tool level --all)"'
run_tool level --all
ok "--all, without a program" same "$status $(cat "$out" "$err")" "0 "
run_tool level --all --json
ok "... as JSON" same "$status $(tr -d '\n' <"$out")$(cat "$err")" "0 []"
ok "... to set" fails 1 "no loaded program uses bpf_stream/log.h" level --all debug

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

ok "no level" fails 2 "level: 'loud' is neither a program nor a level: expected off, error, warn, info, debug, \
trace (or 0 to 5) (see 'bpfstream level --help')" level $whole loud
ok "... changes nothing" says warn "" level $whole
$helper pin $progs/no_log.bpf.o ${bpffs}_3 >"$dir/pinned_3" 2>"$err" || note <"$err"
no_log="program no_log has no level: it does not use bpf_stream/log.h, none of its messages was compiled in, \
or it was loaded without its BTF"
ok "a program without log.h" fails 1 "$no_log" level no_log
ok "... to set" fails 1 "$no_log" level no_log info
ok "no such program" fails 1 "no program has name 'nosuch'" level nosuch info

# Components, and several programs
$helper pin $progs/with_components.bpf.o ${bpffs}_4 >"$dir/pinned_4" 2>"$err" || note <"$err"
read -r id_4 _ <"$dir/pinned_4"
task_id=$(sed -n '2s/ .*//p' "$dir/pinned_4")
shared="bpfstream: program $task_id of the same object also has level %s now"
# Log an error, an info and a debug message of each component; print how many arrive of "plain conntrack nat"
components_write() {
	echo >$trace
	fire $LEVELS
	if have_streams; then
		$tool dump with_components 2>&1
	else
		cat $trace
	fi | awk '/with_components\.bpf\.c:/ { for (i = 1; i < NF; i++) n[$i]++ }
		END { print n["plain"] + 0, n["conntrack"] + 0, n["nat"] + 0 }'
}
lines() { printf '%s\n' "$@"; }
ok "components: their levels" says "$(lines info conntrack=info nat=info)" "" level with_components
ok "... the program follows them" same "$(components_write)" "2 2 2"
ok "set one" says "" "$(also conntrack=debug)" level with_components conntrack=debug
ok "... it alone" says "$(lines info conntrack=debug nat=info)" "" level "$id_4"
ok "... done" same "$(components_write)" "2 3 2"
if whole_script; then # which names and words it takes does not depend on the kernel
	ok "set several" says "" "$(also nat=error,conntrack=off | sed 's/,/, /')" level with_components nat=1 conntrack=off
	ok "... done" same "$(components_write)" "2 0 1"
	ok "set all" says "" "$(also debug)" level with_components debug
	ok "... done" same "$(components_write)" "3 3 3"
	ok "set all, and one" says "" "$(also error,nat=debug | sed 's/,/, /')" level with_components nat=debug error
	ok "... shown" says "$(lines error conntrack=error nat=debug)" "" level with_components
	ok "... done" same "$(components_write)" "1 1 3"
	saved=$($tool level with_components)
	run_tool level with_components trace
	# shellcheck disable=SC2086 # words
	ok "what it writes can be set again" says "" "$(also error,conntrack=error,nat=debug | sed 's/,/, /g')" level \
		with_components $saved
	ok "... and is the same" says "$saved" "" level with_components
	ok "no such component" fails 1 "program with_components has no component 'natt'; it has: conntrack, nat" \
		level with_components debug nat=off natt=debug
	ok "... changes nothing" says "$saved" "" level with_components
	ok "a program without components" fails 1 "program $whole has no component 'nat'; it has none" level $whole nat=debug
	ok "a component that one of two named programs lacks" fails 1 \
		"program $whole has no component 'nat'; it has none" level with_components $whole nat=off
	ok "... changes nothing" says "$saved" "" level with_components
	ok "invalid level of a component" fails 2 "level: invalid level 'nat=loud': expected off, error, warn, info, debug, \
trace (or 0 to 5) (see 'bpfstream level --help')" level with_components nat=loud

	of() { sed "s/^/$1[$2]: /"; } # NAME ID: its lines
	whole_too=$(echo warn | of $whole "$id")
	ok "two programs" says "$whole_too
$(lines "$saved" | of with_components "$id_4")" "" level $whole with_components
	ok "a pattern: those that log" says "$(lines "$saved" | of with_components "$id_4")
$(lines "$saved" | of with_task "$task_id")" "" level 'with_*'
	ok "a pattern that means one program: named all the same" says "$(lines "$saved" | of with_task "$task_id")" "" \
		level 'with_t*'
	ok "set by pattern: no program of the object is another one" says "" "" level 'with_*' warn
	ok "... shown" says "$(lines warn conntrack=warn nat=warn | of with_task "$task_id")" "" level 'with_t*'
	ok "a program that is named twice counts once" says "" "" level 'with_*' "$id_4" "$task_id" debug
	ok "a component, by a pattern that means programs without it too" says "" "" level '*with_*' nat=off
	ok "... is set where it is" says "$(lines debug conntrack=debug nat=off)" "" level with_components
	ok "... and nothing else" says warn "" level $whole
	ok "with commas" says "" "" level '*with_c*' "$task_id" info,nat=debug
	ok "... shown" says "$(lines info conntrack=info nat=debug)" "" level with_components
	ok "... back" says "" "" level '*with_c*' "$task_id" debug nat=off
	ok "a component that none has" fails 1 "no program has a component 'natt'; they have: conntrack, nat" \
		level '*with_*' natt=debug
	ok "a pattern that matches nothing" fails 1 "no program matches 'nosuch*'" level $whole 'nosuch*' off
	ok "... changes nothing" says warn "" level $whole
	ok "a pattern that matches programs without log.h" fails 1 "no program that matches 'no_lo*' uses bpf_stream/log.h" \
		level 'no_lo*'
	run_tool level --all
	names=$(cut -d'[' -f1 "$out" | sort | uniq -c | grep -v 'stack_\|from_nmi' | xargs)
	ok "--all: those that log" same "$status $names $(cat "$err")" \
		"0 1 a_program_with_modes 1 a_program_with_one_line 3 with_components 3 with_task "
	ok "--all, set" says "" "" level --all error conntrack=debug
	ok "... in all objects" says "$(echo error | of $whole "$id")
$(lines error conntrack=debug nat=error | of with_components "$id_4")" "" level $whole "$id_4"
	ok "--json" says "{\"id\":$id_4,\"name\":\"with_components\",\"level\":\"error\",\"max_level\":\"trace\",\"components\":\
{\"conntrack\":\"debug\",\"nat\":\"error\"}}" "" level --json with_components
	ok "--json, set: the new levels" says "{\"id\":$id_4,\"name\":\"with_components\",\"level\":\"error\",\
\"max_level\":\"trace\",\"components\":{\"conntrack\":\"debug\",\"nat\":\"off\"}}" "$(also nat=off)" level with_components nat=off -j
	run_tool level --all -j
	ok "--json, all: an array" same "$(tr -d '\n' <"$out" | sed -E 's/"(id|name|level|max_level|components)":("[a-z_]*"|[0-9]*)//g')" \
		"[$($tool level --all | cut -d: -f1 | uniq | grep -v '^with_' | sed 's/.*/{,,,,{}},/' | tr -d '\n')\
{,,,,{\"conntrack\":\"debug\",\"nat\":\"off\"}},{,,,,{\"conntrack\":\"debug\",\"nat\":\"off\"}}]"
fi

run_tool level $whole warn
shared="bpfstream: program $other_id of the same object also has level %s now"

# The CPU and the task
run_tool level with_task info
echo >$trace
sh -c "echo \$\$; kill -0 $TASK" >"$dir/pid" 2>/dev/null
if have_streams; then run_tool dump with_task; else cat $trace >"$out"; fi
ok "a record with CPU and task" same \
	"$(sed -nE 's/.*INFO [0-9]+ (with_components.bpf.c):[0-9]+ cpu=[01] (pid=)/\1 \2/p' "$out")" \
	"with_components.bpf.c pid=$(cat "$dir/pid"): with its task"

chmod 755 "$dir" /sys/fs/bpf $bpffs
chmod 666 $bpffs/*
cp "$tool" "$dir"
$helper nobody "$dir/bpfstream" level $bpffs/$whole trace >"$out" 2>"$err"
ok "a user with access to the pin, but no privilege" same "$? $(cat "$out" "$err")" "1 bpfstream: not \
permitted to open the maps of program $bpffs/$whole: requires root or CAP_SYS_ADMIN"
if whole_script; then # nor do these
	for words in "--all" "a_prog*" "$whole"; do
		$helper nobody "$dir/bpfstream" level "$words" >"$out" 2>"$err"
		ok "... level $words" same "$? $(cat "$out" "$err")" \
			"1 bpfstream: not permitted to look up BPF programs: requires root or CAP_SYS_ADMIN"
	done
	ok "... has changed nothing" says warn "" level $whole
	$tool level $whole >/dev/full 2>"$err"
	ok "onto a full disk" same "$? $(cat "$err")" \
		"1 bpfstream: cannot write to standard output: No space left on device"
	# More programs of one object than it lists
	$helper pin $progs/crowd.bpf.o ${bpffs}_5 >"$dir/pinned_5" 2>"$err" || note <"$err"
	ok "set in a crowd, all of which is selected" says "" "" level 'crowd_*' debug
	others=$(sed -n '/crowd_[3-8]/s/ .*//p' "$dir/pinned_5" | paste -sd, | sed 's/,/, /g')
	ok "... 20 of which are selected: the 60 others are listed" says "" \
		"bpfstream: programs $others of the same object also have level info now" level 'crowd_1?' 'crowd_2?' info
	rm -r ${bpffs}_5
fi

rm -r $bpffs ${bpffs}_2 ${bpffs}_3 ${bpffs}_4 /sys/fs/bpf/tool_pinned

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
