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
lost=0
if have_streams; then
	# Fill the 100,000 bytes with messages of six; then as many again
	fire $FULL
	ok "a full stream has lost nothing" stats "$(table 0 0 info 99996)" "$id"
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

$helper pin $progs/no_log.bpf.o ${bpffs}_2 >"$dir/pinned_2" 2>"$err" || note <"$err"
ok "a program without stream.h" fails 1 "program no_log has no counts: it does not use \
bpf_stream/stream.h, or was loaded without its BTF" stats no_log
rm -r $bpffs ${bpffs}_2 /sys/fs/bpf/tool_pinned

# An object that has bpf_stream_sink
$helper pin build/selftests/user_progs/sink.bpf.o ${bpffs}_sink >"$dir/load" 2>&1 || note <"$dir/load"
fire $BOTH
why="the loader did not resolve the stream functions"
have_streams || why="no streams on this kernel"
run_tool stats ${bpffs}_sink/set_sink
ok "where it writes: the trace pipe, and why" same "$(grep '^writes' "$out")" "writes to    trace pipe: $why"
run_tool stats ${bpffs}_sink/set_sink -j
ok "... -j" grep -q '"sink":"trace_pipe",' "$out"
ok "... lost 5, 2 of them not reported" grep -q '"stderr":{"lost":5,.*"busy":5,.*"unreported":2' "$out"
if have_streams; then
	run_tool list
	ok "list: the same" same "$(sed -n 's/.* set_sink *//p' "$out")" "trace pipe: $why"
	run_tool list -j
	ok "list -j: the same" grep -q '"sink":"trace_pipe"' "$out"
fi
rm -r ${bpffs}_sink
done_testing
