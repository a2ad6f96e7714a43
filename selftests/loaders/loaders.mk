# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Loaders other than libbpf: light skeletons, cilium/ebpf (Go), aya and libbpf-rs (Rust). What they need
# comes from Debian into the cache; if it cannot be had, the tests are skipped, with the reason.

L := $(T)/loaders

$(L)/%.bpf.o: selftests/loaders/%.bpf.c $(HEADERS) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(BPF_CFLAGS) -Werror -c $< -o $@

# ... and through the ring
$(L)/%_ring.bpf.o: selftests/loaders/%.bpf.c $(HEADERS) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(BPF_CFLAGS) -Werror -include bpf_stream/ring.h -c $< -o $@

$(L)/%.lskel.h: $(L)/%.bpf.o
	PATH=$$PATH:/usr/sbin:/sbin; bpftool gen skeleton -L $< name $* >$@

$(T)/test_ring_plain: $(L)/plain.lskel.h $(L)/all_ring.lskel.h
$(T)/test_ring_plain: USER_CFLAGS += -isystem $(L)

tests: $(addprefix $(L)/,plain.bpf.o all.bpf.o all_ring.bpf.o)
