#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The manifest of examples/kubernetes: its form, and its command in a virtual machine with what it grants
# (selftests/kubernetes/test). There is no cluster.
set -u
. selftests/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
manifest=examples/kubernetes/bpfstream.yaml form=selftests/kubernetes/form

formed() { $form $manifest >"$dir/grants" 2>&1 || { note <"$dir/grants"; false; }; }
ok "the manifest has the form of one" formed
# refused SED TEXT: the manifest, changed, is refused with these words
refused() {
	sed "$1" $manifest >"$dir/changed.yaml"
	! cmp -s $manifest "$dir/changed.yaml" && ! $form "$dir/changed.yaml" >"$dir/out" 2>&1 && grep -q "$2" "$dir/out" && return
	note <"$dir/out"
	return 1
}
ok "... not with a wrong key" refused 's/securityContext:/securitycontext:/' "container: no securityContext"
ok "... not as privileged" refused 's/privileged: false/privileged: true/' "privileged: not false"
ok "... not with another capability's name" refused 's/SYS_ADMIN, /CAP_SYS_ADMIN, /' "CAP_SYS_ADMIN is not one"
ok "... not with a selector that selects nothing" refused '/matchLabels:/,/name:/s/: bpfstream/: other/' "does not select"
ok "... not without a limit of memory" refused '/limits:/,/memory:/s/memory:/cpu:/' "resources.limits: no memory"
ok "... not with a key twice" refused 's/kubernetes.io\/os: linux/&\n      nodeSelector:\n        a: b/' "nodeSelector: given twice"

while IFS='=' read -r name value; do
	export "$name=$value"
done <"$dir/grants"
BPF_STREAM_VM_ENV="POD_COMMAND POD_CAPABILITIES POD_MEMORY POD_USER" BPF_STREAM_VM_FILES=$(command -v setpriv) \
	selftests/vm/run "$(selftests/kernel-table main)" selftests/kubernetes/test >"$dir/vm"
while read -r line; do
	case $line in
	"ok "*) ok "in a container: ${line#*- }" true ;;
	"not ok "*) ok "in a container: ${line#*- }" false ;;
	"#"*) echo "$line" ;;
	esac
done <"$dir/vm"
ok "in a container: all tests were run" grep -q '^1\.\.' "$dir/vm"
done_testing
