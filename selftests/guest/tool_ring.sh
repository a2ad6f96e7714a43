#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream on programs that write to a ring (bpf_stream/ring.h), on every kernel: the same as on streams
set -u
. selftests/tool.sh
bpffs=/sys/fs/bpf/tool_ring
rings=build/selftests/ring_progs
whole=a_program_with_modes second=a_program_with_one_line
FORGE=2100000001 TWO_LINES=2100000002 PANIC=2100000004 NO_END=2100000006
count_before
has() { has_text "$1" "$2"; }
lacks() { ! grep -q -- "$1" "$2"; }
load() { # OBJECT [SUFFIX]: pinned; $id of the first program, $other of the second
	$helper pin "$1.bpf.o" $bpffs"${2:-}" >"$dir/pinned" 2>"$dir/load" || note <"$dir/load"
	{
		read -r id tag _
		read -r other _
	} <"$dir/pinned"
}
unload() { rm -r $bpffs"${1:-}"; }
# BPF programs attach to kernel functions of arm64 from 6.4 on; before, tail has to look.
reports_loads() { [ "$(uname -m)" != aarch64 ] || have_streams; }
follow() { start "bpfstream: woken|bpfstream: polling" tail -v "$@"; }
plain() { sed -E 's/\[ *[+-]? *[0-9]+\.[0-9]{6}\] //; s/:[0-9]+:/:N:/' "$@"; }
said() { grep -v '^bpfstream: ' "$err" | plain; }
# aside COMMAND...: while a tail runs, which has $out and $err
aside() {
	out=$dir/out_aside err=$dir/err_aside
	"$@"
	aside_status=$?
	said_aside=$(cat "$out")
	out=$dir/out err=$dir/err
	return $aside_status
}
# prints STDOUT STDERR VERB ARGUMENT...
prints() {
	want_out=$1 want_err=$2 want_status=0
	shift 2
	run_tool "$@"
	if [ $status != 0 ] || ! same "$(cat "$out")" "$want_out" || ! same "$(cat "$err")" "$want_err"; then
		show
	fi
}

# list, peek, dump, stats, level

load $rings/modes
streams="0 0 0 0"
have_streams || streams="- - - -"
row() { $tool list | awk -v id="$1" '$1 == id { print $2, $3, $4, $5, $6, $7, $8, $9, $10 }'; }
ok "list: a silent program" same "$(row "$id")" "tracepoint $streams $whole ring: 0 bytes"
fire $BOTH
ok "list: bytes pending" same "$(row "$id")" "tracepoint $streams $whole ring: 32 bytes"
ok "list: the ring is that of the other program, too" same "$(row "$other")" "tracepoint $streams $second ring: 32 bytes"
$tool list --json >"$out"
ok "list --json" grep -q "\"id\":$id,.*\"ring\":{\"map_id\":[0-9]*,\"pending\":32,\"size\":262144},\"sink\":\"ring\"" "$out"
if have_streams; then
	ok "list --json: its streams" grep -q "\"id\":$id,.*\"stdout\":{\"pending\":0," "$out"
else
	ok "list --json: no streams" lacks '"stdout"' "$out"
fi
for prog in "$id" $whole "tag:$tag" $bpffs/$whole; do
	ok "peek $prog" prints "to stdout" "to stderr" peek "$prog"
