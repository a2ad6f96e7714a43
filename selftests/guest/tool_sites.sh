#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream sites: the log statements of loaded programs, on every kernel; the list is that of the source
# (tool_progs/sites.bpf.c)
set -u
. selftests/tool.sh
bpffs=/sys/fs/bpf/tool_sites

# lists WANT ARGUMENT...: exit status 0, and nothing on stderr
lists() {
	want=$1
	shift
	run_tool sites "$@"
	echo "$want" >"$dir/want"
	if [ $status != 0 ] || [ -s "$err" ] || ! cmp -s "$dir/want" "$out"; then
		diff "$dir/want" "$out" | note
		note <"$err"
		return 1
	fi
}
# table ID OTHER LEVEL MAX ERROR WARN INFO DEBUG COMPONENT: the expected text, with the states of the levels
table() {
	cat <<-END2
		program      $1 a_program_with_sites
		shared with  $2
		level        $3
		loaded with  $4

		LEVEL  STATE  WHERE            COMPONENT  FORMAT
		WARN   $6 a%b.c:7          -          \x9b
		INFO   $7 sites.bpf.c:25   -          listed once: inlined, %d
		INFO   $7 sites.bpf.c:30   -          listed once: called, %d
		ERROR  $5 sites.bpf.c:55   -          listed: error
		WARN   $6 sites.bpf.c:56   -          listed: warn, limited
		INFO   $7 sites.bpf.c:57   -          listed: info, once
		DEBUG  $8 sites.bpf.c:58   -          listed: debug, every second
		ERROR  $5 sites.bpf.c:59   -          listed four times: level %d
		WARN   $6 sites.bpf.c:59   -          listed four times: level %d
		INFO   $7 sites.bpf.c:59   -          listed four times: level %d
		DEBUG  $8 sites.bpf.c:59   -          listed four times: level %d
		ERROR  $5 sites.bpf.c:60   -          listed: %s of 100%%
		INFO   $7 sites.bpf.c:63   -          listed once: unrolled, %d
		DEBUG  $8 sites.bpf.c:64   -          %s%04x: %-47s |%s|
		INFO   $7 sites.bpf.c:71   -          listed once: twice in a line
		INFO   $7 sites.bpf.c:72   -          listed: another in a line
		WARN   $6 sites.bpf.c:72   -          listed: another in a line
		WARN   on     sites.bpf.c:79   -          warn_on: n % 2 == 0
		FATAL  on     sites.bpf.c:80   -          assertion failed: n > -1
		FATAL  on     sites.bpf.c:86   -          assertion failed: $(echo "$cond" | head -c 200)...
		FATAL  on     sites.bpf.c:88   -          listed: panic %s
		INFO   $9 sites.bpf.c:113  nat        listed: of a component
		WARN   on     sites.bpf.c:114  nat        warn_on: n == 7
		INFO   $7 sites.bpf.c:144  -          listed: of a program that is not loaded
		INFO   $7 sites.bpf.c:153  -          listed: of another program
		-      on     -                -          INFO %llu \x1b[2J.c:1: 
		-      on     -                -          \x01\x1b
		-      on     -                -          \x1b[31mred\xff
		-      on     -                -          ERROR: listed, without a level %d
		-      on     -                -          same text
		-      on     -                -          bpf_printk %d
		-      on     -                -          stage %d,
		-      on     -                -           and end
	END2
}
cond=$(seq 1000000 7 1000112 | sed 's/.*/n != & \&\&/' | paste -sd' ')
on="on    " off="off   "

$helper pin $progs/sites.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id tag _ <"$dir/pinned"
other=$(sed -n '2s/ .*//p' "$dir/pinned")
all=$(table "$id" "$other" info trace "$on" "$on" "$on" "$off" "$on")

ok "by id: each statement of the object, once" lists "$all" "$id"
ok "by name" lists "$all" a_program_with_sites
ok "by tag" lists "$all" "tag:$tag"
ok "by pin" lists "$all" $bpffs/a_program_with_sites
ok "by pattern: the object once" lists "$all" '*program*'
ok "--all" lists "$all" --all
run_tool sites "$other"
ok "by the other program: the same list" same "$(sed 1,2d "$out")" "$(echo "$all" | sed 1,2d)"
ok "... and its names" same "$(sed 2q "$out")" "program      $other another_program
shared with  $id"

$tool level "$id" debug 2>"$err"
ok "the live level switches debug on" lists "$(table "$id" "$other" debug trace "$on" "$on" "$on" "$on" "$on")" "$id"
$tool level "$id" off 2>"$err"
ok "off: reports and plain messages stay on" lists "$(table "$id" "$other" off trace "$off" "$off" "$off" "$off" "$off")" "$id"
$tool level "$id" info 2>"$err"
$tool level "$id" nat=warn 2>"$err"
ok "the level of a component" lists "$(table "$id" "$other" info trace "$on" "$on" "$on" "$off" "$off")" "$id"
$tool level "$id" info 2>"$err"

run_tool sites -j "$id"
ok "--json: one line" same "$status $(wc -l <"$out") $(wc -c <"$err")" "0 1 0"
json() { ok "--json: $1" grep -qF "$2" "$out"; }
json "the program" "{\"id\":$id,\"name\":\"a_program_with_sites\",\"shared_with\":[$other],\"level\":\"info\",\
\"max_level\":\"trace\",\"sites\":[{\"level\":\"WARN\",\"on\":true,\"file\":\"a%b.c\",\"line\":7,\"format\":\"\ufffd\"},{"
json "off" '{"level":"DEBUG","on":false,"file":"sites.bpf.c","line":58,"format":"listed: debug, every second"},'
json "an assertion" '{"level":"FATAL","on":true,"file":"sites.bpf.c","line":80,"condition":"n > -1","format":"assertion failed: %s"},'
json "a plain message" '{"level":null,"on":true,"format":"same text\n"},'
json "hostile bytes" '{"level":null,"on":true,"format":"\u001b[31mred\ufffd"},'
json "a component" '"line":113,"component":"nat","format":"listed: of a component"},'
json "the end" '{"level":null,"on":true,"format":" and end\n"}]}'
ok "--json has the statements of the table" same "$(grep -o '"format":' "$out" | wc -l)" "$(echo "$all" | sed 1,6d | wc -l)"
ok "no control byte" not_in "$out" "$(printf '\033')"

# The same through the ring; the first one is there too
$helper pin build/selftests/ring_progs/sites.bpf.o ${bpffs}_ring >"$dir/pinned_ring" 2>"$err" || note <"$err"
read -r ring_id _ <"$dir/pinned_ring"
ring_other=$(sed -n '2s/ .*//p' "$dir/pinned_ring")
ring=$(table "$ring_id" "$ring_other" info trace "$on" "$on" "$on" "$off" "$on")
ok "an object with a ring: the same statements" lists "$ring" ${bpffs}_ring/a_program_with_sites
ok "two objects, one name" lists "$all

$ring" a_program_with_sites
run_tool sites --all --json
ok "... --json: a line each" same "$(sed -E 's/^.{6}([0-9]+),.*/\1/' "$out" | paste -sd' ')" "$id $ring_id"

$helper pin $progs/no_log.bpf.o ${bpffs}_none >"$dir/pinned_none" 2>"$err" || note <"$err"
read -r none _ <"$dir/pinned_none"
ok "--all leaves out programs without statements" lists "$all

$ring" --all
nothing="it prints nothing through bpf_stream"
ok "a program without statements" fails 1 "program $none (no_log) has no log statements: $nothing" sites "$none"
ok "... by name" fails 1 "no program that matches has log statements: they print nothing through bpf_stream" sites no_log
ok "no such id" fails 1 "no program has id 999999" sites 999999
ok "no such name" fails 1 "no program has name 'nobody'" sites nobody
ok "no such pin" fails 1 "$bpffs/x: no such file" sites $bpffs/x
run_tool sites "$id" nobody
ok "one of two: the list, and an error" same "$status $(cat "$err") $(sed 1q "$out")" \
	"1 bpfstream: no program has name 'nobody' program      $id a_program_with_sites"
rm -r $bpffs ${bpffs}_ring ${bpffs}_none

# 80 programs of one object, more than it lists as those that share it, and a component of 270 characters
$helper pin $progs/crowd.bpf.o ${bpffs}_crowd >"$dir/pinned_crowd" 2>"$err" || note <"$err"
run_tool sites 'crowd_*'
ok "a crowd: its statement once" same "$(sed -nE 's/^INFO +(on|off).* (one of a crowd)$/\1 \2/p' "$out")" "on one of a crowd"
run_tool sites 'crowd_*' --json
ok "... --json: one object, and a component with a long name is on" same \
	"$(grep -c '"sites":\[{"level":"INFO","on":true,' "$out") $(wc -l <"$out")" "1 1"
rm -r ${bpffs}_crowd

# Two objects that were linked. (One of the programs cannot be run like this.)
$helper run build/selftests/link/clang-14/linked.bpf.o ${bpffs}_linked 2>/dev/null
run_tool sites ${bpffs}_linked/program
for text in "INFO on a info of the program" "DEBUG off a debug of the program" "WARN on a warn_on: n != 0" \
	"INFO on b info of the library" "DEBUG off b debug of the library"; do
	ok "linked objects: $text" same "$(sed -E 's/ +/ /g; s/\.bpf\.c:[0-9]+ (- )?/ /' "$out" | grep -cxF -- "$text")" 1
done
ok "linked objects: no line of the library" not_in "$out" "messages lost|bytes cut|%pS| %s$"
rm -r ${bpffs}_linked

# reader.h has tables and prefixes in the section; its kernel functions are on kernels with streams.
if have_streams; then
	$helper run build/selftests/reader/clang-14/reader.bpf.o ${bpffs}_reader 2>/dev/null
	run_tool sites ${bpffs}_reader/writer
	ok "an object that reads streams: its messages alone" same "$(sed 1,3d "$out" | awk '{ $1 = $2 = $3 = ""; print }' |
		sed 's/^ *//' | sort | paste -sd/)" "%1100d/%c/%s/m %llu %llx/m %llu %llx %s%s/one/two"
	rm -r ${bpffs}_reader
fi
done_testing
