#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# examples/loader_go, a loader with Debian's cilium/ebpf: the records of each header through the streams,
# through the trace pipe where there are none, and through the ring.
set -u
. selftests/tool.sh
loader=build/selftests/loaders/loader_go
objects=build/selftests/loaders
trace=/sys/kernel/tracing/trace
if [ -e $objects/go.missing ]; then
	skip "examples/loader_go" "$(tail -n 1 $objects/go.missing)"
	done_testing
	exit
fi
export BPFSTREAM="$tool"
ip link set lo up

# go_start ARGUMENT...: start the loader, and wait until its programs are attached
go_start() {
	forget
	: >$trace
	$loader "$@" >"$out" 2>"$err" &
	run=$!
	up attached
}
packet() { bash -c 'echo x >/dev/udp/127.0.0.1/9'; }
packet_seen() {
	packet
	grep -q "$1" "$out" "$err"
}
# has FILE LINE...: each line is in it as a whole
has() {
	file=$1
	shift
	for line; do
		grep -qxF -- "$line" "$file" && continue
		echo "# no line: $line"
		show
		return 1
	done
}
# in_trace LINE...: the trace pipe has each line, with or without the time of the record
in_trace() {
	for line; do
		sed -E 's/^.*bpf_trace_printk: //; s/^([A-Z]+) [0-9]+ [^ ]+:[0-9]+: /\1: /' $trace | grep -qxF -- "$line" && continue
		echo "# no line: $line"
		grep trace_printk $trace | head -n 20 | note
		return 1
	done
}
go_stop() {
	stop INT
	[ "$status" = 0 ] || show
}

# on_stdout NAME, on_stderr NAME: what all.bpf.c prints after a packet to lo
on_stdout() {
	has "$out" "$1 INFO | packet of 44 bytes" "$1 DEBUG | at debug, string" "$1 - | printk 3" "lost: 0"
}
on_stderr() {
	has "$err" "$1 ERROR | error 5" "$1 WARN | staged 1" "	and string" "$1 WARN | warn_on: len < limit" \
		"$1 FATAL | assertion failed: limit == 1"
}

# all headers that write, XDP at lo
ok "all headers: loads, attaches XDP to lo" go_start --level debug $objects/all.bpf.o
if have_streams; then
	ok "... its records come" within packet_seen "^all DEBUG | at debug, string$"
	fire 1
	seen_dump() { grep -q '^dump INFO | dump 0000: 73 74 72 69 6e 67 00 00  *|string\.\.|$' "$out"; }
	ok "... of the other program too" within seen_dump
	"$tool" sites all >"$dir/sites" 2>&1
	ok "... sites: its statements" grep -qE '^DEBUG  on     all.bpf.c:[0-9]+ +at debug, %s$' "$dir/sites"
	ok "ends with status 0" go_stop
	ok "... stdout, and nothing is lost" on_stdout all
	ok "... stderr" on_stderr all
else
	packet
	ok "... and its messages are in the trace pipe" within in_trace "INFO: packet of 44 bytes" "DEBUG: at debug, string" \
		"ERROR: error 5" "WARN: staged 1" "WARN: warn_on: len < limit" "FATAL: assertion failed: limit == 1" "printk 3"
	ok "... as it says" has "$err" "all: no streams on this kernel, see /sys/kernel/tracing/trace_pipe"
	ok "ends with status 0" go_stop
fi

# a head with CPU and thread
if have_streams; then
	ok "with_components.bpf.o" go_start $progs/with_components.bpf.o
	task_seen() { fire $TASK && grep -qx 'with_task INFO | with its task' "$out"; }
	ok "... a record with CPU and thread" within task_seen
	ok "ends with status 0" go_stop
fi

