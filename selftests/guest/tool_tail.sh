#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream tail: follows programs, including those loaded later; and the display that run shares
set -u
. selftests/tool.sh
if ! have_streams; then
	# Programs that write to a ring may come: tool_ring.sh has the rest
	waits="kernel $(uname -r) has no BPF streams (Linux 6.17 and later have them): following programs that \
write to a ring (bpf_stream/ring.h), none yet"
	for peek in "" --peek; do
		# shellcheck disable=SC2086 # none, or one
		start "$waits" tail --all $peek
		stop INT
		ok "no streams: a sentence${peek:+, }$peek" same "$status $(cat "$err")" "0 bpfstream: $waits"
	done
	done_testing
	exit
fi
count_before
bpffs=/sys/fs/bpf/tool_tail
FORGE=2100000001 TWO_LINES=2100000002 LONG_LINE=2100000003 PANIC=2100000004 MERGE=2100000005
NO_END=2100000006 LOSE=2100000007
has() { has_text "$1" "$2"; }
lacks() { ! grep -q -- "$1" "$2"; }
load() { # OBJECT: pinned in $bpffs; $id of the first program, $other and $third of the next
	$helper pin "$progs/$1.bpf.o" $bpffs >"$dir/pinned" 2>"$dir/load" || note <"$dir/load"
	{
		read -r id tag _
		read -r other _
		read -r third _ || third=
	} <"$dir/pinned"
}
unload() { rm -r $bpffs; }
follow() { start "bpfstream: woken|bpfstream: polling" tail -v "$@"; }
# Without times
plain() { sed -E 's/\[ *[+-]? *[0-9]+\.[0-9]{6}\] //; s/:[0-9]+:/:N:/' "$@"; }
said() { grep -v '^bpfstream: ' "$err" | plain; }

# All programs, one loaded later, and one that is unloaded

follow --all
ok "woken by the kernel" has "woken by the kernel" "$err"
# The number that it has open; check repeatedly, because each look closes and opens one.
room=0
for _ in 1 2 3 4 5; do
	while [ -e "/proc/$run/fd/$room" ]; do room=$((room + 1)); done
	sleep 0.01
done
$helper files $run $room
load modes
one="a_program_with_modes[$id]:" two="a_program_with_one_line[$other]:"
ok "no more files: reported once" within grep -q "^bpfstream: cannot open program [0-9]*, and possibly \
others: Too many open files$" "$err"
$helper files $run 1000
ok "a program that is loaded later is followed" within has "following program $id (a_program_with_)" "$err"
fire $LEVELS
fire $OTHER
ok "its records, each with its name" within has "$two from the other" "$out"
within has ": w 2" "$err"
ok "stdout" same "$(plain "$out" | sort)" "$one INFO modes.bpf.c:N: i 3
$two from the other"
ok "stderr" same "$(said)" "$one ERROR modes.bpf.c:N: e 1
$one WARN modes.bpf.c:N: w 2"
ok "times: seconds since boot" grep -q '^a_program_with_modes\[[0-9]*\]: \[ *[0-9]*\.[0-9]\{6\}\] INFO' "$out"
# Stopped, so that it cannot have read the last message
freeze $run
fire $BOTH
unload
kill -CONT $run
ok "a program that is unloaded: it is gone" within has "program $id (a_program_with_modes) was unloaded" "$err"
ok "... its last words come before that" same "$(tail -n 3 "$err" | grep -v "$other")" "$one to stderr
bpfstream: program $id (a_program_with_modes) was unloaded"
ok "... also on stdout" within has "$one to stdout" "$out"
stop INT
ok "Ctrl-C: exit status 0" same $status 0
ok "nothing is left over" nothing_left

# Hostile text, time, and JSON

