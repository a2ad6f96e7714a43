#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The Debian package builds, lintian finds no error, and the packaged examples with a build of their own
# build from the package alone, without this repository.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
out=$dir/out root=$dir/root

quiet() { "$@" >"$out" 2>&1 || { tail -n 30 "$out" | note; false; }; }
# errors and warnings; run by root, lintian first prints one line about that
lints() {
	lintian --fail-on error,warning "$1" >"$out" 2>&1 && return
	note <"$out"
	return 1
}

# Without optimization, to be quick; otherwise the same package
export DEB_BUILD_OPTIONS="noopt noautodbgsym"
ok "make deb" quiet make -s deb DEB_DIR="$dir/deb"
deb=$(echo "$dir"/deb/bpf-stream_*.deb)
[ -f "$deb" ] || {
	done_testing
	exit
}
ok "lintian has nothing to say" lints "$deb"
ok "dpkg-deb -x" quiet dpkg-deb -x "$deb" "$root"
for file in include/bpf_stream/log.h sbin/bpfstream share/man/man8/bpfstream.8.gz \
	share/bash-completion/completions/bpfstream \
	share/pkgconfig/bpf_stream.pc share/doc/bpf-stream/README.md \
	share/doc/bpf-stream/docs/tool.md share/doc/bpf-stream/CHANGELOG.md; do
	ok "... has $file" [ -s "$root/usr/$file" ]
done
# shellcheck disable=SC2034 # for eval
version=$(dpkg-deb -f "$deb" Version)
ok "... a bpfstream of its version" eval '"$root/usr/sbin/bpfstream" --version | grep -qF " $version"'
if pkg-config --atleast-version=1.3 libbpf; then
	ok "... which was linked with this Debian's libbpf" eval 'dpkg-deb -f "$deb" Depends | grep -q libbpf1'
else
	ok "... which was linked with a libbpf of its own" eval '! readelf -d "$root/usr/sbin/bpfstream" | grep -q libbpf'
fi
ok "... in which no name of this machine is left" eval '! grep -rqa -e "$PWD/build" -e "$dir" "$root"'
headers() { (cd "$1/include/bpf_stream" && find . -name "*.h" | sort); }
ok "... all headers" [ "$(headers "$root/usr")" = "$(headers .)" ]
for unit in bpfstream bpfstream-metrics; do
	ok "... $unit.service" eval 'grep -q "^ExecStart=/usr/sbin/bpfstream " "$root"/*/systemd/system/$unit.service "$root"/usr/*/systemd/system/$unit.service 2>/dev/null'
done
ok "... the timer" eval 'grep -q "^OnCalendar=" "$root"/*/systemd/system/bpfstream-metrics.timer "$root"/usr/*/systemd/system/bpfstream-metrics.timer 2>/dev/null'
# The service would consume text that others read. debhelper asks this before it enables one:
for unit in bpfstream.service bpfstream-metrics.timer; do
	ok "... $unit is not enabled" eval 'dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./postinst | grep -q "debian-installed .$unit"'
done

# The headers are not installed: pkg-config finds ours, and libbpf's of Debian 12
export PKG_CONFIG_SYSROOT_DIR="$root" PKG_CONFIG_PATH="$root/usr/share/pkgconfig"
C_INCLUDE_PATH=$PWD/build/obj/libbpf-1.1/usr/include
export C_INCLUDE_PATH
ok "pkg-config --cflags" eval '[ "$(pkg-config --cflags bpf_stream | tr -d " ")" = "-I$root/usr/include" ]'
ok "pkg-config --modversion" eval '[ "$(pkg-config --modversion bpf_stream)" = "$version" ]'
examples=$root/usr/share/doc/bpf-stream/examples
ok "use_make builds" quiet make -C "$examples/use_make"
ok "... a BPF object" eval 'readelf -h "$examples/use_make/use_make.bpf.o" | grep -q "Linux BPF"'
ok "... with the headers of the package" eval 'strings "$examples/use_make/use_make.bpf.o" | grep -q "^$root/usr/include/bpf_stream/.*\.h"'
cmake_builds() { cmake -S "$1" -B "$dir/cmake" && cmake --build "$dir/cmake"; }
ok "use_cmake builds" quiet cmake_builds "$examples/use_cmake"
ok "... a BPF object" eval 'readelf -h "$dir/cmake/use_cmake.bpf.o" | grep -q "Linux BPF"'
done_testing
