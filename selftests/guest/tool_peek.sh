#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream peek: reads streams without consuming
set -u
. selftests/tool.sh
if ! have_streams; then
	ok "no streams: a sentence" fails 1 "$no_streams" peek --all
	done_testing
	exit
fi
bpffs=/sys/fs/bpf/tool_peek
$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id _ <"$dir/pinned"
whole=a_program_with_modes

# peeks STDOUT STDERR ARGUMENT...: peek succeeds and prints this
peeks() {
	want_out=$1 want_err=$2 want_status=0
	shift 2
	run_tool peek "$@"
	if [ $status != 0 ] || ! same "$(cat "$out")" "$want_out" ||
		! same "$(cat "$err")" "$want_err"; then
		show
	fi
}
fire $BOTH
ok "stdout to stdout, stderr to stderr" peeks "to stdout" "to stderr" $whole
ok "the same again" peeks "to stdout" "to stderr" $whole
ok "--stdout" peeks "to stdout" "" --stdout "$id"
ok "--stderr" peeks "" "to stderr" $bpffs/$whole --stderr
head="${whole}[$id]:"
ok "--all: each line says whose it is" peeks "$head to stdout" "$head to stderr" --all
ok "dump gets all of it afterwards" \
	same "$($tool dump $whole 2>&1 | sort)" "to stderr
to stdout"
ok "then there is nothing" peeks "" "" $whole

fire $HOSTILE
ok "bytes that could upset a terminal are escaped" peeks "" "$hostile" $whole
$tool dump $whole >/dev/null 2>&1
fire $FULL
count_before
run_tool peek $whole
ok "a full stream, whole and in order" all_numbers
$tool dump $whole >"$out"
ok "... and all of it is still there" all_numbers
ok "a program that is not there" fails 1 "no program has id 999999" peek 999999
ok "nothing is left over" nothing_left
rm -r $bpffs
done_testing
