#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream stats: the counts equal the losses, on every kernel
set -u
. selftests/tool.sh
bpffs=/sys/fs/bpf/tool_stats
$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id tag _ <"$dir/pinned"
other_id=$(sed -n '2s/ .*//p' "$dir/pinned")
whole=a_program_with_modes

# table LOST_STDOUT UNREPORTED LEVEL [PENDING_STDOUT]: the expected text
table() {
	cat <<-END2
		program      $id $whole
		shared with  $other_id
		level        $3
		loaded with  trace
		suppressed   0

		                   stdout       stderr
	END2
	printf '%-12s %12d %12d\n' lost "$1" 0 '  full' "$1" 0 '  no memory' 0 0 '  busy' 0 0 \
		'  invalid' 0 0 '  too long' 0 0 '  other' 0 0 'not reported' "$2" 0
	! have_streams || printf '%-12s %12d %12d\n' pending "${4:-0}" "${stderr:-0}" \
		charged "${4:-0}" "${stderr:-0}" capacity 100000 100000
}
pending() { ! have_streams || printf ',"pending":%d,"charged":%d,"capacity":100000' "$1" "$1"; }
json() {
	# shellcheck disable=SC2089,SC2090 # it is a text
	zero='"no_memory":0,"busy":0,"invalid":0,"too_long":0,"other":0'
	printf '{"id":%s,"name":"%s","shared_with":[%s],"level":"info","max_level":"trace",' \
		"$id" $whole "$other_id"
	printf '"stdout":{"lost":%d,"full":%d,%s,"unreported":%d%s},' "$1" "$1" "$zero" "$2" "$(pending "${3:-0}")"
	printf '"stderr":{"lost":0,"full":0,%s,"unreported":0%s},"suppressed":0}\n' "$zero" "$(pending 0)"
}
# stats WANT ARGUMENT...: exit status 0, and nothing on stderr
stats() {
	want=$1 want_status=0
	shift
	run_tool stats "$@"
	# "sink" depends on the version of the headers: see below
	sed -i '/^writes to /d; s/"sink":"[a-z_]*",//' "$out"
	if [ $status != 0 ] || [ -s "$err" ] || ! same "$(cat "$out")" "$want"; then
		show
	fi
}

ok "nothing lost" stats "$(table 0 0 info)" $whole
ok "--json" stats "$(json 0 0)" --json "tag:$tag"
run_tool stats $whole
ok "it does not say where it writes before it has written" not_in "$out" '^writes to'
lost=0
if have_streams; then
	# Fill the 100,000 bytes with messages of six; then as many again
	fire $FULL
	ok "a full stream has lost nothing" stats "$(table 0 0 info 99996)" "$id"
	run_tool stats "$id"
	ok "it writes to its streams" grep -qx 'writes to    stream' "$out"
	fire $FULL
	lost=16666
	ok "what did not fit is counted, by cause" stats "$(table $lost $lost info 99996)" "$id"
	ok "-j" stats "$(json $lost $lost 99996)" "$id" -j
	$tool dump $whole >"$dir/read" 2>&1
	ok "... and nothing else was read" all_numbers "$dir/read"
	fire $BOTH
	report="WARN: $lost messages lost by the programs of this object \
(full: $lost, no memory: 0, busy: 0, invalid: 0, too long: 0, other: 0)
to stdout"
	stderr=10 # "to stderr"
	ok "reported with the next message" stats "$(table $lost 0 info $((${#report} + 1)))" $bpffs/$whole
	ok "... and stats does not read it" same "$($tool dump $whole 2>/dev/null)" "$report"
	stderr=0
else
	fire $FULL
	fire $FULL
	ok "the trace pipe loses nothing" stats "$(table 0 0 info)" "$id"
fi
run_tool stats "$other_id"
sed -i '/^writes to /d' "$out"
ok "the other program of the object: the same counts" same "$(sed 1,2d "$out")" \
	"$(table $lost 0 info | sed 1,2d)"
$tool level $whole debug 2>/dev/null
ok "the live level" stats "$(table $lost 0 debug)" $whole

# Several programs
$helper pin $progs/no_log.bpf.o ${bpffs}_2 >"$dir/pinned_2" 2>"$err" || note <"$err"
second=a_program_with_one_line
if whole_script; then # which programs it finds does not depend on the kernel
	heads() { # the program line of each text
		run_tool stats "$@"
		[ ! -s "$err" ] || note <"$err"
		echo "$status $(sed -n 's/^program  *//p' "$out" | tr '\n' ,)"
	}
	both="0 $id $whole,$other_id $second,"
	ok "two ids" same "$(heads "$other_id" "$id")" "$both"
	ok "a pattern" same "$(heads 'a_program_*')" "$both"
	ok "an id and a pin" same "$(heads "$other_id" $bpffs/$whole)" "$both"
	ok "a tag and a name" same "$(heads "tag:$tag" $second)" "$both"
	ok "--all" same "$(heads --all)" "$both"
	ok "... each like one alone" same "$($tool stats --all)" "$($tool stats $whole)

