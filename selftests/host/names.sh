#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Is every public name of the headers used by a test? (What the tests do with it is their affair.)
set -u
. selftests/tap.sh

names=$(sed -nE 's/^#[[:space:]]*define[[:space:]]+(bpf_(stream|log)_?[a-z0-9_]*).*/\1/p
	s/^static[^=;{]*[ *](bpf_(stream|log)_[a-z0-9_]+)\(.*/\1/p
	s/^(bpf_(stream|log)_[a-z0-9_]+)\(.*/\1/p
	s/^(const )?volatile [a-z0-9_ ]+ (bpf_(stream|log)_[a-z0-9_]+)(\[| __[Baw]).*/\2/p' \
	include/bpf_stream/*.h | grep -v ___ | sort -u)
for name in $names; do
	ok "$name has a test" grep -rqw --include='*.c' --include='*.h' "$name" selftests
done
ok "names were found" [ "$(echo "$names" | wc -l)" -gt 30 ]
done_testing
