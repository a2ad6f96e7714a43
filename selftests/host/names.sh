#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Is every public name of the headers used by a test? (What the tests do with it is their affair.)
set -u
. selftests/tap.sh

names=$(selftests/public-names)
for name in $names; do
	ok "$name has a test" grep -rqw --include='*.c' --include='*.h' "$name" selftests
done
ok "names were found" [ "$(echo "$names" | wc -l)" -gt 30 ]
done_testing
