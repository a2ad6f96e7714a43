#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# docs/api.md is up to date with the headers (`make docs`), and has each public name.
set -u
. selftests/tap.sh

as_made() {
	differs=$(tools/docs/api | diff docs/api.md - | head -n 10)
	[ -z "$differs" ] && return
	echo "$differs" | note
	echo "# make docs"
	return 1
}
ok "docs/api.md agrees with the headers" as_made
for name in $(selftests/public-names) $(selftests/public-names macros); do
	ok "docs/api.md has $name" grep -qw "$name" docs/api.md
done
# As headings or as code: a mention in a sentence is not enough for a function
for name in $(selftests/public-names); do
	ok "... with an entry of its own" grep -qE "^([a-z].*[ *]|#define |### .*\`)?$name(\(|\$| |;|\`)" docs/api.md
done
done_testing
