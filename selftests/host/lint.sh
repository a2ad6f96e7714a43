#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# `make lint`: format, scripts, static analysis, spelling, version and layout; and each of these checks
# finds a fault of its kind.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

finds_nothing() {
	"$@" >"$dir/out" 2>&1 && [ ! -s "$dir/out" ] && return
	head -n 100 "$dir/out" | note
	return 1
}
for check in format scripts c words version; do
	ok "lint: $check" finds_nothing selftests/lint/check $check
done
ok "lint: layout" finds_nothing selftests/lint/layout

# A small tree with one fault of each kind, and with lines that only look like faults
finds() { # LINES of the layout check
	selftests/lint/layout "$dir/house" >"$dir/out" 2>&1
	[ $? = 1 ] && [ "$(cat "$dir/out")" = "$1" ] && return
	note <"$dir/out"
	return 1
}
mkdir -p "$dir/house/include/bpf_stream/bpf" "$dir/house/tools/bpfstream/show" "$dir/house/tools/bpfstream/verbs"
cd "$dir/house" || exit 1
seq 500 >include/bpf_stream/fits.h
seq 501 >include/bpf_stream/long.h
echo '#include <bpf_stream/bpf/inner.h>' >include/bpf_stream/log.h
echo '#include "../../../tools/x.h"' >include/bpf_stream/bpf/up.h
printf '#include <bpf_stream/user.h>\n# include <bpf_stream/bpf/inner.h>\n' >tools/bpfstream/main.c
echo '#include "show/show.h"' >tools/bpfstream/verbs/run.c
: >tools/bpfstream/verbs/verbs.h
printf '#include "show.h"\n#include "verbs/verbs.h"\n#include "../verbs/verbs.h"\n#include "verbs.h"\n' >tools/bpfstream/show/show.c
: >tools/bpfstream/show/show.h
cd "$OLDPWD" || exit 1
ok "the layout check finds each kind of fault" finds 'include/bpf_stream/bpf/up.h:1: includes "../../../tools/x.h", which is not of include/
include/bpf_stream/long.h: 501 lines, more than 500
tools/bpfstream/main.c:2: includes <bpf_stream/bpf/inner.h>, which is internal
tools/bpfstream/show/show.c:2: includes "verbs/verbs.h": show/ is below verbs/
tools/bpfstream/show/show.c:3: includes "../verbs/verbs.h": show/ is below verbs/
tools/bpfstream/show/show.c:4: includes "verbs.h": show/ is below verbs/'
done_testing
