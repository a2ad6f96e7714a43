#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The log statements out of a section (user/sites.h): its unit tests (sites_h.c), with sanitizers
set -u
. selftests/tap.sh
. selftests/unit.sh

unit_tests sites_h

# tool_sites.sh tests what one compiler made of tool_progs/sites.bpf.c. The others make the same.
vmlinux=build/vmlinux/$(selftests/kernel-table main)
section() { # CLANG CPU [FLAG...]
	clang=$1 cpu=$2
	shift 2
	"$clang" -O2 -g -target bpf -mcpu="$cpu" -Iinclude -isystem "$vmlinux" "$@" -c -o "$dir/sites.o" \
		selftests/tool_progs/sites.bpf.c 2>"$out" || note <"$out"
	llvm-objcopy-14 --dump-section .rodata.bpf_log="$dir/$clang-$cpu" "$dir/sites.o" /dev/null
}
section clang-14 v3
for variant in clang-14-v1 clang-19-v1 clang-19-v3; do
	section "${variant%-*}" "${variant##*-}"
	ok "the statements by $variant: as by clang-14-v3" cmp "$dir/clang-14-v3" "$dir/$variant"
done
ok "no statement that was compiled out" [ "$(grep -ac 'not: ' "$dir/clang-14-v3")" = 0 ]
ok "the table of causes is CAUSES of sites_h.c" \
	env LC_ALL=C grep -aqP '\x00{100}\(\x00{5}0\x00{5}8\x00{3} \x00{4}\x08\x00{6}' "$dir/clang-14-v3"
done_testing
