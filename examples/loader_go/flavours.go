// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
)

// resolveFlavours cuts the suffix ___x off the kernel functions that an object declares, where the
// function of the running kernel has the prototype of the declaration. Call it before the object is
// loaded: cilium/ebpf looks a function up by its whole name, and makes a weak one that it does not
// find NULL. libbpf cuts the names itself.
func resolveFlavours(spec *ebpf.CollectionSpec) error {
	var ksyms *btf.Datasec
	if spec.Types == nil {
		return nil
	}
	err := spec.Types.TypeByName(".ksyms", &ksyms)
	if errors.Is(err, btf.ErrNotFound) {
		return nil // bpf_stream/ring.h: no kernel functions, and no BTF of the kernel needed
	}
	if err != nil {
		return fmt.Errorf("read the object's .ksyms: %w", err)
	}
	kernel, err := btf.LoadKernelSpec()
	if err != nil {
		return fmt.Errorf("read the kernel's BTF: %w", err)
	}
	for _, v := range ksyms.Vars {
		fn, ok := v.Type.(*btf.Func)
		if !ok {
			continue
		}
		name, _, suffixed := strings.Cut(fn.Name, "___")
		var target *btf.Func
		if suffixed && kernel.TypeByName(name, &target) == nil &&
			btf.CheckTypeCompatibility(fn.Type, target.Type) == nil {
			fn.Name = name
		}
	}
	return nil
}
