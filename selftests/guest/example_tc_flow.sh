#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/tc_flow on packets that really arrive: logs each flow once, and limits warnings of malformed packets
set -u
. selftests/tool.sh
obj=build/examples/tc_flow.bpf.o
trace=/sys/kernel/tracing/trace bpffs=/sys/fs/bpf/tc_flow
info="^INFO [0-9]* tc_flow.bpf.c:[0-9]*: new flow"
warn="^WARN [0-9]* tc_flow.bpf.c:[0-9]*:"
debug="^DEBUG [0-9]* tc_flow.bpf.c:[0-9]*:"
from_trace() { sed -n 's/.*: bpf_trace_printk: //p' $trace; }
count_before

# Linux 6.1 cannot attach it (tcx came with 6.6), but can run it on a packet of zeros
case $(uname -r) in
6.1.*)
	: >$trace
	$helper run $obj $bpffs || true
	# shellcheck disable=SC2016 # for eval
	ok "loads; a packet of zeros" eval 'from_trace | grep -q "$warn malformed packet of 64 bytes: it is not version 4$"'
	rm -r $bpffs
	ok "no program, link or map is left" nothing_left
	done_testing
	exit
	;;
esac

# the peer's address: packets sent to it arrive
if modprobe veth 2>/dev/null && ip link add tc_here type veth peer name tc_there; then
	dev=tc_here address=192.0.2.1 there="ip netns exec tc_flow" far=tc_there
	ip netns add tc_flow
	ip link set tc_there netns tc_flow
	ip addr add $address/24 dev $dev
	ip link set $dev up
	$there ip addr add 192.0.2.2/24 dev tc_there
	$there ip link set tc_there up
	peer=192.0.2.2
else
	note "no module veth for $(uname -r): loopback"
	dev=lo address=127.0.0.1 peer=127.0.0.1 there='' far=lo
fi

if have_streams; then
	start_linked 1 run $obj --iface $dev --level debug
	all() { cat "$out" "$err"; }
else
	# not yet expanded: only a few pages
	echo 1000 >/sys/kernel/tracing/buffer_size_kb
	: >$trace
	$helper pin $obj $bpffs $dev >"$dir/pinned" 2>"$err" || note <"$err"
	$tool level $bpffs/tc_flow debug
	all() { from_trace; }
fi
says() { all | grep -q -- "$1"; }
how_often() { all | grep -c -- "$1"; }
# send HEX [N]: send N packets; HEX starts with the IPv4 header
send() { $there $helper send $far "ffffffffffff0200000000010800$1" ${2:+"$2"}; }

$there ping -c 3 -i 0.1 $address >"$dir/ping" 2>&1 || note <"$dir/ping"
ok "a flow of pings" within says "$info $peer:0 > $address:0 protocol 1\$"
$there bash -c "echo hello >/dev/udp/$address/5000"
ok "a flow of UDP" within says "$info $peer:[0-9]* > $address:5000 protocol 17\$"
send 4500001c00000000401100000a0000010a000002123456780008beef 3
ok "a third one" within says "$info 10.0.0.1:4660 > 10.0.0.2:22136 protocol 17\$"
ok "each is logged once" same "$(how_often "$info $peer:0 > $address:0 p") $(how_often "$info 10\.")" "1 1"
ok "nothing is malformed" same "$(how_often "$warn")" 0

# malformed WHY BYTES HEX: sending it is reported with this reason and length
malformed() {
	send "$3"
	ok "malformed: $1" within says "$warn malformed packet of $2 bytes: $1\$"
}
malformed "its IP header is cut" 18 45000014
malformed "it is not version 4" 34 6500001400000000401100000a0000010a000002
malformed "its lengths are too small" 34 4400001400000000401100000a0000010a000002
malformed "it is longer than what came" 34 4500001500000000401100000a0000010a000002
malformed "its TCP or UDP header is cut" 34 4500001400000000400600000a0000010a000002
malformed "its UDP length is wrong" 42 4500001c00000000401100000a0000010a00000200010002000a0000
ok "debug: its first bytes" says "$debug 0000: ff ff ff ff ff ff 02 00 00 00 00 01 08 00 65 00 |..............e.|\$"
ok "... and those after them" says "$debug 0020: 00 02 \+|..|\$"

send 45000014 30
dumps() { [ "$(how_often "$debug 0010: 00 14 *|..|\$")" = 31 ]; }
ok "many: each is dumped, at debug" within dumps
ok "... but not each is logged: a ratelimit" [ "$(how_often "$warn malformed")" -lt 25 ]
if have_streams; then
	ok "warnings on stderr, nothing else" not_in "$err" "^[^W]"
	ok "no warning on stdout" not_in "$out" "^WARN"
	stop INT
	ok "exit status 0" same $status 0
else
	rm -r $bpffs
fi
[ $dev = lo ] || ip link del $dev
ok "no program, link or map is left" nothing_left
done_testing
