#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The programs in docs/migrating.md compile unchanged, before and after.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
kernel=$(selftests/kernel-table main)
libbpf=build/obj/libbpf-1.7/usr/include

awk -v dir="$dir" '/^```c$/ { n++; inside = 1; next } /^```$/ { inside = 0 }
	inside { print >sprintf("%s/%02d.c", dir, n) }' docs/migrating.md

quiet() {
	"$@" >"$dir/log" 2>&1 && [ ! -s "$dir/log" ] && return
	note <"$dir/log"
	return 1
}

for f in "$dir"/*.c; do
	n=${f##*/} n="program ${n%.c} of docs/migrating.md compiles"
	if grep -q '^int main' "$f"; then
		ok "$n (user space)" quiet cc -std=gnu11 -Wall -Wextra -fsyntax-only -Iinclude \
			-isystem build/obj/libbpf-1.4/usr/include "$f"
		continue
	fi
	for clang in clang-14 clang-19; do
		ok "$n, $clang" quiet $clang -O2 -g -target bpf -Wall -Wextra -Wno-unused-parameter -Iinclude \
			-isystem $libbpf -isystem "build/vmlinux/$kernel-recent" -idirafter "/usr/include/$(cc -print-multiarch)" -c "$f" -o "$dir/out.o"
	done
done
ok "there are programs" [ -e "$dir/07.c" ]
done_testing
