#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck disable=SC2086 # words
# The headers compile where they promise to, without a warning, and give each promised error and
# warning, in words. Run from the top of the repository after `make tests`. By default each compiler, base, processor,
# sink and libbpf meets each of the others once; FULL=1: all combinations.
set -u
. selftests/tap.sh
. selftests/unit.sh
src=$dir/alone.c
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
	"$clang" $flags -isystem "$obj/libbpf-$libbpf/usr/include" -c -o /dev/null "$@" >"$out" 2>&1
}
kernel=$(selftests/kernel-table main)
flags="-O2 -g -target bpf -Wall -Wextra -Wno-unused-parameter -Iinclude"

# parsed CLANG BASE: use a precompiled vmlinux.h as the base, because reading it takes long
parsed() {
	[ "$2" != linux/bpf.h ] || return
	"$1" $flags -w -x c-header "build/vmlinux/$2/vmlinux.h" -o "$dir/$1-$2.pch" &&
		echo "-include-pch $dir/$1-$2.pch"
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

# says error|warning WORDS CLANG LIBBPF BASE FILE: an error or a warning has the words, and the
# compiler's exit status agrees
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

ring="-include bpf_stream/ring.h"
b=0
for base in $(selftests/kernel-table vmlinux) $kernel-recent linux/bpf.h; do
	m=0
	for mode in "" "$ring" "$ring -DBPF_STREAM_RING_FALLBACK"; do
		for c in 0:clang-14 1:clang-19; do
			chosen $((b + m + ${c%%:*})) 2 || continue
			for cpu in 0:v1 1:v3; do
				chosen $((b / 2 + m + ${cpu%%:*})) 2 || continue
				for l in 0:1.1 1:1.4 2:1.7; do
					chosen $((b + m + ${l%%:*})) 3 || continue
					ok "compiles: ${c#*:}, $base, libbpf ${l#*:}, -mcpu=${cpu#*:}, ${mode:-streams}" \
						clean ${c#*:} ${l#*:} $base -mcpu=${cpu#*:} $mode
				done
			done
		done
		m=$((m + 1))
	done
	b=$((b + 1))
done

# The order of includes changes what is declared, not what is generated.
parse=-fsyntax-only
[ -z "${FULL:-}" ] || parse=
c=0
for clang in clang-14 clang-19; do
	n=$c
	for base in 6.12 $kernel $kernel-recent linux/bpf.h; do
		for libbpf in 1.1 1.7; do
			chosen $n 2 && ok "compiles: $clang, $base, libbpf $libbpf, printk.h before all" \
				clean $clang $libbpf $base -include bpf_stream/printk.h $parse
			n=$((n + 1))
		done
		n=$((n + 1))
	done
	b=0
	for base in $kernel linux/bpf.h; do
		n=$((b + c))
		chosen $n 2 && ok "compiles: $clang, $base, all headers backwards" \
			clean $clang 1.4 $base -DBACKWARDS $parse
		chosen $((n + 1)) 2 && ok "compiles: $clang, $base, big endian" clean $clang 1.4 $base -target bpfeb
		chosen $n 2 && ok "compiles: $clang, $base, big endian, ring" \
			clean $clang 1.4 $base -target bpfeb $ring
		pch=$(parsed $clang $base)
		for h in include/bpf_stream/*.h; do
			h=${h##*/} n=$((n + 1))
			# user.h is for user space
			case $h in user*.h) continue ;; esac
			printf '#include BASE\n#include <bpf_stream/%s>\n' "$h" >"$src"
			chosen $n 2 && ok "compiles: $clang, $base, $h alone" alone $clang 1.4 $base $pch -fsyntax-only
			[ "$base" = linux/bpf.h ] && chosen $((n + 1)) 2 &&
				ok "compiles: $clang, $base, $h alone, big endian" alone $clang 1.4 $base -target bpfeb
		done
		for f in selftests/compile/error_*.bpf.c selftests/compile/warning_*.bpf.c; do
			n=$((n + 1))
			chosen $n 2 || continue
			want=$(sed -n 's|^/\* expect: \(.*\) \*/$|\1|p' "$f")
			kind=${f##*/}
			ok "$clang, $base: ${f##*/}" says "${kind%%_*}" \
				"${want:?$f expects nothing}" $clang 1.4 $base $pch "$f"
		done
		b=$((b + 1))
	done
	c=$((c + 1))
done
done_testing
