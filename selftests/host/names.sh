#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Every public name of the headers is used by a test that runs. Uses that are only compiled or measured
# do not count.
set -u
. selftests/tap.sh

used() {
	grep -rqw --include='*.[ch]' --include='*.mk' --exclude-dir=compile --exclude-dir=bench --exclude-dir=fuzz \
		"$1" selftests examples
}
names=$(selftests/public-names)
for name in $names $(selftests/public-names macros); do
	ok "$name has a test" used "$name"
done
ok "names were found" [ "$(echo "$names" | wc -l)" -gt 30 ]
done_testing
