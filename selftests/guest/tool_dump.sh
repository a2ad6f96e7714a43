#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream dump, of programs loaded by others
set -u
. selftests/tool.sh
if ! have_streams; then
	skip "dump" "Linux $(uname -r) has no streams; tool_errors.sh has what dump says there"
	done_testing
	exit
fi
bpffs=/sys/fs/bpf/tool_dump
$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
{
	read -r id tag _
	read -r other other_tag _
} <"$dir/pinned"

# dumps STDOUT STDERR ARGUMENT...: dump succeeds and prints this
dumps() {
	want_out=$1 want_err=$2 want_status=0
	shift 2
	run_tool dump "$@"
	if [ $status != 0 ] || ! same "$(cat "$out")" "$want_out" ||
		! same "$(cat "$err")" "$want_err"; then
		show
	fi
}
whole=a_program_with_modes
upper=$(echo "$tag" | tr a-f A-F)
for prog in "$id" $whole "tag:$tag" "tag:$upper" $bpffs/$whole; do
	fire $BOTH
	case $prog in
	*:*[A-Z]*) by="tag in capitals" ;;
	*:*) by=tag ;;
	*/*) by=pin ;;
	[0-9]*) by=id ;;
	*) by="whole name" ;;
	esac
	ok "by $by: stdout to stdout, stderr to stderr" dumps "to stdout" "to stderr" "$prog"
done
ok "the second dump is empty" dumps "" "" $whole
fire $BOTH
ok "--stdout: stdout only" dumps "to stdout" "" --stdout $whole
ok "... and stderr is still there" dumps "" "to stderr" $whole
fire $BOTH
ok "--stderr: stderr only" dumps "" "to stderr" $whole --stderr
ok "... and stdout is still there" dumps "to stdout" "" $whole
fire $BOTH
ok "--stdout --stderr: both" dumps "to stdout" "to stderr" --stdout --stderr $whole
fire $LEVELS
$tool dump $whole >"$out" 2>&1
ok "both in one place: in the order of their times" same "$(sed 's/.*: //' "$out" | tr '\n' ,)" "e 1,w 2,i 3,"
fire $OTHER
ok "of one program, not of another" dumps "" "" $whole
ok "of the other" dumps "from the other" "" a_program_with_one_line

fire $FULL
run_tool dump $whole
ok "a full stream is drained whole, in order" all_numbers
ok "... with exit status 0" same $status 0
ok "... and has room again" same "$(fire $BOTH; $tool dump $whole 2>/dev/null)" "to stdout"

fire $HOSTILE
ok "bytes that could upset a terminal are escaped" dumps "" "$hostile" $whole
fire $NO_NEWLINE
run_tool dump $whole
ok "a line without its end gets one" same "$(od -An -c "$out" | tr -d ' \n')" 'nonewline,\n'
fire $LEVELS
run_tool dump $whole
ok "records go by their level: stdout" same "$(timeless "$out" | sed 's/:[0-9]*:/:N:/')" \
	"INFO modes.bpf.c:N: i 3"
ok "... stderr" same "$(timeless "$err" | sed 's/:[0-9]*:/:N:/')" "ERROR modes.bpf.c:N: e 1
WARN modes.bpf.c:N: w 2"

cannot="bpfstream: cannot write to standard"
fire $BOTH
$tool dump $whole --stdout >/dev/full 2>"$err"
ok "a full disk" same "$? $(cat "$err")" "1 $cannot output: No space left on device"
fire $BOTH
$tool dump $whole --stdout >&- 2>"$err"
ok "a closed stdout" same "$? $(cat "$err")" "1 $cannot output: Bad file descriptor"
fire $BOTH
$tool dump $whole 2>/dev/full >"$out"
ok "stderr on a full disk" same "$? $(cat "$out")" "1 to stdout"
fire $FULL
{
	$tool dump $whole 2>"$err"
	echo $? >"$dir/status"
} | true
ok "a closed pipe: the status of SIGPIPE, and not a word" same "$(cat "$dir/status") $(cat "$err")" "141 "
fire $FULL
$tool dump $whole | {
	sleep 0.1
	cat >"$out"
}
ok "a pipe that takes less than there is at a time gets all" all_numbers

# Several programs, and the display options of tail

second=a_program_with_one_line
one="${whole}[$id]:" two="${second}[$other]:"
for progs_of in "$other $whole" 'a_program_*' a_program_with_ --all; do
	fire $BOTH
	fire $OTHER
	# shellcheck disable=SC2086 # words; none is a file here
	ok "$progs_of: each line says whose it is" dumps "$one to stdout
$two from the other" "$one to stderr" $progs_of
done
fire $OTHER
ok "a pattern that one matches: so does this line" dumps "$two from the other" "" '*_one_line'
fire $OTHER
run_tool dump "$other" nosuch 'nosuch*' 999999
ok "some that are not there: the rest is shown" same "$status $(cat "$out" "$err")" "1 $two from the other
bpfstream: no program has id 999999
bpfstream: no program has name 'nosuch'
bpfstream: no program matches 'nosuch*'"
fire $BOTH
ok "--stderr of all" dumps "" "$one to stderr" --all --stderr
$tool dump $whole >/dev/null

json() { sed 's/"time_ns":[0-9]*,"time":"[^"]*"/TIME/; s/"line":[0-9]*/LINE/' "$out"; }
fire $OTHER
fire $LEVELS
run_tool dump -j --all -l warn
ok "-j -l warn" same "$(json; cat "$err")" "{\"prog\":\"$whole\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stderr\",\
\"kind\":\"record\",\"level\":\"ERROR\",TIME,\"file\":\"modes.bpf.c\",LINE,\"message\":\"e 1\"}
{\"prog\":\"$whole\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stderr\",\
\"kind\":\"record\",\"level\":\"WARN\",TIME,\"file\":\"modes.bpf.c\",LINE,\"message\":\"w 2\"}"
fire $OTHER
run_tool dump -j "$other"
ok "-j, a line without a level" same "$(cat "$out" "$err")" "{\"prog\":\"$second\",\"id\":$other,\
\"tag\":\"$other_tag\",\"stream\":\"stdout\",\"kind\":\"plain\",\"message\":\"from the other\"}"
fire $LEVELS
run_tool dump $whole --time=boot --grep 'e [0-9]$' --color=always
ok "--time, --grep, --color" grep -Eq "^\[ *[0-9]+\.[0-9]{6}\] $(printf '\033\\[31m')ERROR modes.bpf.c:[0-9]+" "$err"
ok "... and no other" same "$(cat "$out" "$err" | wc -l)" 1
fire $LEVELS
run_tool dump $whole -T --stream=stdout
ok "-T" grep -Eq '^\[[0-9]{4}-[0-9-]{5} [0-9:]{8}\.[0-9]{6}\] INFO modes.bpf.c:[0-9]+: i 3' "$out"
fire $BOTH
run_tool dump $whole -x
ok "-x" same "$(grep -v '^    date' "$out")" "${whole}[$id] stdout plain
    message  to stdout"
$tool dump $whole >/dev/null 2>&1
fire $HOSTILE
run_tool dump --all --raw --stderr
ok "--raw: the bytes, and no name" grep -q "^$(printf 'esc \033\\[31m bel \a')" "$err"

# Two more programs of the same names
$helper pin $progs/modes.bpf.o ${bpffs}_2 >/dev/null 2>"$err" || note <"$err"
for _ in 1 2 3 4 5; do fire $LEVELS; done
run_tool dump --all --json
sed -nE 's/.*"time_ns":([0-9]+).*/\1/p' "$out" >"$dir/times"
ok "--all: merged by time" same "$(wc -l <"$dir/times") $(sort -n "$dir/times" | cmp - "$dir/times" 2>&1)" "30 "
ok "... and then there is nothing" dumps "" "" --all
rm -r ${bpffs}_2

# What cannot be read, and what was lost
$helper pin build/selftests/user_progs/sink.bpf.o ${bpffs}_sink >"$dir/pinned" 2>"$err" || note <"$err"
read -r sink sink_tag _ <"$dir/pinned"
fire $BOTH
$tool dump $whole >/dev/null 2>&1
elsewhere="bpfstream: program $sink (set_sink) writes to the trace pipe (the loader did not resolve the stream \
functions): 'bpfstream show /sys/kernel/tracing/trace_pipe' shows its records"
ok "a program that writes to the trace pipe: reported" dumps "" "$elsewhere" set_sink
run_tool dump --all --json
ok "... --all" same "$status $(cat "$err")" "0 $elsewhere"
ok "--json: losses since it was loaded" same "$(json)" "{\"prog\":\"set_sink\",\"id\":$sink,\"tag\":\"$sink_tag\",\
\"stream\":\"stderr\",\"kind\":\"lost\",TIME,\"lost\":5,\"full\":0,\"no_memory\":0,\"busy\":5,\"invalid\":0,\
\"too_long\":0,\"other\":0,\"total\":5,\"shared_with\":[]}"
run_tool dump --all --json --stdout
ok "... not of the other stream" same "$(cat "$out")" ""
rm -r ${bpffs}_sink

rm -r $bpffs
done_testing
