#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck disable=SC2086 # words
# Each format that the kernel refuses gives an error in words at its own line, and each that it takes
# compiles. Run from the top of the repository after `make tests`.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
arch=$(cc -print-multiarch)

# expect FILE: the file for as_expected
expect() {
	src=$1
	sed -n 's|^.*/\* expect: \(.*\) \*/$|\1|p' $src >"$dir/words"
	grep -n '/\* expect: ' $src | sed 's/:.*//' >"$dir/lines"
	[ -s "$dir/lines" ]
}

# errors CLANG FLAGS...: write "LINE: words" of each error to $dir/errors
errors() {
	clang=$1
	shift
	"$clang" -target bpf -g -Wall -Wextra -Wpedantic -Wshadow -Wno-unused -Iinclude -ferror-limit=0 \
		-Wno-gnu-zero-variadic-macro-arguments -Wno-gnu-statement-expression \
		-isystem build/obj/libbpf-1.4/usr/include -fsyntax-only "$@" $src 2>"$dir/out"
	sed -n "s|^$src:\([0-9]*\):[0-9]*: \(fatal \)*error: |\1: |p" "$dir/out" >"$dir/errors"
}

# each line that expects an error has one, with its words; other lines have none
as_expected() {
	errors "$@"
	# a macro may name an argument several times, but evaluates it once
	sed 's/:.*//' "$dir/errors" | uniq >"$dir/have"
	paste -d: "$dir/lines" "$dir/words" | while IFS=: read -r line want; do
		grep "^$line: .*bpf_stream: " "$dir/errors" | grep -qF -- "$want" ||
			echo "line $line lacks: $want"
	done >"$dir/wrong"
	diff "$dir/lines" "$dir/have" >>"$dir/wrong"
	[ -s "$dir/wrong" ] || return 0
	note <"$dir/wrong"
	return 1
}

expect selftests/compile/formats.bpf.c || exit 1
for clang in clang-14 clang-19; do
	for opt in -O1 -O2 -Os; do
		ok "$clang $opt: what the kernel refuses is an error, nothing else is" \
			as_expected $clang $opt '-DBASE=<linux/bpf.h>' -idirafter "/usr/include/$arch"
	done
	ok "$clang, 7.2: what the kernel refuses is an error, nothing else is" \
		as_expected $clang -O2 '-DBASE="vmlinux.h"' -isystem build/vmlinux/7.2
	ok "$clang, compiled out: what the kernel refuses is an error, nothing else is" \
		as_expected $clang -O2 -DBPF_LOG_COMPILE_LEVEL=0 '-DBASE=<linux/bpf.h>' \
		-idirafter "/usr/include/$arch"
done
expect selftests/compile/arena.bpf.c || exit 1
ok "clang-19: a string in an arena is an error, nothing else is" \
	as_expected clang-19 -O2 '-DBASE="vmlinux.h"' -isystem build/vmlinux/7.2
done_testing
