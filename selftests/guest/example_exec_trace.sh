#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/exec_trace: names and arguments of any bytes arrive as one harmless record each
set -u
. selftests/tool.sh
obj=build/examples/exec_trace.bpf.o
trace=/sys/kernel/tracing/trace bpffs=/sys/fs/bpf/exec_trace
count_before
if have_streams; then
	start_linked 1 run $obj --level debug
	all() { cat "$out" "$err"; }
	esc='\\x1b' bad='\\xff' cut='\\xc3'
else
	# the trace has the bytes that the tool escapes
	# not yet expanded: only a few pages
	echo 1000 >/sys/kernel/tracing/buffer_size_kb
	: >$trace
	$helper pin $obj $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
	$tool level $bpffs/exec_trace debug
	all() { sed -n 's/bpf_trace_printk: /\n/; s/^[^\n]*\n//p' $trace; }
	esc=$(printf '\033') bad=$(printf '\377') cut=$(printf '\303')
fi
says() { all | LC_ALL=C grep -q -- "$1"; }
info="^INFO [0-9]* exec_trace.bpf.c:[0-9]*: pid [0-9]*"
debug="^DEBUG [0-9]* exec_trace.bpf.c:[0-9]*: argv"

busybox env -i /bin/true a 'b c'
ok "name and arguments" within says "$info, true: /bin/true a b c\$"

# FATAL would also change the status of run
busybox env -i /bin/true "$(printf 'x\nFATAL 1 a.c:1: forged \033[31m\377')"
ok "arguments that would forge a record and upset a terminal" within says \
	"$info, true: /bin/true x?FATAL 1 a.c:1: forged $esc\[31m$bad\$"
ok "... in hexadecimal" within says "$debug 0000: .* |/bin/true.x.FATA|\$"

evil=$(printf 'a\nFATAL 1: \033c')
ln -s "$(command -v busybox)" "$dir/$evil"
"$dir/$evil" >/dev/null 2>&1
ok "a name that would" within says "$info, a?FATAL 1: ${esc}c: /tmp/[^ ]*/a?FATAL 1: ${esc}c\$"

# 128 bytes: /bin/true and its NUL, 117 times a, and half of a letter, which does not matter
long=$(printf '%0117d' 0)
busybox env -i /bin/true "${long}öö"
ok "arguments that are too long" within says "$info, true: /bin/true $long\.\.\.\$"
busybox env -i /bin/true "${long%0}öö"
ok "... and cut within a letter" within says "$info, true: /bin/true ${long%0}$cut\.\.\.\$"

ok "all lines are records of its own" eval \
	'! all | LC_ALL=C grep -v "^[A-Z]* [0-9]* exec_trace.bpf.c:[0-9]*: \(pid\|argv\) "'
if have_streams; then
	ok "no byte that a terminal would obey" same "$(all | LC_ALL=C tr -d '\n -~' | wc -c)" 0
	ok "nothing on stderr" [ ! -s "$err" ]
	stop INT
	ok "exit status 0" same $status 0
else
	rm -r $bpffs
fi
ok "no program, link or map is left" nothing_left
done_testing
