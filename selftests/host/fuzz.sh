#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The fuzz targets (selftests/fuzz), ten seconds in all, with FULL=1 a minute; `make fuzz` runs them for longer.
set -u
. selftests/tap.sh
FUZZ_SECONDS=10
[ -z "${FULL:-}" ] || FUZZ_SECONDS=60

fuzz() {
	selftests/fuzz/run "$each" "$1" >"$log" 2>&1
	status=$?
	note <"$log"
	return $status
}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
set -- selftests/fuzz/*.c
each=$((FUZZ_SECONDS / ($# - 1)))
for target; do
	target=${target##*/} target=${target%.c}
	[ "$target" = save ] || ok "fuzz: $target, $each seconds" fuzz "$target"
done
done_testing