# the headers' own examples, on the start of programs
# example NAME LINE...: it prints lines that match these
example() {
	object=build/examples/headers/$1.bpf.o
	level= # only log.h has one
	[ "$1" != log ] || level=debug
	shift
	go_start ${level:+--level=$level} "$object" || return
	within example_seen "$@" || show
	go_stop
}
example_seen() {
	busybox env -i /bin/true
	if have_streams; then cat "$out" "$err"; else sed 's/^.*bpf_trace_printk: //' $trace; fi >"$dir/all"
	for line; do grep -qE -- "$line" "$dir/all" || return; done
}
rec() { if have_streams; then echo "^exec $1 [|] $2"; else echo "^$1 [0-9]+ [a-z.]+:[0-9]+: $2"; fi; }
plain() { if have_streams; then echo "^exec - [|] $1"; else echo "^$1"; fi; }
ok "log.h" example log "$(rec INFO 'true starts$')" "$(rec WARN 'true begins with a t$')" \
	"$(rec DEBUG 'one of two is [a-z]+$')" "$(rec DEBUG 'comm 0000: 74 72 75 65 00 ')"
ok "assert.h" example assert "$(rec WARN 'warn_on: pid > limit$')" \
	"$(rec FATAL 'assertion failed: limit > 100: it is 100$')"
ok "stage.h" example stage "$(plain 'true starts$')" '^	pid [0-9]+$' '^	cpu [0-9]+$'
ok "printk.h" example printk "$(plain 'true starts$')"
ok "stream.h" example stream "$(plain 'true starts$')"

# reader.h, in an iterator: it counts the errors that the loader above, which is stopped, has not read
ok "reader.h: a program to count the errors of" go_start $objects/all.bpf.o
freeze "$run"
packet
writer=$run out_reader=$dir/reader.out err_reader=$dir/reader.err
$loader build/examples/headers/reader.bpf.o >"$out_reader" 2>"$err_reader" &
run=$!
reader_up() { grep -q '^attached$' "$err_reader"; }
ok "... loads, attaches the iterator" within reader_up
stop INT
if have_streams; then want='^[1-9][0-9]* errors wait to be read$'; else want='^0 errors wait to be read$'; fi
ok "... and it counts" grep -q "$want" "$out_reader"
kill -CONT "$writer"
run=$writer
ok "ends with status 0" go_stop

# through the ring, on every kernel
ok "ring.h: loads" go_start --level debug $objects/all_ring.bpf.o
ok "... its records come" within packet_seen "^all_ring DEBUG | at debug, string$"
fire 1
ring_dump() { grep -q '^all_ring INFO | dump 0000: 73 74 72 69 6e 67 00 00  *|string\.\.|$' "$out"; }
ok "... of the other program too" within ring_dump
ok "ends with status 0" go_stop
ok "... stdout, and nothing is lost" on_stdout all_ring
ok "... stderr" on_stderr all_ring
ok "ring.h, without strings, without GPL: loads" go_start --level debug $objects/plain.bpf.o
ok "... its records come" within packet_seen "^plain DEBUG | at debug, ! and 1234567890$"
ok "ends with status 0" go_stop
ok "... stdout, and nothing is lost" has "$out" "plain INFO | packet of 44 bytes" "plain - | printk 3" "lost: 0"
ok "... stderr" has "$err" "plain WARN | only once, 100" "plain - | line of its own, 7"

# bpf2go: it generates fields for all programs, maps and variables of an object with every header
if have_streams; then want="verdict 2, level 4, sink 1, errors 1"; else want="verdict 2, level 4, sink 3, errors 0"; fi
ok "bpf2go, all headers" same "$($objects/bpf2go-streams 2>&1)" "$want"
ok "... the trace pipe, if the names are not cut" same "$($objects/bpf2go-streams as-they-are 2>&1)" \
	"verdict 2, level 4, sink 3, errors 0"
ok "bpf2go, all headers after ring.h" same "$($objects/bpf2go-ring 2>&1)" "verdict 2, level 4, sink 2, errors 0"

ok "an unknown level is an error" sh -c "! $loader --level loud $objects/plain.bpf.o 2>'$err'"
ok "... that says so" same "$(cat "$err")" \
	"loader_go: level 'loud' is none of off, error, warn, info, debug, trace"
done_testing
