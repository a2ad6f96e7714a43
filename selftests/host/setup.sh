#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Set-up: packages for building come from the suites that have them, and are for this machine's
# architecture; plain make installs nothing.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# Into a cache of its own, over the network
if BPF_STREAM_CACHE=$dir/cache tools/setup/libbpf 1.4 >"$dir/out" 2>"$dir/err"; then
	suites() { find "$dir/cache/apt/$(dpkg --print-architecture)" -name '*.updated' -exec basename {} .updated \; | sort; }
	ok "libbpf 1.4: one suite's package list is fetched" [ "$(suites)" = bookworm-backports ]
	ok "... and it is of this machine's architecture" eval \
		'readelf -h "$(cat "$dir/out")"/usr/lib/*/libbpf.so.1 | grep Machine: >"$dir/lib" &&
			readelf -h /bin/sh | grep Machine: | cmp - "$dir/lib"'
elif grep -q 'cannot fetch the package list' "$dir/err"; then
	skip "libbpf 1.4: one suite's package list is fetched" "$(tail -n 1 "$dir/err")"
else
	note <"$dir/err"
	ok "libbpf 1.4 can be fetched" false
fi
ok "no other architecture in what building uses" eval \
	'! grep -nE "x86_64|x86-64|amd64|aarch64" Makefile tools/setup/libbpf tools/setup/bpftool tools/setup/vmlinux tools/deb/[a-r]* \
		tools/*.in include/bpf_stream/*.h include/bpf_stream/*/*.h examples/*/*.[ch] examples/*/Makefile examples/*/CMakeLists.txt |
		note | grep .'

# A package that does not exist: named, and not installed
sed 's/^build=.gcc /&bpf-stream-no-such-package /' tools/setup/packages >"$dir/packages"
sh -c 'bash "$0" --check build' "$dir/packages" >"$dir/out" 2>&1
ok "a missing package: exit status 1" [ $? = 1 ]
ok "... it is named, and the command that installs it" grep -qx \
	"packages: these Debian packages are missing: bpf-stream-no-such-package: run 'make setup' as root, or apt-get install them" "$dir/out"
ok "plain make checks, and does not install" eval \
	'make -n all B="$dir/build" >"$dir/out" 2>&1; grep -q "packages --check build" "$dir/out" && ! grep -q "packages build\|apt-get" "$dir/out"'
done_testing
