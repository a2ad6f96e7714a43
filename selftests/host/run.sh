#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# selftests/run itself: it names failed tests again at the end, before the counts. And the table of
# kernels: each series can be fetched or built, each field is valid, the pages name each series.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

cat >"$dir/fails" <<'END'
#!/bin/sh
echo "ok 1 - this one is fine"
echo "not ok 2 - this one is not"
echo "ok 3 - this one does not apply # SKIP for a reason"
echo 1..3
END
printf '#!/bin/sh\necho "ok 1 - begun"\nexit 7\n' >"$dir/ends"
printf '#!/bin/sh\necho "ok 1 - good"\necho 1..1\n' >"$dir/passes"
chmod +x "$dir/fails" "$dir/ends" "$dir/passes"
at_end() { # LINES TEXT
	[ "$(tail -n "$1" "$dir/out")" = "$2" ] && return
	note <"$dir/out"
	return 1
}
selftests/run "$dir/fails" "$dir/passes" "$dir/ends" >"$dir/out" 2>&1
ok "failures: exit status 1" [ $? = 1 ]
ok "... named again before the counts" at_end 3 "# failed: $dir/fails: 2 - this one is not
# failed: $dir/ends: 2 - $dir/ends: ended with status 7 after 1 tests, none planned
3 passed, 2 failed, 1 skipped"
selftests/run "$dir/passes" >"$dir/out" 2>&1
ok "no failure: exit status 0" [ $? = 0 ]
ok "... nothing before the counts" at_end 2 "1..1
1 passed, 0 failed"
mkdir "$dir/no-programs"
ok "an architecture without programs is a skip that names it" eval \
	'cp -r selftests "$dir/no-programs" && (cd "$dir/no-programs" && selftests/run 7.2-arm64) >"$dir/out" 2>&1; at_end 2 "1..1
0 passed, 0 failed, 1 skipped" && grep -q "^ok 1 - Linux 7.2-arm64 # SKIP the programs are not built for arm64" "$dir/out"'
BPF_STREAM_CACHE=$dir/cache BPF_STREAM_MIRROR=file:$dir/nothing selftests/run 6.1 >"$dir/out" 2>&1
ok "a kernel that cannot be had is a failure" at_end 2 "# failed: 6.1: 1 - 6.1: ended before its tests did
0 passed, 1 failed"

BPF_STREAM_CACHE=$dir/cache BPF_STREAM_MIRROR=file:$dir/nothing selftests/run 7.2-arm64 >"$dir/out" 2>&1
ok "... and one of another architecture a skip" eval \
	'at_end 1 "0 passed, 0 failed, 1 skipped" && grep -q "^ok 1 - Linux 7.2-arm64 # SKIP " "$dir/out"'

for series in $(selftests/kernel-table); do
	ok "$series: needed or optional" eval 'selftests/kernel-table "$series" needed | grep -qxE "needed|optional"'
	ok "$series: tests" eval 'selftests/kernel-table "$series" tests | grep -qxE "full|short|streams|brief|kfuncs|later|ring"'
	for script in $(selftests/kernel-table "$series" scripts); do
		# shellcheck disable=SC2086 # a pattern
		ok "$series: $script.sh is there" eval 'ls selftests/guest/$script.sh >"$dir/list"'
	done
	case $series in
	rfc) ;;
	*-*) ok "docs/architectures.md names $series" grep -qF "${series%-*}." docs/architectures.md ;;
	*) ok "docs/kernels.md names $series" grep -qwF "$series" docs/kernels.md ;;
	esac
done
ok "one of them is the main one" [ "$(selftests/kernel-table main | wc -l)" = 1 ]
done_testing
