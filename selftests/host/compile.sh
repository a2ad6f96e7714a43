#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Do the headers compile where they promise to, without a warning, and is each promised error and
# warning there, in words? Run from the top of the repository after `make tests`.
set -u
. selftests/tap.sh
out=$(mktemp) && src=$(mktemp) || exit 1
trap 'rm -f "$out" "$src"' EXIT
obj=build/obj
arch=$(cc -print-multiarch)

# compile CLANG LIBBPF BASE FLAGS... SOURCE: output in $out
compile() {
	clang=$1 libbpf=$2 base=$3
	shift 3
	case $base in
	linux/bpf.h) set -- '-DBASE=<linux/bpf.h>' -idirafter "/usr/include/$arch" "$@" ;;
	*) set -- '-DBASE="vmlinux.h"' -isystem "build/vmlinux/$base" "$@" ;;
	esac
	"$clang" -O2 -g -target bpf -Wall -Wextra -Wno-unused-parameter -Iinclude \
		-isystem "$obj/libbpf-$libbpf/usr/include" -c -o /dev/null "$@" >"$out" 2>&1
}

clean() {
	compile "$@" -Werror selftests/compile/use_all.bpf.c && [ ! -s "$out" ] && return
	note <"$out"
	return 1
}

alone() {
	compile "$@" -Werror -x c "$src" && [ ! -s "$out" ] && return
	note <"$out"
	return 1
}

# says error|warning WORDS CLANG LIBBPF BASE FILE: are the words in one of these, and is the
# compiler's exit status in accordance?
says() {
	kind=$1 want=$2
	shift 2
	compile "$@"
	status=$?
	if [ "$kind" = error ]; then [ $status != 0 ]; else [ $status = 0 ]; fi &&
		grep "$kind:" "$out" | grep -qF "$want" && return
	echo "# wanted: $kind: $want (compiler exit $status)"
	note <"$out"
	return 1
}

for clang in clang-14 clang-19; do
	for base in 6.12 6.18 7.2 7.2-recent linux/bpf.h; do
		for libbpf in 1.1 1.4 1.7; do
			for cpu in v1 v3; do
				ok "compiles: $clang -mcpu=$cpu, $base, libbpf $libbpf" \
					clean $clang $libbpf $base -mcpu=$cpu
			done
		done
	done
	for base in 6.12 7.2 7.2-recent linux/bpf.h; do
		for libbpf in 1.1 1.7; do
			ok "compiles: $clang, $base, libbpf $libbpf, printk.h before all" \
				clean $clang $libbpf $base -include bpf_stream/printk.h
		done
	done
	for base in 7.2 linux/bpf.h; do
		ok "compiles: $clang, $base, all headers backwards" \
			clean $clang 1.4 $base -DBACKWARDS
		for h in include/bpf_stream/*.h; do
			h=${h##*/}
			# user*.h is for user space; atomic.h is a part of others
			case $h in user*.h | atomic.h) continue ;; esac
			printf '#include BASE\n#include <bpf_stream/%s>\n' "$h" >"$src"
			ok "compiles: $clang, $base, $h alone" alone $clang 1.4 $base
		done
	done
	for f in selftests/compile/error_*.bpf.c selftests/compile/warning_*.bpf.c; do
		want=$(sed -n 's|^/\* expect: \(.*\) \*/$|\1|p' "$f")
		kind=${f##*/}
		for base in 7.2 linux/bpf.h; do
			ok "$clang, $base: ${f##*/}" says "${kind%%_*}" "${want:?$f expects nothing}" \
				$clang 1.4 $base "$f"
		done
	done
done
done_testing
