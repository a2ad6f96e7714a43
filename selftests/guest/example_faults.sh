#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/faults: each fault is reported, with its source line where the kernel knows it
set -u
. selftests/tool.sh
obj=build/examples/faults.bpf.o
if ! have_streams; then
	skip "faults" "Linux $(uname -r) has no streams to report to"
	done_testing
	exit
fi
count_before
start_linked 5 run $obj --iface lo
says() { grep -qE -- "$1" "$err"; }
fault() { bash -c "echo >/dev/udp/127.0.0.1/$1"; }

fault 7000
ok "nothing is wrong so far" [ ! -s "$err" ]
fault 7001
ok "deadlock" within says "^ERROR: AA or ABBA deadlock detected for bpf_res_spin_lock$"
ok "... and its line" within says "  if \(!bpf_res_spin_lock\(&again->lock\)\) @ faults.bpf.c:[0-9]+$"
fault 7002
ok "endless loop" within says "^ERROR: Timeout detected for may_goto instruction$"
ok "... and its function" within says "^bpf_prog_[0-9a-f]{16}_endless\+0x"
fault 7003
case $(uname -r) in
6.17.*) skip "unmapped page of an arena" "Linux 6.18 is the first to report it" ;;
*)
	ok "unmapped page of an arena" within says \
		"^ERROR: Arena WRITE access at unmapped address 0x[0-9a-f]*018$"
	ok "... and its function" within says "^bpf_prog_[0-9a-f]{16}_unmapped\+0x"
	;;
esac
ok "none of these is a record of ours" not_in "$err" "^(WARN|FATAL)"
at="[0-9]+ faults.bpf.c:[0-9]+"
fault 7004
ok "assertion" within says "^FATAL $at: assertion failed: skb->len > 1000: it is 43$"
case $(uname -r) in
6.*) skip "... and its line" "the kernel prints no stack for us before 7.0" ;;
*)
	# 7.0 does not always know the line that throws, and then prints the function
	ok "... and its line, or function" within says \
		"  bpf_stream_assert_msg\(.* @ faults.bpf.c:[0-9]+$|bpf_prog_[0-9a-f]+_assertion\+"
	;;
esac
fault 7005
ok "panic" within says "^FATAL $at: somebody sent 43 bytes to port 7005$"
ok "nothing on stdout" [ ! -s "$out" ]
stop INT
ok "exit status 3: a program panicked" same $status 3
ok "no program, link or map is left" nothing_left
done_testing
