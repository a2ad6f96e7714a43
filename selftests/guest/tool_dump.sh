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
read -r id tag _ <"$dir/pinned"

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

rm -r $bpffs
done_testing
