#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck disable=SC2086 # words
# Builds of other projects: with helper declarations of their own, with flags of their own, under the
# warnings that they turn on. Run from the top of the repository after `make tests`. Each way of declaring
# helpers is compiled by one compiler before and by the other one after our headers; FULL=1: by both.
set -u
. selftests/tap.sh
. selftests/unit.sh
arch=$(cc -print-multiarch)
ways=selftests/compile/ways
libbpf="-isystem build/obj/libbpf-1.4/usr/include"
base="-DBASE=<linux/bpf.h> -idirafter /usr/include/$arch"
bpf="-O2 -g -target bpf -Wall -Wno-unused-parameter -Iinclude"

# one_error WORDS COMMAND...: it fails with one error, which has these words or points at them
one_error() {
	words=$1
	shift
	! "$@" >"$out" 2>&1 && [ "$(grep -c 'error:' "$out")" = 1 ] && grep -qF "$words" "$out" && return
	note <"$out"
	return 1
}

# ours COMMAND...: silent, and the program prints through our headers, not bpf_trace_printk() (helper 6)
ours() {
	silent "$@" -S -o "$dir/s" || return
	! grep -qE 'call 6$' "$dir/s" && grep -q 'call __bpf_stream_lose' "$dir/s"
}

# records WORDS COMMAND...: each record of records.bpf.c has one error, which has these words
cp $ways/records.bpf.c "$dir/a%d.bpf.c"
records() {
	words=$1
	shift
	"$@" >"$out" 2>&1
	grep -F "$words" "$out" | sed -n 's/^.*bpf\.c:\([0-9]*\):.* error: .*/\1/p' >"$dir/have"
	grep -n '/\* record' $ways/records.bpf.c | sed 's/:.*//' | diff - "$dir/have" >"$dir/differ" && return
	note <"$out"
	return 1
}

n=0
for clang in clang-14 clang-19; do
	cc="$clang $bpf $base -Werror"
	for own in -DOWN_OTHER -DOWN_GUARD "-DOWN_GUARD -DOWN_NAMES" "-DOWN_GUARD -DOWN_VENDORED"; do
		n=$((n + 1))
		chosen $n 2 && ok "$clang: own helpers, $own, printk.h before all" silent $cc $libbpf $own \
			-include bpf_stream/printk.h -c -o /dev/null $ways/own_helpers.bpf.c
		chosen $((n + 1)) 2 && ok "$clang: own helpers, $own, our headers after them" silent $cc $libbpf $own \
			-DLATE -c -o /dev/null $ways/own_helpers.bpf.c
	done
	n=$((n + 1))
	ok "$clang: own helpers: bpf_printk is ours after them" ours $cc $libbpf -DLATE $ways/own_helpers.bpf.c
	# /usr/include has the kernel's headers, and on some machines libbpf's
	mkdir -p "$dir/kernel"
	for d in linux asm-generic; do ln -sfn /usr/include/$d "$dir/kernel/$d"; done
	ok "$clang: own helpers, no libbpf at all" silent $clang $bpf "-DBASE=<linux/bpf.h>" -Werror -nostdinc \
		-isystem "$dir/kernel" -idirafter "/usr/include/$arch" -DLATE -c -o /dev/null \
		$ways/own_helpers.bpf.c

	for cpu in v1 v3; do
		ok "$clang -mcpu=$cpu: printk.h before all, then libbpf: bpf_printk is ours" ours $cc $libbpf \
			-mcpu=$cpu -DEARLY -DHELPERS -DPARENTHESES -include bpf_stream/printk.h $ways/hello.bpf.c
	done
	for v in 1.1 1.7; do
		ok "$clang: the same, libbpf $v" ours $cc -isystem build/obj/libbpf-$v/usr/include \
			-DEARLY -DHELPERS -include bpf_stream/printk.h $ways/hello.bpf.c
	done
	ok "$clang: a literal in parentheses" silent $cc $libbpf -DPARENTHESES -c -o /dev/null $ways/hello.bpf.c
	hello="-Iinclude $libbpf $base -c -o /dev/null $ways/hello.bpf.c"
	ok "$clang: without -g: one error" one_error "compile with -g" $clang -O2 -target bpf $hello
	ok "$clang: -O0: one error" one_error "compile with -O1 or higher" $clang -O0 -g -target bpf $hello
	ok "$clang: for the host, with llc after it: one error" one_error "give -target bpf to clang" \
		$clang -O2 -g -target x86_64-linux-gnu -Ulinux -emit-llvm $hello
	if [ $clang = clang-14 ]; then
		ok "$clang: -fstack-protector-strong: one error" one_error "add -fno-stack-protector" \
			$clang -O2 -g -target bpf -fstack-protector-strong $hello
	fi
	for before in -DAFTER -DBEFORE; do
		ok "$clang: words that are macros, $before" silent $cc $libbpf $before -DBPF_STREAM_NO_LIBBPF \
			-c -o /dev/null $ways/words.bpf.c
	done
	ok "$clang: warnings that people turn on" silent $cc $libbpf -Wextra -Wshadow -Wconversion -Wcast-qual \
		-Wimplicit-int-conversion -Wdeclaration-after-statement -Wpedantic -Wno-unused-parameter \
		-c -o /dev/null $ways/warnings.bpf.c
	for std in gnu99 gnu11 gnu2x; do
		ok "$clang: -std=$std" silent $cc $libbpf -std=$std -Wno-unused-parameter -c -o /dev/null \
			-DBASE='<linux/bpf.h>' selftests/compile/use_all.bpf.c
	done
	percent="-Wno-unused -c -o /dev/null $dir/a%d.bpf.c"
	ok "$clang: a percent sign in the file's name: an error for each record" \
		records "define BPF_LOG_FILE" $cc $libbpf $percent
	ok "$clang: ... and none if BPF_LOG_FILE is defined" silent $cc $libbpf \
		'-DBPF_LOG_FILE="a%%d.bpf.c"' $percent
	ok "$clang: ... or records have no location" silent $cc $libbpf -DBPF_LOG_LOCATION=0 $percent
	ok "$clang: a program that compares no formats" silent $cc $libbpf -DBPF_STREAM_NO_FORMAT_CHECK \
		-DWRONG_FORMAT -c -o /dev/null selftests/compile/warning_format_type.bpf.c
done
done_testing
