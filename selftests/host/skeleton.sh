#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The variables of the headers are in the skeleton of a program that includes them: it compiles in a
# loader that does not know the headers.
set -u
. selftests/tap.sh
PATH=$PATH:/usr/sbin:/sbin
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
echo '#include "test.skel.h"
int main(void) { struct test_bpf *skel = test_bpf__open(); return !skel; }' >"$dir/test.c"

compiles() { # BPFTOOL OBJECT COMPILER...
	"$1" gen skeleton "$2" name test_bpf >"$dir/test.skel.h" 2>"$dir/log" || {
		note <"$dir/log"
		return 1
	}
	shift 2
	"$@" -Wall -Werror -fsyntax-only -isystem build/obj/libbpf-1.4/usr/include "$dir/test.c" \
		>"$dir/log" 2>&1 && return
	head -n 10 "$dir/log" | note
	return 1
}

recent=$(tools/setup/bpftool)
for o in build/examples/headers/*.bpf.o build/selftests/progs/clang-*/stage.bpf.o; do
	ok "$o: C" compiles bpftool "$o" gcc
	ok "$o: C++" compiles bpftool "$o" g++ -x c++
	ok "$o: C, a recent bpftool" compiles "$recent" "$o" gcc
done
done_testing
