#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpf_stream_forward(): its unit tests (forward_h.c), with sanitizers
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
out=$dir/out

silent() {
	"$@" >"$out" 2>&1 && [ ! -s "$out" ] && return
	note <"$out"
	return 1
}

ok "the unit tests build, with sanitizers" silent gcc -std=gnu11 -g -O1 -Wall -Wextra \
	-fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -o "$dir/forward_h" \
	selftests/host/forward_h.c
"$dir/forward_h" >"$dir/tap" 2>"$out"
status=$?
note <"$out"
grep -E '^(not )?ok ' "$dir/tap" >"$dir/oks"
while read -r line; do
	case $line in
	ok*) ok "${line#ok * - }" true ;;
	*) ok "${line#not ok * - }" false ;;
	esac
done <"$dir/oks"
ok "the unit tests end as planned, and without a word from a sanitizer" eval "[ $status = 0 ] &&
	[ ! -s '$out' ] && grep -qx '1..$(wc -l <"$dir/oks")' '$dir/tap'"
done_testing
