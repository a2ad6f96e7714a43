#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The tool's error sentences that the kernel has a part in, with streams and without
set -u
. selftests/tool.sh
count_before
bpffs=/sys/fs/bpf/tool_errors

# The verifier's own words differ from kernel to kernel.
ok "run: the verifier rejects a program" fails 1 \
	"$progs/rejected.bpf.o: the verifier rejected program 'bad_one': *" run $progs/rejected.bpf.o
ok "run: ... with its verdict" grep -qE "'bad_one': (R1 |invalid mem access).* \(-v shows" "$err"
run_tool run -v $progs/rejected.bpf.o
ok "run -v: the verifier's whole log" grep -q '^[0-9]*: (' "$err"
ok "run: a licence that does not go with printing" fails 1 "$progs/no_gpl.bpf.o: program 'secret' \
needs a GPL-compatible licence, char LICENSE[] SEC(\"license\") = \"GPL\" for example; the verifier \
says: cannot call *" run $progs/no_gpl.bpf.o

ok "dump: no such id" fails 1 "no program has the id 4294967295" dump 4294967295
ok "dump: an id of more than 32 bits" fails 1 "no program has the id 4294967297" dump 4294967297
ok "dump: no such name" fails 1 "no program has the name 'nosuch'" dump nosuch
ok "dump: no such tag" fails 1 "no program has the tag 0123456789abcdef" dump tag:0123456789abcdef
ok "dump: no such pin" fails 1 "/sys/fs/bpf/nosuch: no such file" dump /sys/fs/bpf/nosuch
ok "dump: a directory" fails 1 "/sys/fs/bpf is no pinned program" dump /sys/fs/bpf
ok "dump: a file" fails 1 "/etc/passwd is no pinned program" dump /etc/passwd

$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id tag _ <"$dir/pinned"
for map in "$bpffs"/*_map; do break; done
ok "dump: a pinned map" fails 1 "$map is pinned, but it is no program" dump "$map"
other_id=$(sed -n '2s/ .*//p' "$dir/pinned")
ok "dump: a name that two programs have" fails 1 \
	"2 programs have the name 'a_program_with_': ids $id, $other_id" dump a_program_with_
ok "dump: the beginning of a name" fails 1 "no program has the name 'a_program_with_m'" \
	dump a_program_with_m

# Without privileges, from a copy of the tool that anybody may run
chmod 755 "$dir"
cp "$tool" $progs/net.bpf.o "$dir"
chmod 755 $bpffs /sys/fs/bpf
chmod 600 $bpffs/*
tool_as_nobody=$dir/${tool##*/}
as_nobody() {
	want_status=1 want=$1
	shift
	$helper nobody "$tool_as_nobody" "$@" >"$out" 2>"$err"
	status=$?
	if [ $status != 1 ] || [ -s "$out" ] || ! same "$(cat "$err")" "bpfstream: $want"; then
		show
	fi
}
ok "run: not permitted" as_nobody "$dir/net.bpf.o: not permitted to load BPF programs: it takes \
root, or CAP_BPF and CAP_PERFMON, for XDP and tc also CAP_NET_ADMIN" run "$dir/net.bpf.o"
lookup="not permitted to look up BPF programs: it takes root or CAP_SYS_ADMIN"
ok "dump: not permitted, by id" as_nobody "$lookup" dump "$id"
ok "dump: not permitted, by name" as_nobody "$lookup" dump a_program_with_modes
ok "dump: not permitted, by tag" as_nobody "$lookup" dump "tag:$tag"
ok "dump: not permitted, by pin" as_nobody "$bpffs/a_program_with_modes: Permission denied" \
	dump $bpffs/a_program_with_modes

if have_streams; then
	chmod 666 $bpffs/*
	fire $BOTH
	ok "dump: whoever may open the pin may read, without any privilege" same \
		"$($helper nobody "$tool_as_nobody" dump $bpffs/a_program_with_modes 2>&1)" \
		"to stdout
to stderr"
	ok "run: nothing that can be attached" fails 1 \
		"$progs/net.bpf.o: nothing to follow, none of its programs could be attached" \
		run $progs/net.bpf.o
	same_reasons() {
		same "$(sed "s/^bpfstream: program //; /nothing to follow/d" "$err")" "$1"
	}
	ok "run: ... and why, one line for each program" same_reasons "\
'xdp_log' is not attached: it needs --iface
'tcx_log' is not attached: it needs --iface
'of_syscall' is not attached: libbpf cannot attach programs of section 'syscall' by itself
'of_tc' is not attached: its section does not say which way: tcx/ingress and tcx/egress do
'of_tp' is not attached: failed to determine tracepoint 'nothing/of_that_name' perf event ID: \
No such file or directory"
else
	fire $BOTH
	ok "run: this kernel has no streams" fails 1 "$no_streams" run $progs/modes.bpf.o
	ok "run: ... nothing is attached to an interface" fails 1 "$no_streams" \
		run $progs/net.bpf.o --iface lo
	ok "dump: this kernel has no streams, by id" fails 1 "$no_streams" dump "$id"
	ok "dump: ... by name" fails 1 "$no_streams" dump a_program_with_modes
	ok "dump: ... by tag" fails 1 "$no_streams" dump "tag:$tag"
	ok "dump: ... by pin" fails 1 "$no_streams" dump $bpffs/a_program_with_modes --stderr
fi

rm -r $bpffs
ok "nothing is left of what failed" nothing_left
done_testing