done
ok "peek --stderr" prints "" "to stderr" peek --stderr $whole
ok "peek, the other program: the ring has no owner" prints "to stdout" "to stderr" peek $second
head="${whole}[$id]:"
ok "peek --all: once, with the name of the first program" prints "$head to stdout" "$head to stderr" peek --all
run_tool stats $whole
ok "stats" same "$(grep '^writes' "$out"; sed -n '/^ring/,$p' "$out" | sed 's/map [0-9]*/map N/')" "writes to    ring
ring         map N
pending      32
size         262144
damaged      0
cut          0
reader       none"
$tool stats -j $whole >"$out"
ok "stats -j" grep -q '"sink":"ring".*"ring":{"map_id":[0-9]*,"pending":32,"size":262144,"damaged":0,"cut":0,"reader":null}' "$out"
ok "peek: several programs, one ring: once" prints "$head to stdout" "$head to stderr" peek "$other" $whole
ok "dump --all: once" prints "$head to stdout" "$head to stderr" dump --all
fire $LEVELS
run_tool peek --json 'a_program_*' -l error
error=$(sed 's/"time_ns":[0-9]*,"time":"[^"]*"/TIME/; s/"line":[0-9]*/LINE/' "$out")
ok "peek --json -l error" same "$error" "{\"prog\":\"$whole\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stderr\",\
\"kind\":\"record\",\"level\":\"ERROR\",TIME,\"file\":\"modes.bpf.c\",LINE,\"message\":\"e 1\"}"
run_tool dump --json 'a_program_*' -l error
ok "dump: the same" same "$(sed 's/"time_ns":[0-9]*,"time":"[^"]*"/TIME/; s/"line":[0-9]*/LINE/' "$out")" "$error"
fire $BOTH
ok "dump" prints "to stdout" "to stderr" dump $whole
ok "... it is empty then" prints "" "" dump $whole
ok "... also for the other program" prints "" "" dump $second
# A record of stdout that comes later is before the last one of stderr in a peek.
follow --peek $whole
fire $LEVELS
within has ": w 2" "$err"
fire $OTHER
within has "from the other" "$out"
stop INT
ok "tail --peek: new text of stdout does not repeat old text of stderr" same "$(said | sed 's/.*: //' | tr '\n' ,)" "e 1,w 2,"
$tool dump $whole >"$out" 2>&1
fire $BOTH
ok "dump --stdout: stdout only" prints "to stdout" "" dump --stdout $whole
ok "... and stderr is gone with it: a ring is read as a whole" prints "" "" dump $whole
fire $LEVELS
$tool dump $whole >"$out" 2>&1
ok "dump: both in one place, in the order of their times" same "$(sed 's/.*: //' "$out" | tr '\n' ,)" "e 1,w 2,i 3,"
run_tool level $whole
ok "level" same "$(cat "$out")" info
run_tool level $whole trace
ok "level: set" same "$status $(cat "$err")" "0 bpfstream: program $other of the same object also has level trace now"
fire $LEVELS
$tool dump $whole >"$out" 2>&1
ok "... it applies" same "$(sed 's/.*: //' "$out" | tr '\n' ,)" "e 1,w 2,i 3,d 4,t 5,"
$tool level $whole info 2>/dev/null
fire $HOSTILE
ok "bytes that could upset a terminal are escaped" prints "" "$hostile" dump $whole
fire $NO_NEWLINE
run_tool dump $whole
ok "a line without its end gets one" same "$(od -An -c "$out" | tr -d ' \n')" 'nonewline,\n'
fire $BOTH
$tool dump $whole --stdout >/dev/full 2>"$err"
ok "dump: a full disk" same "$? $(cat "$err")" "1 bpfstream: cannot write to standard output: No space left on device"
# A message takes 24 bytes of 256 KB: less than 16,666 of them fit.
fire $FULL
$tool dump $whole >"$dir/read" 2>"$err"
$tool stats -j $whole >"$out"
lost=$(sed -n 's/.*"stdout":{"lost":\([0-9]*\),"full":\([0-9]*\),.*/\1 \2/p' "$out")
written=$(wc -l <"$dir/read")
ok "a full ring: written + lost = attempted" same "$((written + ${lost% *})) $lost" "16666 ${lost% *} ${lost% *}"
ok "... some were lost" test "${lost% *}" -gt 1000
ok "... what is there is whole, and in order" same "$(seq -w 0 $((written - 1)) | cmp - "$dir/read" 2>&1)" ""
fire $BOTH
$tool dump $whole >"$out" 2>"$err"
ok "... told with the next message" has "WARN: ${lost% *} messages lost by the programs of this object" "$out"
# Records of log.h are counted by another way than messages without a level.
$helper pin build/selftests/ring_progs/flood.bpf.o ${bpffs}_flood >"$dir/pinned"
read -r flood _ <"$dir/pinned"
fire $((2100000000 + 9000))
written=$($tool dump "$flood" 2>"$err" | grep -c ': record ')
$tool stats -j "$flood" >"$out"
lost=$(sed -n 's/.*"stdout":{"lost":\([0-9]*\),.*/\1/p' "$out")
ok "a full ring: written + lost = attempted, records" same "$((written + lost))" 9000
ok "... some were lost" test "$lost" -gt 100
rm -r ${bpffs}_flood
start "woken by the kernel|polling" tail -v $whole --json
freeze $run
fire $FULL
kill -CONT $run
lost_event() { grep -q "\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stdout\",\"kind\":\"lost\",\"time_ns\":[0-9]*,\"time\":\"[^\"]*\",\
\"lost\":\([0-9]*\),\"full\":\1,\"no_memory\":0,.*\"shared_with\":\[$other\]}" "$out"; }
ok "tail --json: losses, by cause" within lost_event
stop INT
# their report
fire $BOTH
$tool dump $whole >/dev/null 2>&1
fire $CUT
run_tool stats $whole
ok "stats: strings that were cut" grep -qx 'cut          1' "$out"
run_tool stats $whole "$other" --openmetrics
ok "... among the metrics, once" same "$(sed -n 's/^bpf_stream_ring_cut_strings_total{.*} //p' "$out")" 1
ok "... the ring, once" same "$(sed -n 's/^bpf_stream_ring_size_bytes{.*} //p' "$out")" 262144
ok "... its bytes" grep -q '^bpf_stream_ring_pending_bytes{.*} [1-9][0-9]*$' "$out"
ok "... and the sink" grep -q 'bpf_stream_sink="ring"} 1$' "$out"
$tool dump $whole >"$out" 2>&1
ok "... shown as such" grep -q '^x*, \[cut\]$' "$out"

# tail: two programs with one ring; later ones; last words

follow --all
if reports_loads; then
	ok "woken by the kernel" has "bpfstream: woken by the kernel" "$err"
else
	ok "arm64 before 6.4: polling" has "bpfstream: polling every" "$err"
fi
ok "a program that was there is followed" has "following program $id ($(echo $whole | cut -c 1-15))" "$err"
fire $LEVELS
fire $OTHER
one="${whole}[$id]:"
ok "its records; those of the other have the name of the first, too" within has "$one from the other" "$out"
within has ": w 2" "$err"
ok "stdout" same "$(plain "$out" | sort)" "$one INFO modes.bpf.c:N: i 3
$one from the other"
ok "stderr" same "$(said)" "$one ERROR modes.bpf.c:N: e 1
$one WARN modes.bpf.c:N: w 2"
# EPOLLET, which nothing but a ring is waited for with
ok "it sleeps until the kernel says that the ring has text" grep -q 'tfd:.*events: 800000' /proc/$run/fdinfo/*
aside run_tool stats $whole
ok "stats: the reader" same "$(echo "$said_aside" | sed -n 's/^reader *//p')" "process $run (bpfstream)"
refused="process $run (bpfstream) reads the ring of program $id ($whole), and only one can; peek and tail --peek do not consume"
ok "a second tail is refused, and names the reader" aside fails 1 "$refused" tail $whole
ok "... also by the id of the other program" aside fails 1 "process $run (bpfstream) reads the ring of program $other ($second), \
and only one can; peek and tail --peek do not consume" tail "$other"
ok "... so is dump" aside fails 1 "$refused" dump $whole
ok "... and dump --all" aside fails 1 "$refused" dump --all
freeze $run
fire $BOTH
ok "peek needs no turn" aside prints "to stdout" "to stderr" peek $whole
kill -CONT $run
within has "to stdout" "$out"
# The pins hold the second of the two as long as the first one goes.
unload
ok "last words: read before the notice" within has "program $id ($whole) was unloaded" "$err"
load $rings/tail
one="tail_talks[$id]:"
ok "a program that is loaded later is followed" within has "following program $id (tail_talks)" "$err"
fire $FORGE
ok "... its record; hostile newlines say whose they are" within has "x1b[2J" "$out"
ok "..." same "$(tail -n 3 "$out" | plain)" "$one INFO tail.bpf.c:N: a
$one evil_tail[1]: ERROR x.c:N: forged
$one 	b \\x1b[2J \\xff"
fire $TWO_LINES
ok "a record of two lines" within has "$one 	lines" "$err"
freeze $run
fire $NO_END
unload
kill -CONT $run
ok "unloaded while nobody could read" within has "program $id (tail_talks) was unloaded" "$err"
ok "... its last words come before that, ended" same "$(tail -n 6 "$err" | grep -A1 'no end' | sed 's/program [0-9]* ([a-z_]*)/program N/')" "$one no end
bpfstream: program N was unloaded"
stop INT
ok "Ctrl-C: exit status 0" same $status 0
ok "nothing is left behind" nothing_left

# A second tail that follows others, too, and takes over

load $rings/modes
"$tool" tail -v $whole >"$dir/first" 2>&1 &
first=$!
reads() { $tool stats "$id" | grep -q "^reader *process $first (bpfstream)"; }
within has "following program" "$dir/first"
within reads
first_id=$id
load $rings/tail _2
follow --all
ok "a second tail: a warning if there are others to follow" has "process $first (bpfstream) reads the ring of program $first_id" "$err"
fire $BOTH
fire $TWO_LINES
ok "... which it follows" within has "tail_talks[$id]: 	lines" "$err"
ok "... and it takes nothing from the first" within has "to stdout" "$dir/first"
ok "... as said" lacks "to stdout" "$out"
kill -INT $first
wait $first
ok "when the first one ends it takes over" within has "following the ring of program $first_id ($whole)" "$err"
fire $BOTH
ok "... and reads" within has "${whole}[$first_id]: to stdout" "$out"
stop TERM
unload
unload _2
ok "nothing is left behind" nothing_left

# Display and filters

load $rings/tail
if whole_script; then # how a record is shown is the same on all kernels
	show_all() { # ARGUMENT...: what there is, once
		fire $FORGE
		fire $TWO_LINES
		follow "$@"
		stop INT
	}
	show_all --all --json
	ok "--json: hostile text" same "$(sed 's/"time_ns".*"file"/"file"/; s/"line":[0-9]*/"line":N/' "$out" | sort)" \
		"{\"prog\":\"tail_talks\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stderr\",\"kind\":\"record\",\"level\":\"WARN\",\
\"file\":\"a.c\",\"line\":N,\"message\":\"two\\n\\tlines\"}
{\"prog\":\"tail_talks\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stdout\",\"kind\":\"plain\",\
\"message\":\"evil_tail[1]: [    1.000000] ERROR x.c:1: forged\\n\\tb \\u001b[2J \\ufffd\"}
{\"prog\":\"tail_talks\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stdout\",\"kind\":\"record\",\"level\":\"INFO\",\
\"file\":\"tail.bpf.c\",\"line\":N,\"message\":\"a\"}"
	show_all --poll "$id" --raw
	ok "--raw: the bytes; --poll" grep -q "$(printf '\tb \033\\[2J \377')" "$out"
	show_all "$id" --stderr --decode
	ok "--decode" same "$(grep -v '^bpfstream\|^    date' "$err")" "tail_talks[$id] stderr record
    level    WARN
    time     5.000000000
    place    a.c:7
    message  two
             	lines"
	ok "--stderr" same "$(cat "$out")" ""
	show_all "tag:$tag" --time=none --stderr -l warn+
	ok "a tag; --time=none; -l warn+" same "$(grep -v '^bpfstream' "$err")" "tail_talks[$id]: WARN a.c:7: two
tail_talks[$id]: 	lines"
	show_all $bpffs/tail_talks --grep 'x\.c:[0-9]'
	ok "a pin; --grep" same "$(head -n 2 "$out" | cut -c 1-10)" "evil_tail[
	b \\x1b[2J"
	show_all "$id" -n 1 --stream=stderr
	ok "-n 1" same "$(cat "$out"; said)" "WARN a.c:N: two
	lines"
fi

# Two that peek, and one that reads

"$tool" tail "$id" --peek -v >"$dir/second" 2>&1 &
peeks=$!
within has "woken" "$dir/second"
follow "$id" --peek --since-start
fire $FORGE
ok "--peek: one sees it" within has "x1b[2J" "$out"
ok "--peek: so does the other" within has "x1b[2J" "$dir/second"
fire $FORGE
both() { [ "$(grep -c x1b "$out")" = 2 ] && [ "$(grep -c x1b "$dir/second")" = 2 ]; }
ok "--peek: again, once each" within both
ok "... and it is all still there" same "$($tool dump "$id" 2>&1 | grep -c x1b)" 2
fire $PANIC
third() { has "the end" "$err" && has "the end" "$dir/second"; }
ok "--peek: what comes after somebody has read" within third
unload
finish
ok "by id: ends when it is gone" same $status 0
wait $peeks
ok "nothing is left behind" nothing_left

# Programs that are unloaded at once. Each stays until tail says that it follows it, so that nobody has to be
# quick. Those that tail opens before it looks for new programs need not have stayed.

met() { [ "$(grep -c 'a short life' "$out")" = "$1" ]; }
opened() { grep -c 'following program [0-9]* (short_lived), opened when it was loaded$' "$err"; }
follow 'short_*'
$helper churn $rings/short.bpf.o 5 "$err" 2>&1 | note
ok "programs that say one thing and are unloaded are met" within met 5
if ! reports_loads; then
	ok "... by looking: arm64 does not report loads here" grep -q '^bpfstream: cannot be woken by the kernel: ' "$err"
	ok "... and none was opened before a look" same "$(opened)" 0
else
	ok "... because the kernel reports that they are loaded: $(opened) of 5" test "$(opened)" -ge 1
fi
stop TERM
follow 'short_*' --poll
$helper churn $rings/short.bpf.o 2 "$err" 2>&1 | note
ok "... not with --poll" within met 2
ok "... which it does not report" same "$(opened)" 0
stop TERM

# In order of time

forget
start "no program matches" tail 'race_*' --json
$helper race $rings/race.bpf.o ${bpffs}_race 0.5 2>&1 | note
rm -r ${bpffs}_race
within grep -qF '"kind":"gone","event":"gone","time_ns":' "$out"
stop TERM
# An emulated processor may be stopped for longer than 50 ms between a record's time and the ring.
few() { # more than 500 lines, at most 3 of them after a later one
	order=$($helper in_order "$out")
	echo "$order" | note
	[ "${order% *}" -gt 500 ] && [ "${order#* }" -le 3 ]
}
ok "both streams of two programs, under a flood" few
if have_streams; then
	load $rings/modes
	load $progs/modes _2
	# A look that comes between two of them must not mix them up, either.
	follow --all --json
	for _ in 1 2 3 4 5 6 7 8 9 10; do fire $LEVELS; done
	all() { [ "$(grep -c '"kind":"record"' "$out")" = 60 ]; }
	ok "a ring and streams: all of both" within all
	stop TERM
	ok "... in the order of their times" same "$($helper in_order "$out")" "60 0"
	ok "... of both programs" same "$(grep -c "\"id\":$id," "$out")" 30
	unload
	unload _2
fi

# run

forget
start "'tail_other' is attached" run $rings/tail.bpf.o -v --json --show-level warn
fire $FORGE
fire $TWO_LINES
fire $PANIC
within has "the end" "$out"
stop INT
ok "run: exit status 3 after a panic" same $status 3
ok "run --json --show-level" lacks '"level":"INFO"' "$out"
ok "... the record" grep -q '"prog":"tail_talks",.*"message":"two\\n\\tlines"' "$out"
for object in modes modes_fallback; do
	start "'$second' is attached" run $rings/$object.bpf.o -v --level debug
	fire $LEVELS
	fire $OTHER
	within has "from the other" "$out"
	within has ": w 2" "$err"
	stop INT
	ok "run $object: exit status 0" same $status 0
	# On streams the line without a time has any place.
	ok "... stdout" same "$(timeless "$out" | plain | sort)" "DEBUG modes.bpf.c:N: d 4
INFO modes.bpf.c:N: i 3
from the other"
	ok "... stderr" same "$(said | timeless)" "ERROR modes.bpf.c:N: e 1
WARN modes.bpf.c:N: w 2"
	ok "... not a word about where they write" lacks "writes to" "$err"
done
# With the rights to load, but not to open maps
cp $rings/race.bpf.o "$dir" && cp "$tool" "$dir/tool"
chmod 755 "$dir"
$helper caps c000000000 "$dir/tool" run $rings/modes.bpf.o --for 0.1 >"$out" 2>"$err"
ok "run needs no CAP_SYS_ADMIN for the ring" lacks 'cannot.*ring\|not permitted to open' "$err"
ok "run: nothing is left behind" nothing_left

# Without streams: where there is no ring, the tool says so

if ! have_streams; then
	load $progs/modes
	ok "no streams, no ring: tail by id" fails 1 "$no_streams" tail "$id"
	ok "... dump" fails 1 "$no_streams" dump "$id"
	ok "... peek" fails 1 "$no_streams" peek "$id"
	ok "... list" fails 1 "$no_streams" list
	start "following programs that write to a ring" tail --all --time=none
	load $rings/modes _2
	fire $BOTH
	ok "... tail --all waits for one" within has "${whole}[$id]: to stdout" "$out"
	stop INT
	ok "... exit status 0" same $status 0
	unload
	unload _2
fi
done_testing
