# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# make bench: measure what each call costs, in time and in instructions after the verifier. It is no
# test: a missed bar is printed and fails nothing.
#	make bench CLANG=clang-19 BENCH_CPU=v1 BENCH_KERNELS="6.18 7.2 host" BENCH_ROUNDS=501

ifneq ($(filter command% environment%,$(origin CLANG)),)
BENCH_CLANG ?= $(CLANG)
endif
BENCH_CLANG ?= clang-14
BENCH_CPU ?= v3
BENCH_KERNELS ?= $(sort $(shell selftests/kernel-table bench)) host
BENCH_ROUNDS ?= 151
BENCH := $(B)/bench

BENCH_SUFFIX := $(BENCH_CLANG)-$(BENCH_CPU).bpf.o
# kernels for bench-read; "rfc" has the reader's kernel functions
BENCH_READ_KERNELS ?= $(sort $(shell selftests/kernel-table bench-read))
BENCH_READ_ROUNDS ?= 31

# kernels for bench-tail, and the minutes that it follows at full rate
BENCH_TAIL_KERNELS ?= $(sort $(shell selftests/kernel-table bench))
BENCH_TAIL_MINUTES ?= 0.2
# A thread for each processor, so that a woken one does not wait until the other has used up its
# time. Sometimes that emulation fails: try again, then with one thread for all.
BENCH_TAIL_ACCEL ?= tcg-multi tcg-multi tcg

bench: bench-write bench-verifier bench-contention bench-compile bench-read bench-tail bench-tail-ring bench-flood
bench-write: $(BENCH)/bench $(BENCH)/bench-$(BENCH_SUFFIX) $(BENCH)/bench-ring-$(BENCH_SUFFIX) $(OBJ)/packages-check
	@selftests/bench/run $(BENCH)/bench-$(BENCH_SUFFIX) $(BENCH)/bench-ring-$(BENCH_SUFFIX) $(BENCH_ROUNDS) $(BENCH_KERNELS)
# a test, run for its numbers: the verifier's cost of a print, beside libbpf's bpf_printk()
bench-verifier: tests
	@for k in $(filter-out host,$(BENCH_KERNELS)); do \
		echo "== verifier, $$k =="; \
		selftests/vm/run $$k build/selftests/test_cost || exit; \
	done
bench-contention: $(BENCH)/contention $(BENCH)/contention-$(BENCH_SUFFIX)
	@$^
# the time of a compiler that has a core for itself
BENCH_COMPILE_ROUNDS ?= 9
bench-compile: $(B)/vmlinux/$(KERNEL)/vmlinux.h | $(SETUP) $(OBJ)/packages-check
	@selftests/bench/compile $(BENCH_COMPILE_ROUNDS) $(BENCH) $(TEST_CLANGS) -- $(TEST_BPF_CFLAGS) -mcpu=$(BENCH_CPU)
bench-read: $(BENCH)/read $(BENCH)/read-$(BENCH_SUFFIX) $(OBJ)/packages-check
	@for k in $(BENCH_READ_KERNELS); do \
		selftests/vm/run $$k $(BENCH)/read $(BENCH)/read-$(BENCH_SUFFIX) $(BENCH_READ_ROUNDS) || exit; \
	done
bench-tail: $(B)/bpfstream $(BENCH)/tail $(BENCH)/tail-$(BENCH_SUFFIX) $(BENCH)/silent.bpf.o \
		$(OBJ)/packages-check
	@bpftool=$$(tools/setup/bpftool) && for k in $(BENCH_TAIL_KERNELS); do \
		for accel in $(BENCH_TAIL_ACCEL); do \
			BPF_STREAM_VM_ACCEL=$$accel BPF_STREAM_VM_APPEND=tsc=reliable \
				BPF_STREAM_VM_FILES=$${bpftool%/*} BPF_STREAM_VM_TIMEOUT=1200 \
				selftests/vm/run $$k $(BENCH)/tail $(BENCH)/tail-$(BENCH_SUFFIX) \
				$${bpftool%/*} $(BENCH_TAIL_MINUTES) && break; \
		done || exit; \
	done
# ... on rings, on the first kernel that the headers know, too
BENCH_TAIL_RING_KERNELS ?= 6.1 $(BENCH_TAIL_KERNELS)
bench-tail-ring: $(B)/bpfstream $(BENCH)/tail $(BENCH)/tail-ring-$(BENCH_SUFFIX) $(BENCH)/silent_ring.bpf.o
	@for k in $(BENCH_TAIL_RING_KERNELS); do \
		for accel in $(BENCH_TAIL_ACCEL); do \
			BPF_STREAM_VM_ACCEL=$$accel BPF_STREAM_VM_APPEND=tsc=reliable BPF_STREAM_VM_TIMEOUT=1200 \
				selftests/vm/run $$k $(BENCH)/tail $(BENCH)/tail-ring-$(BENCH_SUFFIX) && break; \
		done || exit; \
	done
# two processors that write as fast as they can; on the machine itself only to a ring, because there a
# write to a stream may fail for lack of memory
BENCH_FLOOD_KERNELS ?= 7.2
BENCH_FLOOD_SECONDS ?= 10
BENCH_FLOOD := flood $(BENCH_FLOOD_SECONDS)
bench-flood: $(B)/bpfstream $(BENCH)/tail $(BENCH)/tail-$(BENCH_SUFFIX) $(BENCH)/tail-ring-$(BENCH_SUFFIX)
	@$(BENCH)/tail $(BENCH)/tail-ring-$(BENCH_SUFFIX) $(BENCH_FLOOD)
	@for k in $(BENCH_FLOOD_KERNELS); do \
		for object in tail tail-ring; do \
			for accel in $(BENCH_TAIL_ACCEL); do \
				BPF_STREAM_VM_ACCEL=$$accel BPF_STREAM_VM_APPEND=tsc=reliable BPF_STREAM_VM_TIMEOUT=600 \
					selftests/vm/run $$k $(BENCH)/tail $(BENCH)/$$object-$(BENCH_SUFFIX) $(BENCH_FLOOD) && break; \
			done || exit; \
		done; \
	done
.PHONY: bench bench-write bench-verifier bench-contention bench-compile bench-read bench-tail bench-tail-ring bench-flood

$(addprefix $(BENCH)/,bench contention read tail): $(BENCH)/%: selftests/bench/%.c selftests/bench/record.h \
		selftests/lib.c selftests/lib.h $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -Iselftests -o $@ $< selftests/lib.c $(LIBBPF_LIBS)

$(foreach b,bench contention read tail,$(BENCH)/$(b)-$(BENCH_SUFFIX)): \
		$(BENCH)/%-$(BENCH_SUFFIX): selftests/bench/%.bpf.c selftests/bench/record.h $(BPF_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(BENCH_CLANG) $(BPF_CFLAGS) -mcpu=$(BENCH_CPU) $(BENCH_DEFS) -c $< -o $@

$(BENCH)/bench-ring-$(BENCH_SUFFIX) $(BENCH)/tail-ring-$(BENCH_SUFFIX): \
		$(BENCH)/%-ring-$(BENCH_SUFFIX): selftests/bench/%.bpf.c selftests/bench/record.h $(BPF_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(BENCH_CLANG) $(BPF_CFLAGS) -mcpu=$(BENCH_CPU) $(BENCH_DEFS) -include bpf_stream/ring.h -c $< -o $@

$(BENCH)/silent.bpf.o $(BENCH)/silent_ring.bpf.o: $(BENCH)/%.bpf.o: selftests/bench/%.bpf.c $(BPF_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $@
