# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The virtual machines run: test programs for user space, each BPF program of progs/ compiled by both
# compilers, and the scripts of guest/.

T := $(B)/selftests
TEST_CLANGS := clang-14 clang-19
PROGS_clang-14 := $(patsubst selftests/progs/%.bpf.c,%.bpf.o,$(wildcard selftests/progs/*.bpf.c))
# 300 statements take the emulated verifier 8 seconds: once per kernel is enough. The programs of context_*.h are compiled
# after <linux/bpf.h> and after vmlinux.h; by the second compiler, and with the ring, after one of them. FULL=1: after both.
PROGS_clang-19 := $(filter-out many.bpf.o $(if $(FULL),,context_vmlinux.bpf.o),$(PROGS_clang-14))
# the same through the ring; what tests the lack of streams and a lock has no such form
RING_NOT := no_fallback.bpf.o stage_no_fallback.bpf.o sink_none.bpf.o $(if $(FULL),,context_linux.bpf.o)
# The fallback is a choice between the two at load: these have each way to write. FULL=1: all
FALLBACK_PROGS := $(if $(FULL),%,assert components formats functions_pairs hexdump howoften log loops losses printk stage)
RING_FLAGS_ring := -include bpf_stream/ring.h
RING_FLAGS_fallback := $(RING_FLAGS_ring) -DBPF_STREAM_RING_FALLBACK
RING_NAMES := $(filter-out $(RING_NOT) many.bpf.o,$(PROGS_clang-14))
RING_PROGS := $(foreach d,ring/clang-14 ring/clang-19,$(addprefix $(B)/selftests/$(d)/,$(RING_NAMES))) \
	$(addprefix $(B)/selftests/fallback/clang-14/,$(filter $(FALLBACK_PROGS:=.bpf.o),$(RING_NAMES)))
READER_PROGS := $(patsubst selftests/reader/%.bpf.c,%.bpf.o,$(wildcard selftests/reader/*.bpf.c))
# clang's default up to 19, and the recommended one
CPU_clang-14 := v1
CPU_clang-19 := v3
TEST_BPF_CFLAGS = $(BPF_CFLAGS) -Werror -isystem $(B)/vmlinux/$(KERNEL)

# programs for tests of the tool: compiled once, because these do not test compilers
TOOL_PROGS := $(patsubst selftests/%.bpf.c,$(T)/%.bpf.o,$(wildcard selftests/tool_progs/*.bpf.c))
# ... again with a ring, and with a ring where there are no streams
TOOL_RING_PROGS := $(foreach p,modes tail short race flood sites modes_fallback,$(T)/ring_progs/$(p).bpf.o)
# ... and of user.h; some of them need clang 19 (may_goto, address spaces)
USER_PROGS := $(patsubst selftests/%.bpf.c,$(T)/%.bpf.o,$(wildcard selftests/user_progs/*.bpf.c))
ARENA_PROGS := $(patsubst selftests/%.bpf.c,$(T)/%.bpf.o,$(wildcard selftests/arena_progs/*.bpf.c))

# for the kernel of selftests/kernel/ alone
KFUNC_PROGS := $(patsubst selftests/%.bpf.c,$(T)/%.bpf.o,$(wildcard selftests/kfunc_progs/*.bpf.c))

# host/compile.sh compiles with these: vmlinux.h of three kernels, one of them also by a bpftool that
# declares kernel functions in it, and three versions of libbpf
HOST_NEEDS := $(foreach v,$(shell selftests/kernel-table vmlinux) $(KERNEL)-recent,$(B)/vmlinux/$(v)/vmlinux.h) \
	$(foreach v,1.1 1.4 1.7,$(OBJ)/libbpf-$(v))

# Reading vmlinux.h takes half of the time of compiling a program, so each compiler reads it once. $(call pch,COMPILER-CPU):
# the option for $<, if that includes vmlinux.h first of all.
VMLINUX_FIRST := $(shell awk '/^#/ { if (/^#include "vmlinux.h"/) print FILENAME; nextfile }' selftests/*/*.bpf.c)
pch = $(if $(filter $<,$(VMLINUX_FIRST)),-include-pch $(OBJ)/pch/$1.pch)
PCH := $(addprefix $(OBJ)/pch/,clang-14-v1.pch clang-14-v3.pch clang-19-v3.pch)
$(PCH): $(OBJ)/pch/clang-%.pch: $(B)/vmlinux/$(KERNEL)/vmlinux.h | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-$(firstword $(subst -, ,$*)) $(TEST_BPF_CFLAGS) -mcpu=$(lastword $(subst -, ,$*)) -Wno-missing-declarations -x c-header $< -o $@

tests: $(patsubst selftests/%.c,$(T)/%,$(wildcard selftests/test_*.c)) \
	$(foreach c,$(TEST_CLANGS),$(addprefix $(T)/progs/$(c)/,$(PROGS_$(c)))) \
	$(foreach c,$(TEST_CLANGS),$(addprefix $(T)/reader/$(c)/,$(READER_PROGS))) $(RING_PROGS) \
	$(T)/loader_1_1 $(T)/tool_helper $(TOOL_PROGS) $(TOOL_RING_PROGS) $(USER_PROGS) $(ARENA_PROGS) $(KFUNC_PROGS) \
	$(HOST_NEEDS)
.PHONY: tests

# -O1: they wait for the kernel, and -O2 takes the compiler twice as long
TEST_HEADERS := $(addprefix selftests/,lib.h came.h rnd.h reader/reader.h ring.h) $(HEADERS)
$(OBJ)/selftests/lib.o: selftests/lib.c $(TEST_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -O1 -c -o $@ $<
$(T)/test_%: selftests/test_%.c $(OBJ)/selftests/lib.o $(TEST_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -O1 -o $@ $< $(OBJ)/selftests/lib.o $(LIBBPF_LIBS)

# a loader of Debian 12's own libbpf
$(T)/loader_1_1: selftests/loader_1_1.c | $(OBJ)/libbpf-1.1
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) $(CFLAGS) -isystem $(OBJ)/libbpf-1.1/usr/include -o $@ $< \
		$(OBJ)/libbpf-1.1/usr/lib/*/libbpf.a -lelf -lz

$(T)/progs/clang-14/%_v3.bpf.o: CPU_clang-14 = v3
define test_progs_of
$(T)/reader/$(1)/%.bpf.o: selftests/reader/%.bpf.c $(wildcard selftests/reader/*.h) $(BPF_HEADERS) \
		$(PCH) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $$(@D)
	$(1) $$(call pch,$(1)-$$(CPU_$(1))) $$(TEST_BPF_CFLAGS) -mcpu=$$(CPU_$(1)) -c $$< -o $$@

$(T)/progs/$(1)/%.bpf.o: selftests/progs/%.bpf.c $(wildcard selftests/progs/*.h) $(BPF_HEADERS) \
		$(PCH) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $$(@D)
	$(1) $$(call pch,$(1)-$$(CPU_$(1))) $$(TEST_BPF_CFLAGS) -mcpu=$$(CPU_$(1)) -c $$< -o $$@
endef
$(foreach c,$(TEST_CLANGS),$(eval $(call test_progs_of,$(c))))

define test_ring_of
$(T)/$(1)/$(2)/%.bpf.o: selftests/progs/%.bpf.c $(wildcard selftests/progs/*.h) $(BPF_HEADERS) \
		$(PCH) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $$(@D)
	$(2) $$(call pch,$(2)-$$(CPU_$(2))) $$(TEST_BPF_CFLAGS) $$(RING_FLAGS_$(1)) -mcpu=$$(CPU_$(2)) -c $$< -o $$@
endef
$(foreach d,ring fallback,$(foreach c,$(TEST_CLANGS),$(eval $(call test_ring_of,$(d),$(c)))))

$(T)/tool_progs/%.bpf.o: selftests/tool_progs/%.bpf.c $(BPF_HEADERS) $(PCH) \
		| $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(call pch,clang-14-v3) $(TEST_BPF_CFLAGS) -c $< -o $@

$(T)/tool_progs/flood_b.bpf.o: selftests/tool_progs/flood.bpf.c
$(T)/ring_progs/%.bpf.o: selftests/tool_progs/%.bpf.c $(BPF_HEADERS) $(PCH) \
		| $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(call pch,clang-14-v3) $(TEST_BPF_CFLAGS) $(RING_FLAGS_ring) -c $< -o $@

$(T)/ring_progs/%_fallback.bpf.o: selftests/tool_progs/%.bpf.c $(BPF_HEADERS) $(PCH) \
		| $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(call pch,clang-14-v3) $(TEST_BPF_CFLAGS) $(RING_FLAGS_fallback) -c $< -o $@

$(T)/kfunc_progs/%.bpf.o: selftests/kfunc_progs/%.bpf.c selftests/kfunc_progs/kfuncs.h $(BPF_HEADERS) \
		| $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 $(BPF_CFLAGS) -Werror -c $< -o $@

$(T)/user_progs/%.bpf.o: selftests/user_progs/%.bpf.c $(BPF_HEADERS) $(PCH) \
		| $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-19 $(call pch,clang-19-v3) $(TEST_BPF_CFLAGS) -mcpu=v3 -c $< -o $@

$(T)/arena_progs/%.bpf.o: selftests/arena_progs/%.bpf.c selftests/progs/expect.h $(BPF_HEADERS) \
		$(PCH) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-19 $(TEST_BPF_CFLAGS) -Iselftests/progs -mcpu=v3 -c $< -o $@

$(T)/tool_helper: selftests/tool_helper.c | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -o $@ $< $(LIBBPF_LIBS)

# Two authors' programs, compiled separately, linked into one object. libbpf's linker up to 1.4 (bpftool 7.4, and
# Debian 12's) wants a BPF_STREAM_UNIT; a newer one links them as they are.
LINK_WITH_clang-14 = bpftool
LINK_WITH_clang-19 = $$(tools/setup/bpftool)
LINK_CFLAGS_clang-14 := -DBPF_STREAM_UNIT=_b
LINK_CFLAGS_clang-19 := -DBPF_STREAM_UNIT=
define test_linked_of
$(T)/link/$(1)/a.bpf.o $(T)/link/$(1)/b.bpf.o: $(T)/link/$(1)/%.bpf.o: selftests/link/%.bpf.c \
		$(BPF_HEADERS) $(PCH) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $$(@D)
	$(1) $$(TEST_BPF_CFLAGS) $$(if $$(filter b,$$*),$$(LINK_CFLAGS_$(1))) -mcpu=$$(CPU_$(1)) \
		-c $$< -o $$@

$(T)/link/$(1)/linked.bpf.o: $(T)/link/$(1)/a.bpf.o $(T)/link/$(1)/b.bpf.o
	$$(LINK_WITH_$(1)) gen object $$@ $$^
endef
$(foreach c,$(TEST_CLANGS),$(eval $(call test_linked_of,$(c))))
tests: $(foreach c,$(TEST_CLANGS),$(T)/link/$(c)/linked.bpf.o)

# examples/fixedpoint: with the arithmetic in the program, and linked with the library
define test_fixedpoint_of
$(T)/fixedpoint/$(1).bpf.o $(T)/fixedpoint/user-$(1).bpf.o: selftests/fixedpoint/fixedpoint.bpf.c \
		selftests/fixedpoint/fixedpoint.h examples/fixedpoint/fixedpoint.h $(BPF_HEADERS) \
		$(PCH) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $$(@D)
	$(1) $$(TEST_BPF_CFLAGS) $$(if $$(findstring user-,$$@),-DFIXED_EXTERN) \
		-mcpu=$$(CPU_$(1)) -c $$< -o $$@

$(T)/fixedpoint/linked-$(1).bpf.o: $(T)/fixedpoint/user-$(1).bpf.o $(B)/examples/libfixedpoint.bpf.o
	$$(LINK_WITH_$(1)) gen object $$@ $$^
endef
$(foreach c,$(TEST_CLANGS),$(eval $(call test_fixedpoint_of,$(c))))
tests: $(foreach c,$(TEST_CLANGS),$(T)/fixedpoint/$(c).bpf.o $(T)/fixedpoint/linked-$(c).bpf.o)
$(T)/test_fixedpoint: selftests/fixedpoint/fixedpoint.h