follow --poll 'tail_*'
ok "a pattern without a match" has "no program matches 'tail_*' yet" "$err"
load tail
one="tail_talks[$id]:" two="tail_other[$other]:"
ok "... one that is loaded later is followed" within has "following program $other (tail_other)" "$err"
ok "... and it alone" lacks bpfstream_demo "$err"
forged="$one INFO tail.bpf.c:N: a
$one evil_tail[1]: ERROR x.c:N: forged
$one 	b \\x1b[2J \\xff"
ok "--poll: not woken" has "polling every 1 to 50 ms" "$err"
# Before any other message
fire $LOSE
# Written while it cannot read, so that it is read in one round
freeze $run
fire $MERGE
kill -CONT $run
within has "4 of one" "$err"
within has "3 of two" "$out"
ok "merged by time; a stream keeps its order" same "$(plain "$out")" "$two INFO: 2 of two
$one INFO: 3 of one
$one INFO: 1 of one
$two INFO: 3 of two"
fire $FORGE
ok "hostile: newlines" within has "x1b[2J" "$out"
ok "hostile: each line says whose it is" same "$(tail -n 3 "$out" | plain)" "$forged"
fire $LONG_LINE
ok "a line of 1,023 bytes" within grep -q "^tail_talks\[$id\]: 0\{499\}10\{499\}2 end of 1023$" "$out"
fire $TWO_LINES
ok "a record of two lines" within has "	lines" "$err"
ok "... each says whose it is" same "$(said | tail -n 2)" "$one WARN a.c:N: two
$one 	lines"
stop TERM
ok "TERM: exit status 0" same $status 0
ok "losses are reported, once for both" same "$(grep 'lost 1' "$err" | grep ^bpfstream)" \
	"bpfstream: program $id (tail_talks) lost 1 message, counted together with program $other"

if whole_script; then # how a record is shown is the same on all kernels
	fire $FORGE
	fire $TWO_LINES
	show_all() { # ARGUMENT...: show the text, once
		follow --poll "$@"
		stop INT
		fire $FORGE
		fire $TWO_LINES
	}
	show_all --all --json
	ok "--json: hostile text" same "$(sed 's/"time_ns".*"file"/"file"/; s/"line":[0-9]*/"line":N/' "$out" | sort)" \
		"{\"prog\":\"tail_talks\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stderr\",\"kind\":\"record\",\"level\":\"WARN\",\
\"file\":\"a.c\",\"line\":N,\"message\":\"two\\n\\tlines\"}
{\"prog\":\"tail_talks\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stdout\",\"kind\":\"plain\",\
\"message\":\"evil_tail[1]: [    1.000000] ERROR x.c:1: forged\\n\\tb \\u001b[2J \\ufffd\"}
{\"prog\":\"tail_talks\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stdout\",\"kind\":\"record\",\"level\":\"INFO\",\
\"file\":\"tail.bpf.c\",\"line\":N,\"message\":\"a\"}"
	ok "--all: one with a name like the tool's own" has "following program $third (bpfstream_demo)" "$err"
	ok "... and not the tool's own" not_in "$err" 'bpfstream_(tail|write|rep)'
	ok "--json: time" grep -q '"time_ns":5000000000,"time":"[0-9-]*T[0-9:]*\.[0-9]\{9\}+00:00"' "$out"
	show_all "$id" --raw
	ok "--raw: the bytes" grep -q "$(printf '\tb \033\\[2J \377')" "$out"
	ok "--raw: no name" has "WARN 5000000000 a.c:7: two" "$err"
	show_all "$id" --stderr --decode
	ok "--decode" same "$(grep -v '^bpfstream\|^    date' "$err")" "tail_talks[$id] stderr record
    level    WARN
    time     5.000000000
    place    a.c:7
    message  two
             	lines"
	ok "--stderr" same "$(cat "$out")" ""
	show_all nosuch "tag:$tag" --time=none --stderr -l warn+
	ok "a name that none has" same "$(grep 'no program matches' "$err")" "bpfstream: no program matches 'nosuch' yet"
	ok "a tag; --time=none; -l warn+" same "$(grep -v '^bpfstream' "$err")" "$one WARN a.c:7: two
$one 	lines"
	fire $PANIC
	follow --poll $bpffs/tail_talks --time=none -l error
	ok "a pin; -l error" same "$(said | head -n 1)" "FATAL tail.bpf.c:N: the end"
	mv $bpffs/tail_talks $bpffs/talks
	mv $bpffs/tail_other $bpffs/tail_talks
	ok "... another program at its place" within has "following program $other (tail_other)" "$err"
	mv $bpffs/tail_talks $bpffs/tail_other
	set -- $bpffs/*_map
	mv "$1" $bpffs/tail_talks
	stop INT
	ok "... not a map" same "$status $(grep -c 'following program' "$err")" "0 2"
	ok "... and the pin was found at once" lacks "no program matches" "$err"
	fire $FORGE
	fire $TWO_LINES
	show_all "$id" --time=iso --stderr
	ok "--time=iso" grep -Eq '^[0-9]{4}-[0-9-]{5}T[0-9:]{8}\.[0-9]{9}\+00:00 WARN a.c:7: two' "$err"
	show_all "$id" --time=delta --stderr
	ok "--time=delta" has "[+   0.000000] WARN" "$err"
	show_all "$id" -T --stderr --color=always
	ok "-T, --color=always" grep -Eq "^\[[0-9]{4}-[0-9-]{5} [0-9:]{8}\.[0-9]{6}\] $(printf '\033\\[33m')WARN a.c:7" "$err"
	show_all "$id" --grep 'x\.c:[0-9]' --color=never
	ok "--grep" same "$(head -n 2 "$out" | cut -c 1-10; grep -v '^bpfstream' "$err")" "evil_tail[
	b \\x1b[2J"
	show_all "$id" -n 1 --stream=stderr --color=always --color=auto
	ok "-n 1, --stream: the last one of the old text; --color=auto takes back always" same "$(cat "$out"; said)" "WARN a.c:N: two
	lines"

	run_tool tail "$id" --poll --for 0.2 --time=none --stdout
	ok "--for: what is there" same "$status $(tail -n 1 "$out")" "0 	b \\x1b[2J \\xff"
	start "no program matches" tail nosuch --for 0.1
	finish
	ok "--for: ends while it waits" same $status 0
fi

# Losses and the end of a program, as JSON
start "no program matches" tail "$id" nosuch --json
fire $LOSE
lost() { grep '"kind":"lost"' "$out"; }
known() { lost >/dev/null; }
ok "--json: a loss" within known
kill -INT "$run"
finish
# Kernels up to 7.3 say that memory is short.
ok "... once, by stream and cause" same "$(lost | sed -E 's/"time_ns":[0-9]+,"time":"[^"]+"/TIME/; s/"total":[0-9]+/TOTAL/
	s/"no_memory":1,(.*)"too_long":0/"no_memory":0,\1"too_long":1/')" "{\"prog\":\"tail_talks\",\"id\":$id,\"tag\":\"$tag\",\
\"stream\":\"stderr\",\"kind\":\"lost\",TIME,\"lost\":1,\"full\":0,\"no_memory\":0,\"busy\":0,\"invalid\":0,\
\"too_long\":1,\"other\":0,TOTAL,\"shared_with\":[$other]}"
ok "... not reported once more" lacks ' lost ' "$err"
fire $FORGE

# A program whose messages cannot be read, and which has lost some before it is found
start "no program matches" tail set_sink nosuch
freeze "$run"
$helper pin build/selftests/user_progs/sink.bpf.o ${bpffs}_sink >"$dir/pinned" 2>"$dir/load" || note <"$dir/load"
read -r sink _ <"$dir/pinned"
fire $FORGE
kill -CONT "$run"
elsewhere="bpfstream: program $sink (set_sink) writes to the trace pipe (the loader did not resolve the stream \
functions): 'bpfstream show /sys/kernel/tracing/trace_pipe' shows its records"
ok "a program that writes to the trace pipe: reported" within has "$elsewhere" "$err"
rm -r ${bpffs}_sink
within has "was unloaded" "$err"
stop INT
ok "... once" same "$(grep -v 'no program matches' "$err")" "$elsewhere
bpfstream: program $sink (set_sink) lost 5 messages
bpfstream: program $sink (set_sink) was unloaded"

# Two programs write to both streams at the same time: all lines are in the order of their times
in_order() { # more than 500 lines, none of them after a later one
	order=$($helper in_order "$out")
	echo "$order" | note
	[ "${order% *}" -gt 500 ] && [ "${order#* }" = 0 ]
}
ways=woken some='short_*'
if whole_script; then ways="woken --poll" some="--all short_*"; fi
for how in $ways; do
	forget
	poll=
	[ "$how" = woken ] || poll=--poll
	start "no program matches" tail ${poll:+--poll} 'race_*' --json
	$helper race $progs/race.bpf.o ${bpffs}_race 0.5 2>&1 | note
	rm -r ${bpffs}_race
	within grep -qF '"kind":"gone","event":"gone","time_ns":' "$out"
	stop TERM
	ok "tail${poll:+ }$poll: in the order of the times, under a flood" in_order
done

# Two tails that peek, a reader that consumes, and --since-start

"$tool" tail "$id" --peek -v >"$dir/second" 2>&1 &
second=$!
follow "$id" --peek --since-start
within has "bpfstream: woken" "$dir/second"
ok "--peek: the old text" within has "evil_tail" "$dir/second"
ok "--since-start: not that" same "$(cat "$out"; said)" ""
fire $LONG_LINE
ok "--peek: one sees it" within has "end of 1023" "$out"
ok "--peek: ... so does the other" within has "end of 1023" "$dir/second"
fire $LONG_LINE
both() { [ "$(grep -c "end of" "$out")" = 2 ] && [ "$(grep -c "end of" "$dir/second")" = 2 ]; }
ok "--peek: again, once each" within both
$tool dump "$id" >"$dir/dumped" 2>&1
ok "... and it is all still there" same "$(grep -c "end of" "$dir/dumped")" 2
# With a time in it: the same text as before, in the same memory, would count as already shown.
fire $PANIC
third() { has "the end" "$err" && has "the end" "$dir/second"; }
ok "--peek: what comes after somebody has read" within third
# Stopped, so that an incomplete line does not time out before the program is unloaded
freeze $run
fire $NO_END
unload
kill -CONT $run
ok "two tails do not keep a program alive" within has "was unloaded" "$err"
ok "an incomplete line comes before that, and is ended" same "$(tail -n 2 "$err")" "no end
bpfstream: program $id (tail_talks) was unloaded"
finish
ok "by id: ends when it is gone" same $status 0
wait $second
ok "nothing is left over" nothing_left

# Programs that are unloaded at once. Each stays until tail says that it follows it, so that nobody has to be
# quick. Those that tail opens before it looks for new programs need not have stayed.
met() { [ "$(grep -c 'a short life' "$out")" = "$1" ]; }
opened() { grep -c 'following program [0-9]* (short_lived), opened when it was loaded$' "$err"; }
set -f
for who in $some; do
	follow "$who"
	$helper churn $progs/short.bpf.o 5 "$err" 2>&1 | note
	ok "tail $who: programs that print once and are unloaded are found" within met 5
	ok "... because the kernel reports that they are loaded: $(opened) of 5" test "$(opened)" -ge 1
	stop TERM
done
set +f
follow 'short_*' --poll
$helper churn $progs/short.bpf.o 2 "$err" 2>&1 | note
ok "... with --poll, not for that reason" same "$(opened)" 0
stop TERM

# run

forget
start "'tail_other' is attached" run $progs/tail.bpf.o -v --json --show-level warn
fire $FORGE
fire $TWO_LINES
fire $LOSE
fire $PANIC
within has "the end" "$out"
stop INT
ok "run: exit status 3 after a panic" same $status 3
ok "run --json: a loss" grep -q '"stream":"stderr","kind":"lost",.*"lost":1,' "$out"
ok "run --json --show-level" lacks '"level":"INFO"' "$out"
start "'tail_talks' is attached" run $progs/tail.bpf.o -v --prog tail_talks --stream=stdout
fire $PANIC
stop INT
ok "run --stream=stdout: also exits with 3 after a panic" same "$status $(cat "$out"; said)" "3 "
ok "run: nothing is left over" nothing_left
done_testing
