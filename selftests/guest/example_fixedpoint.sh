#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/fixedpoint on the real tasks of this machine: an average with decimals, and the report when
# the square of a long wait is too large
set -u
. selftests/tool.sh
object=build/examples/fixedpoint.bpf.o
case $(uname -r) in
7.*) object=build/examples/fixedpoint-linked.bpf.o ;;
esac
if ! have_streams; then
	skip "$object" "bpfstream reads no trace pipe; test_fixedpoint has it there"
	done_testing
	exit
fi
start "'on_switch' is attached" run -v $object
# a task at nice 19, on the same processor as its parent, which is busy at nice 0 for 0.2 s
long_wait() {
	# shellcheck disable=SC2016 # for that shell
	taskset 1 nice -n -20 sh -c 'nice -n 39 true &
		now() { read -r t _ </proc/uptime && t=${t%.*}${t#*.}; }
		now && end=$((t + 20))
		while [ $t -lt $end ]; do now; done
		wait'
}
number='[0-9]+\.[0-9]{3}'
reports_average() {
	sleep 0.1
	grep -Eq "^INFO [0-9]+ fixedpoint.bpf.c:[0-9]+: cpu [01]: a task waits $number us, give or take $number\$" "$out"
}
reported() {
	long_wait
	grep -Eq "^WARN [0-9]+ fixedpoint.bpf.c:[0-9]+: fixed_mul\((-?[0-9]+\.[0-9]{6}), \1\): overflow\$" "$err"
}
ok "$object: a moving average with decimals" within reports_average
ok "... and an overflow is reported" within reported
stop INT
ok "ends with status 0" same $status 0
ok "nothing else is said" same \
	"$(said_by_programs | grep -Evc "fixedpoint.bpf.c:[0-9]+: (fixed_mul|[0-9]+ messages suppressed)")" 0
done_testing