$($tool stats $second)"
	one=$($tool stats -j $whole) two=$($tool stats -j $second)
	ok "--all -j: an array" same "$($tool stats --all -j)" "[
$one,
$two
]"
	ok "... also of one" same "$($tool stats "$whole*" -j)" "[
$one
]"
	ok "nothing matches" fails 1 "no program matches 'nosuch*'" stats 'nosuch*'
	run_tool stats 'nosuch*' $whole
	ok "... nor one of two: the other is shown" same "$status $(cat "$err") $(sed 's/ .*//;q' "$out")" \
		"1 bpfstream: no program matches 'nosuch*' program"
	ok "no such id" fails 1 "no program has id 4294967295" stats 4294967295 $whole
	ok "an ambiguous name" fails 1 "2 programs have name 'a_program_with_': ids $id, $other_id" stats a_program_with_
	no_counts="has no counts: it does not use bpf_stream/stream.h, none of its messages was compiled in, \
or it was loaded without its BTF"
	ok "a program without stream.h" fails 1 "program no_log $no_counts" stats no_log
	ok "... among several, by pattern: left out" same "$(heads --all)" "$both"
	ok "... by pattern alone" fails 1 "no program that matches has counts: none uses bpf_stream/stream.h" stats 'no_lo*'
	read -r no_log_id _ <"$dir/pinned_2"
	run_tool stats "$no_log_id" $whole
	ok "... by id" same "$status $(cat "$err")" "1 bpfstream: program $no_log_id $no_counts"

	# Too few files: what is missing is not left out without a word
	for n in 4 5 6 7 8 9 10; do
		# shellcheck disable=SC3045 # the shells that run this have it
		(ulimit -n $n && exec $tool stats --all --prometheus) >"$out" 2>"$err"
		status=$?
		[ $status = 0 ] && [ "$(grep -c '^bpf_stream_level{' "$out")" != 1 ] && echo "$n: exit status 0 without counts"
	done >"$dir/silent"
	ok "too few files: an error, or the counts" same "$(cat "$dir/silent")" ""
fi

# Metrics
of="program=\"$whole\",id=\"$id\",tag=\"$tag\""
value() { # LABELS...: the value of the only series whose name and labels have all of these
	metric=$1
	shift
	awk -v metric="$metric" -v wants="$*" '
		BEGIN { n = split(wants, want, " ") }
		index($0, metric "{") == 1 {
			for (i = 1; i <= n; i++) if (!index($0, want[i])) next
			print $NF
		}' "$out"
}
sum() { awk -v metric="$1" 'index($0, metric "{") == 1 { sum += $NF } END { print sum + 0 }' "$out"; }
formats=openmetrics
! whole_script || formats="openmetrics prometheus"
for format in $formats; do
	run_tool stats --all "--$format"
	ok "--$format" same "$status $(cat "$err")" "0 "
	# Both programs were asked for, and share the count: adding up everything counts a loss once
	ok "... lost: the sum of all series" same "$(sum bpf_stream_lost_messages_total)" $lost
	ok "... by cause and stream" same "$(value bpf_stream_lost_messages_total "$of" 'stream="stdout"' 'cause="full"')" $lost
	ok "... two streams with six causes" same "$(grep -c '^bpf_stream_lost_messages_total{' "$out")" 12
	ok "... suppressed" same "$(value bpf_stream_suppressed_messages_total "$of")" 0
	ok "... the level" same "$(value bpf_stream_level "$of")" 4
	ok "... the level at load" same "$(value bpf_stream_max_level "$of")" 5
	sink=stream
	have_streams || sink=trace_pipe
	ok "... where it writes" same "$(grep '^bpf_stream_sink{.* 1$' "$out" | sed 's/.*bpf_stream_sink="//')" "$sink\"} 1"
	ok "... and where not" same "$(grep -c '^bpf_stream_sink{.* 0$' "$out")" 4
	ok "... both programs" same "$(grep -c '^bpf_stream_program_info{.* 1$' "$out")" 2
	ok "... with the same map" same "$(sed -n 's/^bpf_stream_program_info{.*map=//p' "$out" | sort -u | wc -l)" 1
	ok "... none without stream.h" not_in "$out" no_log
	ok "... no ring" not_in "$out" '^bpf_stream_ring.*{'
	if have_streams; then
		ok "... capacity" same "$(value bpf_stream_capacity_bytes "$of" 'stream="stderr"')" 100000
		ok "... nothing pending" same "$(value bpf_stream_pending_bytes "$of" 'stream="stdout"')" 0
	else
		ok "... no streams" not_in "$out" '^bpf_stream_capacity_bytes{'
	fi
