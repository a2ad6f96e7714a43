#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/xdp_filter on real packets: the numbers sent, seen, dropped and logged agree
set -u
. selftests/tool.sh
obj=build/examples/xdp_filter.bpf.o bpffs=/sys/fs/bpf/xdp_filter trace=/sys/kernel/tracing/trace
count_before
agree() { [ "$status" = 0 ] && tail -n 1 "$out" | grep -q '^sent 40 packets .*: they agree$'; }
objects=xdp_filter-ring
! have_streams || objects="xdp_filter xdp_filter-ring"
for object in $objects; do
	build/examples/xdp_filter-demo build "$object" >"$out" 2>"$err"
	status=$?
	ok "make demo, $object" eval 'agree || show'
	# Lines that are no whole record, or not in order
	torn() { sed -n '2,$p' "$out" | grep -Ev '^(bpfstream: |(DEBUG|INFO|WARN) [0-9]+ xdp_filter\.bpf\.c:[0-9]+: [^A-Z]*(UDP)?[^A-Z]*$|sent )'; }
	back() { sed -nE 's/^[A-Z]+ ([0-9]+) .*/\1/p' "$out" | awk '$1 < last { print last, $1 } { last = $1 }'; }
	ok "... each line whole" same "$(torn)" ""
	ok "... in the order of the times" same "$(back)" ""
done
if ! have_streams; then
	# not yet expanded: only a few pages
	echo 1000 >/sys/kernel/tracing/buffer_size_kb
	ip link set lo up
	: >$trace
	$helper run $obj $bpffs >"$out" 2>"$err" || note <"$err"
	ip link set dev lo xdp pinned $bpffs/xdp_filter
	build/examples/xdp_filter-send 12 4 12 >"$out" 2>"$err" || note <"$err"
	how_often() { grep -c "bpf_trace_printk: $1" $trace; }
	ok "drops are logged" same "$(how_often "WARN [0-9]* xdp_filter.bpf.c:[0-9]*: dropped UDP")" 12
	# one more than was sent: the helper's run
	ok "summaries" same "$(how_often "INFO [0-9]* .*: seen [1-4]0, dropped [0-9]*$")" 4
	ip link set dev lo xdp off
	rm -r $bpffs
fi

# A sender must not be able to fill the log
if have_streams; then
	start_linked 1 run $obj --iface lo
	build/examples/xdp_filter-send 150 0 0 >"$dir/sent" 2>&1 || note <"$dir/sent"
	stop INT
	ok "150 drops: 100 are logged" same "$(grep -c "dropped UDP" "$err")" 100
fi
ok "no program, link or map is left" nothing_left
done_testing
