# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Loaders other than libbpf: light skeletons, cilium/ebpf (Go), aya and libbpf-rs (Rust). What they need
# comes from Debian into the cache; if it cannot be had, the tests are skipped, with the reason.

L := $(T)/loaders

$(L)/%.bpf.o: selftests/loaders/%.bpf.c $(BPF_HEADERS) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(BPF_CFLAGS) -Werror -c $< -o $@

# ... and through the ring
$(L)/%_ring.bpf.o: selftests/loaders/%.bpf.c $(BPF_HEADERS) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(BPF_CFLAGS) -Werror -include bpf_stream/ring.h -c $< -o $@

$(L)/%.lskel.h: $(L)/%.bpf.o
	PATH=$$PATH:/usr/sbin:/sbin; bpftool gen skeleton -L $< name $* >$@

LSKELS := $(addprefix $(L)/,plain.lskel.h all.lskel.h all_ring.lskel.h)
$(T)/test_ring_plain: $(LSKELS)
$(T)/test_ring_plain: USER_CFLAGS += -isystem $(L)

tests: $(addprefix $(L)/,plain.bpf.o all.bpf.o all_ring.bpf.o)

# Go: from Debian's packages alone. If they cannot be had, nothing is built, and the tests say why.
$(OBJ)/go: | tools/setup/go $(OBJ)/packages-check
	@mkdir -p $(L)
	@if dir=$$(tools/setup/go 2>$(L)/go.missing); then \
		rm $(L)/go.missing && ln -sfn "$$dir" $@; \
	else \
		cat $(L)/go.missing >&2; \
	fi
# without symbols, because each virtual machine has these programs in its memory
GO_BUILD = [ ! -e $(OBJ)/go ] || $(OBJ)/go/go build -ldflags '-s -w' -o $@

$(L)/loader_go: $(wildcard examples/loader_go/*.go) | $(OBJ)/go
	@mkdir -p $(@D)
	$(GO_BUILD) ./examples/loader_go

$(OBJ)/bpf2go: | $(OBJ)/go
	$(GO_BUILD) github.com/cilium/ebpf/cmd/bpf2go

# what bpf2go generates for an object with every header, to streams and to a ring
BPF2GO_FLAGS_ring := -include bpf_stream/ring.h
$(L)/bpf2go-streams $(L)/bpf2go-ring: $(L)/bpf2go-%: $(wildcard selftests/loaders/bpf2go/* selftests/loaders/*.c) \
		examples/loader_go/flavours.go $(HEADERS) | $(SETUP) $(OBJ)/packages-check $(OBJ)/bpf2go
	@mkdir -p $(OBJ)/bpf2go-$*
	cp selftests/loaders/bpf2go/main.go examples/loader_go/flavours.go $(OBJ)/bpf2go-$*
	[ ! -e $(OBJ)/bpf2go ] || PATH=$$PATH:$$(echo $(OBJ)/go/usr/lib/go-*/bin) $(OBJ)/bpf2go -go-package main \
		-output-dir $(OBJ)/bpf2go-$* -target bpfel -cc clang-14 -no-strip \
		-cflags '$(filter-out -target bpf,$(BPF_CFLAGS)) -Werror $(BPF2GO_FLAGS_$*)' \
		every selftests/loaders/bpf2go/every.bpf.c
	$(GO_BUILD) ./$(OBJ)/bpf2go-$*

tests: $(addprefix $(L)/,loader_go bpf2go-streams bpf2go-ring)

# Rust: this machine's cargo with Debian's crates, likewise
$(OBJ)/rust: | tools/setup/rust $(OBJ)/packages-check
	@mkdir -p $(L)
	@if dir=$$(tools/setup/rust 2>$(L)/rust.missing); then \
		rm $(L)/rust.missing && ln -sfn "$$dir" $@; \
	else \
		cat $(L)/rust.missing >&2; \
	fi

$(L)/rust/aya_load: $(wildcard selftests/loaders/aya/* selftests/loaders/aya/*/*) | $(OBJ)/rust
	@mkdir -p $(@D)
	[ ! -e $(OBJ)/rust ] || $(OBJ)/rust/build selftests/loaders/aya $(@F) $(@D)

$(L)/rust/loader_rust: $(wildcard examples/loader_rust/* examples/loader_rust/*/*) | $(OBJ)/rust
	@mkdir -p $(@D)
	[ ! -e $(OBJ)/rust ] || $(OBJ)/rust/build examples/loader_rust $(@F) $(@D)

tests: $(addprefix $(L)/rust/,aya_load loader_rust)
