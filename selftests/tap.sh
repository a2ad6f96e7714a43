# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck shell=sh
# TAP for test scripts (sourced): ok NAME COMMAND..., skip NAME WHY, done_testing
tests=0 failures=0
ok() {
	name=$1 tests=$((tests + 1))
	shift
	if "$@"; then
		echo "ok $tests - $name"
	else
		echo "not ok $tests - $name"
		failures=$((failures + 1))
	fi
}
skip() { tests=$((tests + 1)); echo "ok $tests - $1 # SKIP $2"; }
note() { sed 's/^/# /'; }
done_testing() { echo "1..$tests"; [ $failures = 0 ]; }
