#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The programs of docs/headers.md are those of examples/, to the letter; what the README has one
# change in a program does compile; no link among the pages leads nowhere.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

in_page() { # PAGE FILE: the file, without its first line, as a block of C
	awk -v file="$2" '
	BEGIN { getline <file; while ((getline line <file) > 0) want = want line "\n" }
	/^```c$/ { text = ""; inside = 1; next }
	/^```$/ { if (inside && text == want) found = 1; inside = 0 }
	inside { text = text $0 "\n" }
	END { exit !found }' "$1"
}
for f in examples/headers/*.bpf.c examples/loader/loader.c; do
	ok "docs/headers.md has $f" in_page docs/headers.md "$f"
done

# The change of README: without what it takes out, and what it puts in
changed() {
	awk '/^```diff$/ { inside = 1; next } /^```$/ { inside = 0 } inside && !/^-/ { print substr($0, 2) }' \
		README.md >"$dir/hello.bpf.c"
	[ -s "$dir/hello.bpf.c" ] &&
		clang-14 -O2 -g -Wall -Wextra -Wno-unused-parameter -Werror -target bpf -Iinclude \
			-isystem build/obj/libbpf-1.1/usr/include -isystem build/vmlinux/7.2 \
			-c "$dir/hello.bpf.c" -o "$dir/hello.bpf.o" 2>"$dir/err" && return
	note <"$dir/err"
	return 1
}
ok "the change of README compiles" changed
ok "... and logs" eval 'strings "$dir/hello.bpf.o" | grep -q "hello.bpf.c:10: pid"'

links() { # PAGE: files that it links to
	grep -oE '\]\([^)#][^)]*\)' "$1" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^http' | sort -u
}
for page in README.md docs/*.md; do
	for to in $(links "$page"); do
		ok "$page: $to is there" [ -e "$(dirname "$page")/$to" ]
	done
done
for page in docs/*.md; do
	[ "$page" = docs/kernel-notes.md ] || ok "README leads to $page" grep -qF "($page)" README.md
done
done_testing
