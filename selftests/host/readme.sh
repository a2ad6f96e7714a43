#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The programs of README are those of examples/headers, to the letter.
set -u
. selftests/tap.sh

in_readme() { # the file, without its first line, as a block of C
	awk -v file="$1" '
	BEGIN { getline <file; while ((getline line <file) > 0) want = want line "\n" }
	/^```c$/ { text = ""; inside = 1; next }
	/^```$/ { if (inside && text == want) found = 1; inside = 0 }
	inside { text = text $0 "\n" }
	END { exit !found }' README.md
}
for f in examples/headers/*.bpf.c; do
	ok "README has $f" in_readme "$f"
done
done_testing
