#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpfstream list: the contents of all programs' streams, in numbers
set -u
. selftests/tool.sh
if ! have_streams; then
	ok "no streams: a sentence" fails 1 "$no_streams" list
	done_testing
	exit
fi
bpffs=/sys/fs/bpf/tool_list
count_before
run_tool list
ok "no program, and not its own" same "$(cat "$out" "$err")" \
	"    ID  TYPE              STDOUT  LEAKED  STDERR  LEAKED  NAME"
run_tool list --json
ok "... --json" same "$(tr -d '\n' <"$out")" "[]"
ok "nothing is left over" nothing_left
$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id _ <"$dir/pinned"

whole=a_program_with_modes

# row: the first program's numbers, without the alignment
row() { $tool list | awk -v id="$id" '$1 == id { print $2, $3, $4, $5, $6, $7 }'; }
ok "a silent program" same "$(row)" "tracepoint 0 0 0 0 $whole"
fire $BOTH
ok "bytes pending" same "$(row)" "tracepoint 10 0 10 0 $whole"
ok "all programs have a row" same "$($tool list | wc -l)" 3
$tool list --json >"$out"
ok "--json" same "$(grep "\"id\":$id," "$out" | sed 's/,$//; s/,"sink":"stream"//')" \
	"{\"id\":$id,\"type\":\"tracepoint\",\"name\":\"$whole\",\
\"stdout\":{\"pending\":10,\"messages\":1,\"charged\":10,\"leaked\":0},\
\"stderr\":{\"pending\":10,\"messages\":1,\"charged\":10,\"leaked\":0}}"
$tool dump $bpffs/$whole >/dev/null 2>&1
ok "nothing once it is read" same "$(row)" "tracepoint 0 0 0 0 $whole"
fire $TOO_LONG
ok "a message that is too long stays charged" same "$(row)" "tracepoint 0 0 0 1100 $whole"
$tool list extra >"$out" 2>"$err"
ok "an argument is wrong usage" same "$?" 2
rm -r $bpffs
done_testing
