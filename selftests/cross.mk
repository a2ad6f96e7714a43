# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The programs of the tests for another architecture, in build/ARCHITECTURE, static. BPF objects, the tool's own among them,
# are those of this machine: they are the same on each.

CROSS := $(filter-out $(shell dpkg --print-architecture 2>/dev/null),arm64 s390x)
CROSS_PREFIX_arm64 := aarch64-linux-gnu-
CROSS_PREFIX_s390x := s390x-linux-gnu-
# Programs that the kernel of s390x can load, which has no JIT and no BTF; big endian, through the ring
CROSS_BIG_ENDIAN := log stage stage_v3 howoften
CROSS_EXAMPLES := xdp_filter-send headers/user headers/object loader stream_watch

# Without the packages or the network the tests there are skipped, with the reason in build/ARCHITECTURE/missing.
cross: $(addprefix cross-,$(CROSS))
# What both makes need is made before, by this one alone.
CROSS_BEFORE := $(LSKELS) $(addprefix $(L)/,loader_go bpf2go-streams bpf2go-ring)
cross-%: $(TOOL_SKELS) $(B)/vmlinux/$(KERNEL)/vmlinux.h $(CROSS_BEFORE)
	@mkdir -p $(B)/$*
	@if (tools/setup/packages --check cross && tools/setup/cross $*) >$(B)/$*/dir 2>$(B)/$*/missing; then \
		rm $(B)/$*/missing && $(MAKE) --no-print-directory cross-build CROSS_ARCH=$*; \
	else \
		cat $(B)/$*/missing; \
	fi
tests: cross
.PHONY: cross cross-build cross-build-arm64 cross-build-s390x

ifneq ($(CROSS_ARCH),)
X := $(B)/$(CROSS_ARCH)
CROSS_CC := $(CROSS_PREFIX_$(CROSS_ARCH))gcc
CROSS_DEV := $(shell cat $(X)/dir)/dev/usr
CROSS_CFLAGS := -std=gnu11 $(WARN) -O2 -Iinclude -isystem $(CROSS_DEV)/include
CROSS_LIBS := $(foreach l,bpf elf z,$(CROSS_DEV)/lib/*/lib$(l).a)
# getaddrinfo() of a static program wants the shared C library at run time; no test there looks a name up.
CROSS_LINK = $(CROSS_CC) $(CROSS_CFLAGS) -static -s -Wl,--no-warnings -o $@ $(filter %.c %.o,$^) $(CROSS_LIBS)
CROSS_OBJS := $(TOOL_SRC:$(TOOL)/%.c=$(X)/obj/%.o)

cross-build: cross-build-$(CROSS_ARCH)
cross-build-s390x: $(X)/selftests/test_progs $(CROSS_BIG_ENDIAN:%=$(X)/selftests/big_endian/%.bpf.o)
cross-build-arm64: $(X)/bpfstream $(X)/selftests/loaders/rust.missing $(X)/selftests/tool_helper $(addprefix $(X)/examples/,$(CROSS_EXAMPLES)) \
	$(patsubst selftests/%.c,$(X)/selftests/%,$(filter-out %_1_1.c,$(wildcard selftests/test_*.c))) \
	$(addprefix $(X)/selftests/loaders/,loader_go bpf2go-streams bpf2go-ring)

$(X)/selftests/loaders/%.missing:
	@mkdir -p $(@D)
	@echo "not built for $(CROSS_ARCH)" >$@
$(X)/selftests/big_endian/%.bpf.o: selftests/progs/%.bpf.c $(wildcard selftests/progs/*.h) $(BPF_HEADERS)
	@mkdir -p $(@D)
	clang-14 $(TEST_BPF_CFLAGS) -target bpfeb $(RING_FLAGS_ring) -c $< -o $@

$(X)/obj/%.o: $(TOOL)/%.c VERSION | $(TOOL_SKELS)
	@mkdir -p $(@D)
	$(CROSS_CC) $(CROSS_CFLAGS) $(TOOL_CPPFLAGS) -MMD -MP -c -o $@ $<
-include $(CROSS_OBJS:.o=.d)
$(X)/bpfstream: $(CROSS_OBJS)
	$(CROSS_LINK)
$(X)/obj/selftests/lib.o: selftests/lib.c $(TEST_HEADERS)
	@mkdir -p $(@D)
	$(CROSS_CC) $(CROSS_CFLAGS) -O1 -c -o $@ $<
$(X)/selftests/test_%: CROSS_CFLAGS += -O1
$(X)/selftests/test_%: selftests/test_%.c $(X)/obj/selftests/lib.o $(TEST_HEADERS)
	@mkdir -p $(@D)
	$(CROSS_LINK)
$(X)/selftests/test_fixedpoint: selftests/fixedpoint/fixedpoint.h
$(X)/selftests/test_ring_plain: $(LSKELS)
$(X)/selftests/test_ring_plain: CROSS_CFLAGS += -isystem $(L)
# Debian and Go have the same name for it.
$(X)/selftests/loaders/%: $(L)/% | $(OBJ)/go
	@mkdir -p $(@D)
	export GOARCH=$(CROSS_ARCH); $(GO_BUILD) $(if $(filter loader_go,$*),./examples/loader_go,./$(OBJ)/$*)
$(X)/selftests/tool_helper: selftests/tool_helper.c
	@mkdir -p $(@D)
	$(CROSS_LINK)
$(X)/examples/xdp_filter-send: examples/xdp_filter/send.c
	@mkdir -p $(@D)
	$(CROSS_LINK)
$(X)/examples/headers/user $(X)/examples/headers/object: $(X)/%: %.c $(HEADERS)
	@mkdir -p $(@D)
	$(CROSS_LINK)
$(X)/examples/%: examples/%/$$*.c $(HEADERS)
	@mkdir -p $(@D)
	$(CROSS_LINK)
endif
