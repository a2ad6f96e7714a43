#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# tools/bpfstream-postmortem: crashes kernels in virtual machines, takes the memory as kdump would, and compares what is
# printed with a peek before the crash. POSTMORTEM_KERNELS="6.1 6.12": on others.
set -u
. selftests/tap.sh
. selftests/unit.sh
tool=tools/bpfstream-postmortem tool_path=build/bpfstream
if [ "$(dpkg --print-architecture)" != amd64 ]; then
	skip "post-mortem" "the machine of the test is one of x86-64"
	done_testing
	exit
fi

module_of() { find "$(tools/setup/kernel "$1")/lib/modules" -name qemu_fw_cfg.ko; }
# crash KERNEL: make $dir/vmcore and $dir/want
crash() {
	module=$(module_of "$1")
	rm -f "$dir/vmcore" "$dir/qmp" "$dir/console"
	BPF_STREAM_VM_MEM=512M BPF_STREAM_VM_APPEND=panic=0 BPF_STREAM_VM_TIMEOUT=120 BPF_STREAM_VM_QMP=$dir/qmp \
		BPF_STREAM_VM_LOG=$dir/console BPF_STREAM_VM_FILES=$module \
		selftests/vm/run "$1" selftests/postmortem/guest "$module" >"$dir/want" 2>"$out" &
	machine=$!
	until grep -q 'end Kernel panic' "$dir/console" 2>/dev/null; do
		kill -0 $machine 2>/dev/null || break
		sleep 0.2
	done
	selftests/postmortem/dump "$dir/qmp" "$dir/vmcore"
	status=$?
	wait $machine
	[ $status = 0 ] && [ "$(tail -n 1 "$dir/want")" = "# end" ] && return
	note <"$dir/want"
	note <"$out"
	return 1
}
# The titles without counts and names, and no line about a ring as a whole
plain() { sed -E 's/^# (program [0-9]+) \([^)]*\), (std...): .*/# \1, \2/; s/^# (ring), (std...): .*/# \1, \2/; /^# the ring of /d'; }
# A peek hashes %p with a key of its own; the address itself is in the dump.
without_addresses() { sed -E '/\b[0-9a-f]{16}\b/{s/\b[0-9a-f]+\b/X/g; s/ +/ /g;}'; }
shows_all() {
	"$tool" "$dir/vmcore" >"$dir/is" 2>"$out" || note <"$out"
	sed '$d' "$dir/want" | without_addresses >"$dir/want_text"
	plain <"$dir/is" | without_addresses >"$dir/is_text"
	cmp -s "$dir/want_text" "$dir/is_text" && return
	diff "$dir/want_text" "$dir/is_text" | head -n 30 | note
	return 1
}

for kernel in ${POSTMORTEM_KERNELS:-$(selftests/kernel-table "$([ -n "${FULL:-}" ] && echo bench || echo main)")}; do
	if [ -z "$(module_of "$kernel")" ]; then
		skip "$kernel: a crash" "Debian's archive no longer has the modules of this kernel"
		continue
	fi
	ok "$kernel: a crash, and the machine's memory" crash "$kernel"
	ok "$kernel: what was in streams and rings" shows_all
	ok "$kernel: a ring by its programs" grep -qE \
		'^# the ring of program [0-9]+ \(a_program_with_\), program [0-9]+ \(a_program_with_\): [0-9]+ of 262144 bytes$' "$dir/is"
	ok "$kernel: no control byte" eval '! LC_ALL=C grep -qa "$(printf "[\001-\010\013-\037\177]")" "$dir/is"'
done

# fails SENTENCE ARGUMENT...: exit status 1, and this sentence alone
fails() {
	want=$1
	shift
	"$tool" "$@" >"$out" 2>&1
	[ $? = 1 ] && grep -qx "bpfstream-postmortem: $want" "$out" && [ "$(wc -l <"$out")" = 1 ] && return
	note <"$out"
	return 1
}
ok "no such file" fails ".*$dir/none.*" "$dir/none"
ok "another file" fails "$tool: not an ELF core file" "$tool"
head -c 100000 "$dir/vmcore" >"$dir/short"
ok "a file that was cut" fails ".*" "$dir/short"
ok "a program" fails "$tool_path.*" "$tool_path"
"$tool" a b >"$out" 2>&1
ok "two files: usage" [ $? = 2 ]
ok "--help" grep -q '^usage: bpfstream-postmortem \[VMCORE\]' "$out"
done_testing
