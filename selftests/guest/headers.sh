#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Run the examples of README, one for each header, as README does, and those with a build of their own:
# they print the expected lines.
set -u
. selftests/tool.sh
if ! have_streams; then
	skip "examples/headers" "bpfstream reads no trace pipe; selftests/progs has all headers there"
	done_testing
	exit
fi

# prints EXAMPLE LINES [OPTION...]: it prints these lines, one regular expression each, in this order,
# when /bin/true is started twice. Lines about other programs that start may come in between.
prints() {
	example=$1 lines=$2
	shift 2
	start "' is attached" run -v build/examples/"$example".bpf.o "$@"
	for _ in 1 2; do busybox env -i /bin/true; done
	sleep 0.3
	stop INT
	cat "$out" "$err" >"$dir/all"
	printf '%s\n' "$lines" >"$dir/lines"
	awk 'BEGIN { i = n = 0 } FILENAME != ARGV[2] { want[n++] = $0; next } i < n && $0 ~ "^" want[i] "$" { i++ }
		END { if (i < n) print "# no line: " want[i]; exit i < n }' "$dir/lines" "$dir/all" || show
}

ok "stream.h" prints headers/stream "true starts
true starts"
ok "log.h" prints headers/log "DEBUG [0-9]+ log.bpf.c:12: one of two is [a-z]+
INFO [0-9]+ log.bpf.c:11: true starts
DEBUG [0-9]+ log.bpf.c:13: comm 0000: 74 72 75 65( 00)+ +.true[.]+.
INFO [0-9]+ log.bpf.c:11: true starts
WARN [0-9]+ log.bpf.c:15: true begins with a t
WARN [0-9]+ log.bpf.c:15: true begins with a t" --level debug
if whole_script; then # the part of log.h that a kernel can break is above
	ok "log.h, a component" prints headers/components "INFO [0-9]+ components.bpf.c:20: a program starts
DEBUG [0-9]+ components.bpf.c:13: its name is true" --level names=debug
fi

ok "assert.h" prints headers/assert "WARN [0-9]+ assert.bpf.c:13: warn_on: pid > limit
.*[+]0x.*
FATAL [0-9]+ assert.bpf.c:14: assertion failed: limit > 100: it is 100
.*[+]0x.*
WARN .*
FATAL .*"
if whole_script; then # test_progs runs these headers on each kernel
	ok "stage.h" prints headers/stage "true starts
	pid [0-9]+
	cpu [0-9]+
true starts
	pid [0-9]+
	cpu [0-9]+"
	for example in use_make use_cmake; do
		ok $example prints $example "INFO [0-9]+ $example.bpf.c:[0-9]+: true starts
INFO [0-9]+ $example.bpf.c:[0-9]+: true starts"
	done
	ok "printk.h" prints headers/printk "true starts
true starts"
fi

# reader.h: the text that it counts stays unread
$helper pin build/examples/headers/reader.bpf.o /sys/fs/bpf/reader >"$out" 2>"$err" || show
$helper pin $progs/modes.bpf.o /sys/fs/bpf/modes >"$out" 2>"$err" || show
errors_wait() { same "$(cat /sys/fs/bpf/reader/count_errors_link)" "$1 errors wait to be read"; }
ok "reader.h: nothing yet" errors_wait 0
fire $LEVELS
fire $LEVELS
ok "... two errors" errors_wait 2
ok "... and they remain" errors_wait 2
rm -r /sys/fs/bpf/reader /sys/fs/bpf/modes

# user.h: start true again until the program is attached
build/examples/headers/user build/examples/headers/log.bpf.o >"$out" 2>"$err" &
run=$!
user_says() {
	busybox env -i /bin/true
	grep -q "^WARN: true begins with a t$" "$out" && grep -q "^INFO: true starts$" "$out"
}
status=none
ok "user.h" eval 'within user_says || show'
stop TERM

# ... in one call, as text of streams
build/examples/headers/object build/examples/headers/log.bpf.o >"$out" 2>"$err" &
run=$!
object_says() {
	busybox env -i /bin/true
	grep -q "^WARN [0-9]* log.bpf.c:15: true begins with a t$" "$err" && grep -q "^INFO [0-9]* log.bpf.c:11: true starts$" "$out"
}
status=none
ok "user.h, add_object()" eval 'within object_says || show'
stop TERM
done_testing
