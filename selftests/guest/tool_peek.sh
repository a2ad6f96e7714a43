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
{
	read -r id tag _
	read -r other _
} <"$dir/pinned"
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
if whole_script; then # shown the same on all kernels
	ok "--stdout" peeks "to stdout" "" --stdout "$id"
	ok "--stderr" peeks "" "to stderr" $bpffs/$whole --stderr
fi

head="${whole}[$id]:"
ok "--all: each line says whose it is" peeks "$head to stdout" "$head to stderr" --all
ok "dump gets all of it afterwards" \
	same "$($tool dump $whole 2>&1 | sort)" "to stderr
to stdout"
ok "then there is nothing" peeks "" "" $whole

if whole_script; then # as above
	fire $HOSTILE
	ok "bytes that could upset a terminal are escaped" peeks "" "$hostile" $whole
fi

$tool dump $whole >/dev/null 2>&1
fire $FULL
count_before
run_tool peek $whole
ok "a full stream, whole and in order" all_numbers
$tool dump $whole >"$out"
ok "... and all of it is still there" all_numbers
fire $LEVELS
fire $OTHER
two="a_program_with_one_line[$other]:"
if whole_script; then # as above
	run_tool peek --time=none "$id" 'a_program_with_o*'
	ok "several programs" same "$(cat "$out" "$err" | sed 's/:[0-9]*:/:N:/')" "$two from the other
$head INFO modes.bpf.c:N: i 3
$head ERROR modes.bpf.c:N: e 1
$head WARN modes.bpf.c:N: w 2"
fi

$tool peek --all >"$out" 2>&1
ok "in the order of their times, not stdout first" same "$(sed 's/.*: //' "$out" | tr '\n' ,)" "from the other,e 1,w 2,i 3,"
if whole_script; then # as above
	run_tool peek -j -l error --all
	ok "-j, -l" same "$status $(sed 's/"time_ns":[0-9]*,"time":"[^"]*"/TIME/; s/"line":[0-9]*/LINE/' "$out" "$err")" "0 \
{\"prog\":\"$whole\",\"id\":$id,\"tag\":\"$tag\",\"stream\":\"stderr\",\"kind\":\"record\",\"level\":\"ERROR\",TIME,\
\"file\":\"modes.bpf.c\",LINE,\"message\":\"e 1\"}"
fi

$tool peek --all >"$dir/peeked" 2>&1
$tool dump --all >"$out" 2>&1
ok "dump --all then gets the same" same "$(diff "$dir/peeked" "$out")" ""
if whole_script; then # as above
	$helper pin build/selftests/user_progs/sink.bpf.o ${bpffs}_sink >"$dir/pinned" 2>"$err" || note <"$err"
	read -r sink _ <"$dir/pinned"
	fire $REST
	$tool dump $whole >/dev/null
	ok "a program that writes to the trace pipe: reported" peeks "" "bpfstream: program $sink (set_sink) writes to the \
trace pipe (the loader did not resolve the stream functions): 'bpfstream show /sys/kernel/tracing/trace_pipe' shows its records" \
		set_sink
	rm -r ${bpffs}_sink
	ok "a program that is not there" fails 1 "no program has id 999999" peek 999999
fi

ok "nothing is left over" nothing_left
rm -r $bpffs
done_testing
