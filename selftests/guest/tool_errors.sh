#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The tool's error messages that depend on the kernel, with streams and without
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
needs a GPL-compatible licence, for example char LICENSE[] SEC(\"license\") = \"GPL\"; the verifier \
says: cannot call *" run $progs/no_gpl.bpf.o

if have_streams; then
	ok "run: logging under a lock: what to write instead" fails 1 "$progs/locked.bpf.o: the verifier \
rejected program 'logs_locked': *" run $progs/locked.bpf.o --iface lo
	ok "run: ... BPF_STREAM_LOCKED, and no time" grep -q "; to log while holding a bpf_spin_lock, on Linux 7.0 \
or later and not to a ring, put '#define BPF_STREAM_LOCKED 1' before the include, and for records '#define \
BPF_LOG_TIMESTAMP 0' (-v shows" "$err"
	run_tool run $progs/locked.bpf.o --iface lo --prog prints_locked
	ok "run: printing under a lock: BPF_STREAM_LOCKED" grep -q "'prints_locked': use static function instead; .* \
while holding a bpf_spin_lock, put '#define BPF_STREAM_LOCKED 1' before the include (-v shows" "$err"
	# 7.2 accepts it, 6.18 does not.
	run_tool run $progs/deep.bpf.o --for 0
	if [ $status = 0 ]; then
		skip "run: a message from the deepest call" "this verifier accepts it"
	else
		ok "run: a message from the deepest call" grep -q "frames is too deep.*; a message takes one \
of the 8 call frames of a program, " "$err"
	fi
fi
case $(uname -r) in
6.1.*)
	run_tool run $progs/back_edge.bpf.o --iface lo --for 0
	ok "run: a loop whose end clang puts before its start" grep -q "back-edge from insn .*: compile with -Os \
or -O1, or with a newer clang (-v shows" "$err"
	;;
*)
	skip "run: a loop whose end clang puts before its start" "6.12 and later accept it"
	;;
esac

run_tool run $progs/pid_xdp.bpf.o --iface lo --for 0
if [ $status = 0 ]; then
	skip "run: BPF_LOG_PID in an XDP program" "this verifier accepts it"
else
	ok "run: BPF_LOG_PID in an XDP program" grep -q "bpf_get_current_pid_tgid#14; BPF_LOG_PID takes Linux 6.10 in \
XDP, tc and cgroup programs (-v shows" "$err"
fi

ok "run: a type of program that the kernel does not know" fails 1 "$progs/refused.bpf.o: the kernel \
refused program 'of_lirc': Invalid argument; it may not support this program type (--prog NAME loads \
only the named programs)" run $progs/refused.bpf.o

ok "dump: no such id" fails 1 "no program has id 4294967295" dump 4294967295
ok "dump: an id of more than 32 bits" fails 1 "no program has id 4294967297" dump 4294967297
ok "dump: no such name" fails 1 "no program has name 'nosuch'" dump nosuch
ok "dump: no such tag" fails 1 "no program has tag 0123456789abcdef" dump tag:0123456789abcdef
ok "dump: no such pin" fails 1 "/sys/fs/bpf/nosuch: no such file" dump /sys/fs/bpf/nosuch
ok "dump: a directory" fails 1 "/sys/fs/bpf is not a pinned program" dump /sys/fs/bpf
ok "dump: a file" fails 1 "/etc/passwd is not a pinned program" dump /etc/passwd

$helper pin $progs/modes.bpf.o $bpffs >"$dir/pinned" 2>"$err" || note <"$err"
read -r id tag _ <"$dir/pinned"
for map in "$bpffs"/*_map; do break; done
ok "dump: a pinned map" fails 1 "$map is pinned, but not a program" dump "$map"
other_id=$(sed -n '2s/ .*//p' "$dir/pinned")
ok "level: a name that two programs have" fails 1 \
	"2 programs have name 'a_program_with_': ids $id, $other_id" level a_program_with_
ok "dump: a pattern of no name" fails 1 "no program matches 'nosuch*'" dump 'nosuch*'
ok "dump: several that are not there: each is reported" fails 1 "no program has id 4294967295
bpfstream: /sys/fs/bpf/nosuch: no such file
bpfstream: no program has name 'nosuch'" dump nosuch 4294967295 /sys/fs/bpf/nosuch
ok "dump: the beginning of a name" fails 1 "no program has name 'a_program_with_m'" \
	dump a_program_with_m

# Without privileges, from a copy of the tool that every user may run
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
ok "run: not permitted" as_nobody "$dir/net.bpf.o: not permitted to load BPF programs: requires \
root, or CAP_BPF and CAP_PERFMON, and CAP_NET_ADMIN for XDP and tc" run "$dir/net.bpf.o"
lookup="not permitted to look up BPF programs: requires root or CAP_SYS_ADMIN"
ok "dump: not permitted, by id" as_nobody "$lookup" dump "$id"
ok "dump: not permitted, by name" as_nobody "$lookup" dump a_program_with_modes
ok "dump: not permitted, by tag" as_nobody "$lookup" dump "tag:$tag"
ok "dump: not permitted, all" as_nobody "$lookup" dump --all
ok "dump: not permitted, by pin" as_nobody "$bpffs/a_program_with_modes: Permission denied" \
	dump $bpffs/a_program_with_modes