done
! whole_script || ok "Prometheus's format has no end" not_in "$out" EOF
$tool stats --all --openmetrics >"$out"
ok "OpenMetrics has one" same "$(tail -n 1 "$out")" "# EOF"
$tool stats "$other_id" --openmetrics >"$out"
ok "the second program alone has the counts, too" same "$(sum bpf_stream_lost_messages_total)" $lost
if have_streams; then
	fire $BOTH
	$tool stats --all --openmetrics >"$out"
	ok "bytes that are pending" same "$(value bpf_stream_pending_bytes "$of" 'stream="stdout"') \
$(value bpf_stream_pending_bytes "$of" 'stream="stderr"')" "10 10"
	ok "... nothing leaked" same "$(sum bpf_stream_leaked_bytes)" 0
	fire $TOO_LONG
	$tool stats --all --openmetrics >"$out"
	leaked=$($tool list -j | tr -d '\n' | grep -o '"leaked":[0-9]*' | sed 's/.*://' | sort -n | tail -n 1)
	ok "what a message that is too long takes from the capacity" same "$(sum bpf_stream_leaked_bytes)" "$leaked"
	ok "... is something" test "$leaked" -gt 1000
	ok "... and the message is lost" same "$(sum bpf_stream_lost_messages_total)" $((lost + 1))
fi

# -o: a file that is replaced as a whole
if whole_script; then # nor does how it writes a file
	mkdir "$dir/to"
	echo old >"$dir/to/x.prom"
	ln "$dir/to/x.prom" "$dir/to/link"
	run_tool stats --all --prometheus -o "$dir/to/x.prom"
	ok "-o" same "$status $(cat "$out" "$err")" "0 "
	ok "... the text is there" same "$(cat "$dir/to/x.prom")" "$($tool stats --all --prometheus)"
	ok "... in a new file" same "$(cat "$dir/to/link")" old
	ok "... that everyone may read" same "$(stat -c %a "$dir/to/x.prom")" 644
	ok "... and nothing else" same "$(find "$dir/to" -type f | wc -l)" 2
	ok "-o: no such directory" fails 1 "cannot create a file beside $dir/no/x: No such file or directory" \
		stats --all -o "$dir/no/x"
	ok "-o: a directory" fails 1 "cannot replace $dir/to: *" stats --all -o "$dir/to"
	cp -a /dev/null "$dir/to/null"
	ok "-o: a device" fails 1 "cannot replace $dir/to/null: not a regular file" stats --all -o "$dir/to/null"
	ok "... is still one" test -c "$dir/to/null"
	ln -s /proc/self/fd/1 "$dir/to/stdout"
	ok "-o: a link, such as /dev/stdout" fails 1 "cannot replace $dir/to/stdout: not a regular file" \
		stats --all -o "$dir/to/stdout"
	ok "... is still one" test -L "$dir/to/stdout"
	mkdir "$dir/full"
	mount -t tmpfs -o size=4k,nr_inodes=4 none "$dir/full"
	echo old >"$dir/full/x.prom"
	ok "-o: a full disk" fails 1 "cannot write $dir/full/x.prom: No space left on device" \
		stats --all --prometheus -o "$dir/full/x.prom"
	ok "... leaves the old file" same "$(find "$dir/full" -type f | wc -l) $(cat "$dir/full/x.prom")" "1 old"
	umount "$dir/full"
	ok "-o: the command fails" fails 1 "no program matches 'nosuch*'" stats 'nosuch*' -o "$dir/to/x.prom"
	ok "... and leaves the old file" grep -q '^bpf_stream_level{' "$dir/to/x.prom"
fi

rm -r $bpffs ${bpffs}_2 /sys/fs/bpf/tool_pinned

# Components
$helper pin $progs/with_components.bpf.o ${bpffs}_components >"$dir/load" 2>&1 || note <"$dir/load"
$tool level with_components nat=debug 2>/dev/null
run_tool stats --all --openmetrics
ok "levels of components, once for the two programs" same \
	"$(sed -n 's/^bpf_stream_component_level{program="\([a-z_]*\)".*,component=/\1 /p' "$out" | tr '\n' ,)" \
	'with_components "conntrack"} 3,with_components "nat"} 4,'
rm -r ${bpffs}_components

# An object that has bpf_stream_sink
$helper pin build/selftests/user_progs/sink.bpf.o ${bpffs}_sink >"$dir/load" 2>&1 || note <"$dir/load"
fire $BOTH
why="the loader did not resolve the stream functions"
have_streams || why="no streams on this kernel"
run_tool stats ${bpffs}_sink/set_sink
ok "where it writes: the trace pipe, and why" same "$(grep '^writes' "$out")" "writes to    trace pipe: $why"
run_tool stats ${bpffs}_sink/set_sink -j
ok "... -j" grep -q '"sink":"trace_pipe",' "$out"
$tool stats 'set_*' --openmetrics >"$dir/metrics"
ok "... among the metrics" grep -q 'bpf_stream_sink="trace_pipe"} 1$' "$dir/metrics"
ok "... lost 5, 2 of them not reported" grep -q '"stderr":{"lost":5,.*"busy":5,.*"unreported":2' "$out"
if have_streams; then
	run_tool list
	ok "list: the same" same "$(sed -n 's/.* set_sink *//p' "$out")" "trace pipe: $why"
	run_tool list -j
	ok "list -j: the same" grep -q '"sink":"trace_pipe"' "$out"
fi
rm -r ${bpffs}_sink
done_testing
