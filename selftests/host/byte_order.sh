#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck disable=SC2086 # words
# Big endian: what the headers compute for BPF programs, and user.h on an emulated s390x, each beside
# the same in little endian. Run from the top of the repository after `make tests`.
set -u
. selftests/tap.sh
. selftests/unit.sh
flags="-O2 -g -mcpu=v3 -Wall -Wextra -Wno-unused-parameter -Werror -Iinclude
	-isystem build/obj/libbpf-1.4/usr/include -isystem build/vmlinux/$(selftests/kernel-table main)"

# instructions FUNCTION: those of $dir/object, without addresses
instructions() {
	llvm-objdump-14 -d --no-show-raw-insn --disassemble-symbols="$1" "$dir/object" |
		sed -n 's/^ *[0-9]*:[[:space:]]*//p'
}

# does FUNCTION INSTRUCTION: it is one of them
does() {
	instructions "$1" >"$out"
	grep -qxF "$2" "$out" && return
	note <"$out"
	return 1
}

is_true() {
	instructions "$1" >"$out"
	[ "$(cat "$out")" = "w0 = 1
exit" ] && return
	note <"$out"
	return 1
}

for target in bpfel bpfeb; do
	ok "$target: compiles" silent clang-14 -target $target $flags -c -o "$dir/object" \
		selftests/compile/ways/byte_order.bpf.c
	ok "$target: elem.h: the bytes of a word" is_true bytes
	ok "$target: elem.h: the level of a record" is_true levels
	ok "$target: hexdump.h: the digits and the text of 8 bytes" is_true hexdump
	ok "$target: ring.h: the head of a record" is_true head
	ok "$target: fetch_add" does fetch_add "r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)"
	ok "$target: fetch_or" does fetch_or "r2 = atomic_fetch_or((u64 *)(r1 + 0), r2)"
	ok "$target: xchg" does xchg "r2 = xchg_64(r1 + 0, r2)"
	ok "$target: cmpxchg" does cmpxchg "r0 = cmpxchg_64(r1 + 0, r0, r2)"
done

# unit WHAT EMULATOR COMPILER...: the unit tests of user.h as one test each
printf '%s\n' 'ffffffff81000000 T first' 'ffffffff81000010 T _etext' >"$dir/kallsyms"
# shellcheck disable=SC2034 # in eval
unit() {
	what=$1 emulator=$2
	shift 2
	for test in byte_order user_h; do
		ok "$what: $test.c compiles" silent "$@" -std=gnu11 -O1 -Wall -Wextra -Iinclude -o "$dir/$test" \
			selftests/host/$test.c
		ok "$what: $test.c passes" eval '$emulator "$dir/$test" >"$out" 2>&1 &&
			grep -qx "1..$(grep -c "^ok " "$out")" "$out" || { note <"$out"; false; }'
	done
	ok "$what: format_h.c compiles" silent "$@" -std=gnu11 -O1 -Wall -Wextra -Iinclude -o "$dir/format_h" \
		selftests/host/format_h.c
	# The rest of it is of the file of symbols, which has no byte order.
	ok "$what: format_h.c: formats pass" eval '$emulator "$dir/format_h" "$dir/kallsyms" >"$out" 2>&1
		sed "/ - symbols are loaded$/,\$d" "$out" >"$dir/formats"
		[ "$(grep -c "^ok " "$dir/formats")" -ge 75 ] && ! grep -q "^not ok" "$dir/formats" || { note <"$dir/formats"; false; }'
}
unit "little endian" "" cc
if command -v s390x-linux-gnu-gcc >"$out" && command -v qemu-s390x-static >"$out"; then
	unit "big endian" qemu-s390x-static s390x-linux-gnu-gcc -static
else
	skip "big endian: user.h" "no compiler or emulator for s390x (tools/setup/packages cross)"
fi
done_testing
