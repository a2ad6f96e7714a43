#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Debian's libbpf-rs (examples/loader_rust) and aya: what each loads, and the records.
set -u
. selftests/tool.sh
rust=build/selftests/loaders/rust
objects=build/selftests/loaders
trace=/sys/kernel/tracing/trace
if [ -e $objects/rust.missing ]; then
	skip "libbpf-rs and aya" "$(tail -n 1 $objects/rust.missing)"
	done_testing
	exit
fi
if [ "$(uname -m)" != x86_64 ]; then
	skip "libbpf-rs and aya" "built for x86-64 alone"
	done_testing
	exit
fi
ip link set lo up
mkfifo "$dir/stdin"

# rust_start COMMAND...: start it, with a stdin that aya_ended ends, and wait until it has attached
rust_start() {
	forget
	: >$trace
	"$@" <"$dir/stdin" >"$out" 2>"$err" 3>&- &
	run=$!
	exec 3>"$dir/stdin"
	up attached
}
packet() { bash -c 'echo x >/dev/udp/127.0.0.1/9'; }
# timeless_has FILE LINE...: each line is in it, but for the time and the place of records
timeless_has() {
	sed -E 's/(^|[|:] )([A-Z]+) [0-9]+ [^ ]+:[0-9]+: /\1\2: /' "$1" >"$dir/timeless"
	shift
	for line; do
		grep -qxF -- "$line" "$dir/timeless" && continue
		echo "# no line: $line"
		note <"$dir/timeless"
		return 1
	done
}
seen() {
	packet
	timeless_has "$out" "$@" >/dev/null
}
# dumped NAME LINE...: bpfstream reads these from the ring
dumped() {
	run_tool dump "$1"
	shift
	cat "$out" "$err" >"$dir/both"
	timeless_has "$dir/both" "$@"
}
ended_well() {
	stop INT
	[ "$status" = 0 ] || show
}
aya_ended() {
	exec 3>&-
	finish
	[ "$status" = 0 ] || show
}

ok "libbpf-rs: loads all headers" rust_start $rust/loader_rust $objects/all.bpf.o debug
if have_streams; then
	ok "... its records come, at the level that it set" within seen "all stdout | DEBUG: at debug, string"
	ok "... all of them" timeless_has "$out" "all stdout | INFO: packet of 44 bytes" "all stdout | printk 3" \
		"all stderr | ERROR: error 5" "all stderr | WARN: staged 1" "	and string" \
		"all stderr | WARN: warn_on: len < limit" "all stderr | FATAL: assertion failed: limit == 1"
else
	packet
	traced() {
		sed 's/^.*bpf_trace_printk: //' $trace >"$out"
		timeless_has "$out" "INFO: packet of 44 bytes" "DEBUG: at debug, string" "printk 3" >/dev/null
	}
	ok "... its records are in the trace pipe" within traced
	ok "... as it says" grep -q '^no streams on this kernel' "$err"
fi
ok "... ends with status 0" ended_well
ok "libbpf-rs: loads all headers after ring.h" rust_start $rust/loader_rust $objects/all_ring.bpf.o debug
packet
ok "... its records are in the ring" dumped all "INFO: packet of 44 bytes" "DEBUG: at debug, string" "printk 3" \
	"ERROR: error 5" "WARN: staged 1" "	and string" "FATAL: assertion failed: limit == 1"
ok "... ends with status 0" ended_well

# aya knows no kernel functions up to 0.14.0
ok "aya: refuses kernel functions" sh -c "! $rust/aya_load $objects/all.bpf.o 2>'$err'"
ok "... and says why" grep -q 'UnknownSectionSize { section_name: ".ksyms" }' "$err"
for object in plain all_ring; do
	prog=${object%_ring}
	debug="at debug, string"
	[ "$prog" = all ] || debug="at debug, ! and 1234567890"
	ok "aya: loads $object" rust_start $rust/aya_load "$objects/$object.bpf.o"
	packet
	ok "... its records are in the ring" dumped "$prog" "INFO: packet of 44 bytes" "printk 3"
	ok "... at info" not_in "$dir/both" DEBUG
	ok "... level sets its level" "$tool" level "$prog" debug
	packet
	ok "... and it takes effect" dumped "$prog" "DEBUG: $debug" "INFO: packet of 44 bytes"
	run_tool stats "$prog"
	ok "... stats: the level" grep -qx 'level        debug' "$out"
	ok "... stats: the ring" grep -qx 'writes to    ring' "$out"
	run_tool sites "$prog"
	ok "... sites: its statements" grep -qE "^DEBUG  on     $prog.bpf.c:[0-9]+ +at debug, " "$out"
	ok "... sites: no table of the library" not_in "$out" '^-.* (8|0|\(|\\x08)$'
	ok "... ends with status 0" aya_ended
done
done_testing
