# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced: copy files of this machine into the root directory of a virtual machine.

# The machine that the files are of: empty for this one, or the directory run of tools/setup/cross
guest_source=

# guest_copy ROOT FILE...: copy each FILE (absolute) to the same path below ROOT, with its shared libraries if it is a
# dynamic executable, and directories with their contents.
guest_copy() {
	local root=$1 file target
	shift
	[ $# -gt 0 ] || return 0
	for file in "$@" $(libraries "$@"); do
		target=$root$file
		# Where /lib is a link to /usr/lib, here or there, a directory of the same name would replace the link.
		case $file in
		/bin/* | /sbin/* | /lib/* | /lib64/*) target=$root/usr$file ;;
		esac
		file=$guest_source$file
		if [ -d "$file" ]; then
			mkdir -p "$target"
			cp -RL --preserve=mode "$file/." "$target/"
		elif [ ! -e "$target" ]; then
			mkdir -p "${target%/*}"
			cp -L --preserve=mode "$file" "$target"
		fi
	done
}

# libraries FILE...: print the shared libraries, and the loader, of those that are dynamic executables.
libraries() {
	if [ -n "$guest_source" ]; then
		# ldd runs the loader of the file's own machine.
		needed_by "$@"
		return
	fi
	ldd "$@" 2> /dev/null | awk '$2 == "=>" && $3 ~ "^/" { print $3 } $1 ~ "^/.*[^:]$" && $2 ~ "^\\(" { print $1 }' | sort -u
}

# needed_by FILE...: the same for files of another machine, from their dynamic sections.
needed_by() {
	local todo=("$@") seen=' ' file name
	while [ ${#todo[@]} -gt 0 ]; do
		file=${todo[0]}
		todo=("${todo[@]:1}")
		for name in $(readelf -d "$guest_source$file" 2> /dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'); do
			case $seen in *" $name "*) continue ;; esac
			seen="$seen$name "
			for file in "$guest_source"/{,usr/}lib/{,*/}"$name"; do
				[ -e "$file" ] || continue
				file=${file#"$guest_source"}
				printf '%s\n' "$file"
				todo+=("$file")
				break
			done
		done
	done
}
