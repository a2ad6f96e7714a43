# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced by the scripts beside it: the cache, a private apt, and the one way to put something into the cache.
#
# The cache is $BPF_STREAM_CACHE, by default ${XDG_CACHE_HOME:-$HOME/.cache}/bpf_stream. Its directories are complete,
# because each is made in $cache/tmp and then renamed. They are used for ever: remove one to have it made again.

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

cache=${BPF_STREAM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/bpf_stream}
mkdir -p "$cache/tmp" "$cache/lock" || die "cannot make the cache directory $cache"
cache=$(cd "$cache" && pwd)

lib_tmp=
lib_cleanup() {
	if [ -n "$lib_tmp" ]; then
		rm -rf "$lib_tmp"
	fi
}
trap lib_cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# cached DIR FUNCTION [ARG...]: make DIR (below the cache) by `FUNCTION EMPTY_DIR ARG...`, once. Two processes that want
# the same DIR wait for each other; an interrupted one leaves nothing.
cached() {
	local dir=$1 function=$2 name
	shift 2
	[ ! -e "$dir" ] || return 0
	name=${dir#"$cache/"}
	mkdir -p "${dir%/*}"
	exec 8> "$cache/lock/${name//\//_}"
	flock 8
	if [ ! -e "$dir" ]; then
		# Remove leftovers of runs killed long ago.
		find "$cache/tmp" -mindepth 1 -maxdepth 1 -mmin +600 -exec rm -rf {} + 2> /dev/null || true
		lib_tmp=$(mktemp -d "$cache/tmp/XXXXXX")
		mkdir "$lib_tmp/new"
		"$function" "$lib_tmp/new" "$@"
		chmod 755 "$lib_tmp/new"
		mv -T "$lib_tmp/new" "$dir"
		rm -rf "$lib_tmp"
		lib_tmp=
	fi
	exec 8>&-
}

# Print the mirror that this machine's apt uses for its Debian release.
apt_mirror() {
	local codename line
	if [ -n "${BPF_STREAM_MIRROR:-}" ]; then
		printf '%s\n' "$BPF_STREAM_MIRROR"
		return
	fi
	codename=$(. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-}")
	line=$(apt_mirror_of "$codename")
	if [ -z "$line" ] && [ "$(id -u)" = 0 ]; then
		# Without package lists (apt-get update was never run), apt does not know the origin.
		apt-get -qq update >&2 || die "apt-get update failed: cannot find out which mirror this machine uses"
		line=$(apt_mirror_of "$codename")
	fi
	[ -n "$line" ] || die "apt's configuration names no Debian mirror (release '$codename', component main); run apt-get update, or set BPF_STREAM_MIRROR to its URI"
	printf '%s\n' "$line"
}

apt_mirror_of() {
	# shellcheck disable=SC2016 # apt's own $(...), not the shell's
	apt-get indextargets --format '$(REPO_URI)|$(CODENAME)|$(COMPONENT)|$(ORIGIN)' 'Created-By: Packages' |
		awk -F'|' -v release="$1" '!found && $2 == release && $3 == "main" && $4 == "Debian" { found = 1; print $1 }'
}

# All suites used by scripts here, for packages that have moved to another suite
apt_all_suites='bookworm bookworm-backports trixie trixie-backports forky experimental'
apt_conf=

# The Debian architecture of this machine. Virtual machines are amd64 everywhere.
machine_arch() {
	dpkg --print-architecture || die "dpkg is missing: packages can be fetched on Debian only"
}

# apt_update ARCHITECTURE SUITE...: fetch the package lists of these suites only, without touching the system's apt;
# pkg_versions and fetch_debs use them from now on. Fetch a list older than an hour again, because the mirror may have
# removed packages in it.
apt_update() {
	local arch=$1 dir=$cache/apt/$1 mirror='' suite set keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	shift
	set=$(printf '%s\n' "$@" | sort -u | paste -sd+)
	command -v apt-get > /dev/null || die "apt-get is missing: packages can be fetched on Debian only"
	[ -r "$keyring" ] || die "$keyring is missing: install debian-archive-keyring"
	exec 9> "$cache/lock/apt-$arch"
	flock 9
	mkdir -p "$dir"/{lists/partial,archives/partial,state,preferences.d}
	for suite; do
		[ -z "$(find "$dir/$suite.updated" -mmin -60 2> /dev/null)" ] || continue
		[ -n "$mirror" ] || mirror=$(apt_mirror)
		printf 'deb [arch=%s signed-by=%s] %s %s main\n' "$arch" "$keyring" "$mirror" "$suite" > "$dir/$suite.list"
		apt_write_conf "$arch" "$dir/$suite.list" "$dir/$suite.conf"
		apt-get -c "$dir/$suite.conf" -qq -o APT::Get::List-Cleanup=0 update >&2 ||
			die "cannot fetch the package list of $suite from $mirror"
		touch "$dir/$suite.updated"
	done
	apt_conf=$dir/$set.conf
	if [ $# -gt 1 ]; then
		for suite; do
			cat "$dir/$suite.list"
		done > "$dir/$set.list"
		apt_write_conf "$arch" "$dir/$set.list" "$apt_conf"
	fi
	exec 9>&-
}

# apt_write_conf ARCHITECTURE SOURCELIST FILE
apt_write_conf() {
	local dir=${2%/*} name=${2##*/}
	# apt reads the machine's own apt.conf.d (proxies and the like) before this file; drop its hooks.
	cat > "$3" <<-EOF
		Dir::Etc::sourcelist "$2";
		Dir::Etc::sourceparts "-";
		Dir::Etc::preferences "$dir/preferences";
		Dir::Etc::preferencesparts "$dir/preferences.d";
		Dir::State "$dir/state";
		Dir::State::lists "$dir/lists";
		Dir::State::status "/dev/null";
		Dir::Cache "$dir";
		Dir::Cache::pkgcache "${name%.list}.pkgcache";
		Dir::Cache::srcpkgcache "";
		Acquire::Languages "none";
		Acquire::Retries "3";
		APT::Architecture "$1";
		APT::Architectures "$1";
		APT::Sandbox::User "root";
		APT::Update::Error-Mode "any";
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
	EOF
}

# pkg_versions REGEX: after apt_update, a line 'PACKAGE VERSION BYTES' per version of every package whose whole name matches.
pkg_versions() {
	local names
	names=$(apt-cache -c "$apt_conf" search --names-only "^$1\$" | cut -d' ' -f1)
	[ -n "$names" ] || return 0
	# shellcheck disable=SC2086 # a word per name
	apt-cache -c "$apt_conf" show --all-versions $names |
		awk '/^Package:/ { p = $2 } /^Version:/ { v = $2 } /^Size:/ { s = $2 } /^$/ { print p, v, s } END { if (p) print p, v, s }' |
		sort -u
}

# newest: print, of lines 'PACKAGE VERSION ...' on stdin, the one of the newest version; of equal ones the first.
newest() {
	local line best='' best_version='' package version rest
	while read -r package version rest; do
		line="$package $version $rest"
		if [ -z "$best" ] || dpkg --compare-versions "$version" gt "$best_version"; then
			best=$line best_version=$version
		fi
	done
	[ -z "$best" ] || printf '%s\n' "$best"
}

# fetch_debs DIR PACKAGE...: download each PACKAGE, PACKAGE=VERSION or PACKAGE/SUITE, let apt verify it, and unpack its
# files below DIR.
fetch_debs() {
	local dir=$1 debs deb
	shift
	debs=$(mktemp -d "${lib_tmp:-$cache/tmp}/XXXXXX")
	(cd "$debs" && apt-get -c "$apt_conf" -qq download "$@" >&2) || {
		rm -rf "$debs"
		die "cannot fetch the Debian package(s) $*"
	}
	for deb in "$debs"/*.deb; do
		dpkg-deb -x "$deb" "$dir"
	done
	rm -rf "$debs"
}

# Debian's package of the source that selftests/kernel and selftests/migration use, and its suite
linux_source=linux-source-7.2
linux_source_suite=trixie-backports

# find_linux_source: set linux_source_version to the newest of the suite, or of all suites if this one no longer has it.
# fetch_linux_source takes it from the suite where it was found.
find_linux_source() {
	apt_update amd64 "$linux_source_suite"
	linux_source_version=$(pkg_versions "$linux_source" | newest | cut -d' ' -f2)
	if [ -z "$linux_source_version" ]; then
		# shellcheck disable=SC2086 # a word per suite
		apt_update amd64 $apt_all_suites
		linux_source_version=$(pkg_versions "$linux_source" | newest | cut -d' ' -f2)
		[ -n "$linux_source_version" ] || die "Debian has no $linux_source now"
		printf '%s is no longer in %s: taking %s\n' "$linux_source" "$linux_source_suite" "$linux_source_version" >&2
	fi
}

# fetch_linux_source DIR VERSION [ARGUMENT...]: unpack that version below DIR; all, or the files named for tar.
fetch_linux_source() {
	local dir=$1 version=$2
	shift 2
	mkdir -p "$dir"
	printf 'fetching %s %s\n' "$linux_source" "$version" >&2
	fetch_debs "$dir/deb" "$linux_source=$version"
	tar -xJf "$dir/deb/usr/src/$linux_source.tar.xz" -C "$dir" --strip-components=1 "$@"
	rm -r "$dir/deb"
}

# own_libraries ROOT PROGRAM COMMAND: make ROOT/COMMAND, which runs ROOT/PROGRAM with the loader and the libraries below
# ROOT/usr/lib instead of the machine's: the program was built for a newer C library.
own_libraries() {
	local root=$1 program=$2 command=$3 loader
	loader=$(cd "$root" && find usr/lib -name 'ld*.so.[0-9]' | head -n 1)
	[ -n "$loader" ] || die "the package libc6 has no loader where one is expected"
	cat > "$root/$command" <<-EOF
		#!/bin/sh
		here=\${0%/*}
		exec "\$here/$loader" --library-path "\$here/${loader%/*}" "\$here/$program" "\$@"
	EOF
	chmod +x "$root/$command"
}