# The effect of each capability: an ordinary user who has it runs the verb, which works or fails.
# The numbers are those of linux/capability.h.
NET_ADMIN=1000 SYS_ADMIN=200000 PERFMON=4000000000 BPF=8000000000
caps() { # ADD up capabilities, in hexadecimal
	sum=0
	for cap in "$@"; do sum=$((sum + 0x$cap)); done
	printf '%x' $sum
}
works() { # CAPABILITIES VERB...: yes, no, or that it did not end by itself
	want_caps=$1
	shift
	timeout -s KILL 10 $helper caps "$want_caps" "$tool_as_nobody" "$@" >"$out" 2>"$err"
	case $? in
	0) echo yes ;;
	1) echo no ;;
	*) echo "neither: $?" ;;
	esac
}
# all_of WANT VERB...: try no capability, each alone, each pair, and all three
sets=0,$SYS_ADMIN,$BPF,$PERFMON,$(caps $SYS_ADMIN $BPF),$(caps $SYS_ADMIN $PERFMON),$(caps $BPF $PERFMON),$(
	caps $SYS_ADMIN $BPF $PERFMON
)
all_of() {
	want=$1
	shift
	same "$($helper each "$sets" "$tool_as_nobody" "$@")" " $want"
}
chmod 755 /sys/kernel/tracing 2>/dev/null
# nothing SYS_ADMIN BPF PERFMON SYS_ADMIN+BPF SYS_ADMIN+PERFMON BPF+PERFMON all
sys_admin="no yes no no yes yes no yes"
ok "level: CAP_SYS_ADMIN" all_of "$sys_admin" level "$id"
ok "sites: CAP_SYS_ADMIN" all_of "$sys_admin" sites "$id"
if have_streams; then
	ok "dump, by id: CAP_SYS_ADMIN" all_of "$sys_admin" dump "$id"
	ok "stats: CAP_SYS_ADMIN" all_of "$sys_admin" stats "$id"
	ok "peek, by id: CAP_SYS_ADMIN" all_of "$sys_admin" peek "$id"
	ok "dump --all: CAP_SYS_ADMIN" all_of "$sys_admin" dump --all
	ok "peek --all: CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN" all_of "no yes no no yes yes yes yes" peek --all
	ok "list: CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN" all_of "no yes no no yes yes yes yes" list
	# If permitted it runs until it is stopped; otherwise it ends by itself, late on a busy machine.
	tails() { # SECONDS CAPABILITIES PROG...
		seconds=$1 want_caps=$2
		shift 2
		timeout -s TERM "$seconds" $helper caps "$want_caps" "$tool_as_nobody" tail "$@" >"$out" 2>"$err"
		case $? in
		0 | 124 | 143) echo yes ;;
		*) echo no ;;
		esac
	}
	ok "tail, by id: CAP_SYS_ADMIN" same "$(tails 2 $SYS_ADMIN "$id")" yes
	ok "tail, by id: not with CAP_BPF and CAP_PERFMON" same "$(tails 30 "$(caps $BPF $PERFMON)" "$id")" no
	ok "tail --all: not with CAP_BPF and CAP_PERFMON" same \
		"$(tails 30 "$(caps $BPF $PERFMON)" --all) $(cat "$err")" "no bpfstream: not permitted to \
open programs by id: requires root or CAP_SYS_ADMIN (pinned programs can be opened by path)"
	chmod 666 $bpffs/*
	ok "tail, by pin: with CAP_BPF and CAP_PERFMON" same \
		"$(tails 2 "$(caps $BPF $PERFMON)" $bpffs/a_program_with_modes)" yes
	ok "dump, by pin: nothing" all_of "yes yes yes yes yes yes yes yes" dump \
		$bpffs/a_program_with_modes
	run_caps() { works "$1" run "$dir/net.bpf.o" --for 0.1 --prog "$2" --iface lo; }
	ok "run, XDP: CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN" same \
		"$(run_caps "$(caps $BPF $PERFMON)" xdp_log) $(run_caps "$(caps $BPF $PERFMON $NET_ADMIN)" xdp_log)" \
		"no yes"
fi

if have_streams; then
	chmod 666 $bpffs/*
	fire $BOTH
	ok "dump: a user with access to the pin may read, without any privilege" same \
		"$($helper nobody "$tool_as_nobody" dump $bpffs/a_program_with_modes 2>&1)" \
		"to stdout
to stderr"
	ok "run: nothing that can be attached" fails 1 \
		"$progs/net.bpf.o: nothing to follow: none of its programs could be attached" \
		run $progs/net.bpf.o
	same_reasons() {
		same "$(sed "s/^bpfstream: program //; /nothing to follow/d" "$err")" "$1"
	}
	ok "run: ... and why, one line for each program" same_reasons "\
'xdp_log' is not attached: it needs --iface
'tcx_log' is not attached: it needs --iface
'of_syscall' is not attached: libbpf cannot auto-attach programs of section 'syscall'
'of_tc' is not attached: its section does not say the direction, as tcx/ingress and tcx/egress do
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

# without tracefs, in a mount namespace of its own
if unshare -m true 2>/dev/null && have_streams; then
	unshare -m sh -c "umount /sys/kernel/tracing; umount /sys/kernel/debug 2>/dev/null
		exec $tool run $progs/modes.bpf.o --prog a_program_with_one_line" >"$out" 2>"$err"
	ok "run: no tracefs" same "$? $(head -n 1 "$err")" "1 bpfstream: program \
'a_program_with_one_line' is not attached: tracefs is not mounted (mount -t tracefs tracefs \
/sys/kernel/tracing)"
else
	skip "run: no tracefs" "no unshare here, or no streams"
fi

rm -r $bpffs
ok "nothing is left of what failed" nothing_left
done_testing
