# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#
# `make help` lists what can be made. On a Debian machine `make setup` installs what is missing, and
# where the release's libbpf is older than 1.3 (Debian 12) one is fetched into a cache (see
# tools/setup/lib.sh). To build with a libbpf of your own, give its flags to whatever you make:
#	make install LIBBPF_CFLAGS="$(pkg-config --cflags libbpf)" \
#		LIBBPF_LIBS="$(pkg-config --libs libbpf) -lelf -lz"
# Then gcc, clang, bpftool, libelf and zlib have to be there; nothing is checked or fetched.

VERSION := 0.1.0
PREFIX ?= /usr/local
CC ?= cc
CLANG ?= clang
CFLAGS ?= -O2 -g
B := build
# what is not for the virtual machines: intermediate files and links to the cache
OBJ := $(B)/obj

all: $(B)/bpfstream examples
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# Set-up

# Fails with a list if a package is missing; `make setup` installs it.
$(OBJ)/packages-%: tools/setup/packages
	@mkdir -p $(@D)
	@tools/setup/packages --check $*
	@touch $@

$(OBJ)/libbpf-%: | tools/setup/libbpf $(OBJ)/packages-build
	dir=$$(tools/setup/libbpf $*) && ln -sfn "$$dir" $@

.PRECIOUS: $(OBJ)/%.bpf.o $(B)/vmlinux/%/vmlinux.h $(OBJ)/packages-% $(OBJ)/libbpf-%
$(B)/vmlinux/%/vmlinux.h: tools/setup/vmlinux | $(OBJ)/packages-build
	@mkdir -p $(@D)
	tools/setup/vmlinux $(if $(filter %-recent,$*),--recent-bpftool) $(*:-recent=) $@

ifneq ($(origin LIBBPF_LIBS),undefined)
SETUP :=
else ifeq ($(shell pkg-config --atleast-version=1.3 libbpf 2>/dev/null && echo own),own)
LIBBPF_CFLAGS := $(shell pkg-config --cflags libbpf)
LIBBPF_LIBS := $(shell pkg-config --libs libbpf) -lelf -lz
SETUP := $(OBJ)/packages-build
else
LIBBPF_ROOT := $(OBJ)/libbpf-1.4
LIBBPF_CFLAGS = -isystem $(LIBBPF_ROOT)/usr/include
LIBBPF_LIBS = $(LIBBPF_ROOT)/usr/lib/*/libbpf.a -lelf -lz
SETUP := $(OBJ)/packages-build $(LIBBPF_ROOT)
endif

# In a make of its own, for what comes next asks pkg-config which libbpf there is
FOR ?= build
setup:
	@tools/setup/packages $(FOR)
	@$(MAKE) --no-print-directory setup-libbpf
setup-libbpf: | $(SETUP)
.PHONY: setup setup-libbpf

# Programs

WARN := -Wall -Wextra
USER_CFLAGS = -std=gnu11 $(WARN) $(CPPFLAGS) $(CFLAGS) -Iinclude -DBPFSTREAM_VERSION='"$(VERSION)"' \
	$(LIBBPF_CFLAGS)
# <asm/types.h> of a Debian machine is in a folder named after the machine
MULTIARCH = $(shell $(CC) -print-multiarch 2>/dev/null)
BPF_CFLAGS = -O2 -g -target bpf -mcpu=v3 $(WARN) -Wno-unused-parameter -Iinclude $(LIBBPF_CFLAGS) \
	$(if $(MULTIARCH),-idirafter /usr/include/$(MULTIARCH))

HEADERS := $(wildcard include/bpf_stream/*.h include/bpf_stream/*/*.h)
TOOL_SRC := $(filter-out %.bpf.c,$(wildcard tools/bpfstream/*.c))
TOOL_SKELS := $(patsubst tools/bpfstream/%.bpf.c,$(OBJ)/tool/%.skel.h,\
	$(wildcard tools/bpfstream/*.bpf.c))

$(B)/bpfstream: $(TOOL_SRC) $(wildcard tools/bpfstream/*.h) $(TOOL_SKELS) $(HEADERS) \
		| $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -I$(OBJ)/tool $(LDFLAGS) -o $@ $(TOOL_SRC) $(LIBBPF_LIBS)

# The tool's own BPF programs, as a part of it
$(OBJ)/tool/%.bpf.o: tools/bpfstream/%.bpf.c $(wildcard tools/bpfstream/*.h) $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -ffile-prefix-map=$(CURDIR)=. -c $< -o $@

# bpftool is where only root looks. Its linker leaves out what is for debuggers.
$(OBJ)/tool/%.skel.h: $(OBJ)/tool/%.bpf.o
	PATH=$$PATH:/usr/sbin:/sbin; bpftool gen object $(<:.o=.linked) $< && \
		bpftool gen skeleton $(<:.o=.linked) name $*_bpf >$@

# each in a folder of its name, and one for each header
EXAMPLES := $(foreach f,$(wildcard examples/*/*.bpf.c),$(if $(filter examples/headers/%,$f),\
	$(B)/$(f:.c=.o),$(B)/examples/$(notdir $(f:.c=.o))))
examples: $(EXAMPLES) $(B)/examples/xdp_filter-send $(B)/examples/xdp_filter-demo \
	$(B)/examples/headers/user $(B)/examples/loader $(B)/examples/stream_watch \
	$(B)/examples/fixedpoint-linked.bpf.o
.PHONY: all examples demo check clean install deb docs

.SECONDEXPANSION:
$(B)/examples/%.bpf.o: examples/$$(basename $$*)/$$*.bpf.c $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# one for each header, as README has them
$(B)/examples/headers/%.bpf.o: examples/headers/%.bpf.c $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# a library: a header, or an object to link with; the program that uses it is built both ways
$(B)/examples/fixedpoint.bpf.o: examples/fixedpoint/fixedpoint.h
$(B)/examples/libfixedpoint.bpf.o: examples/fixedpoint/libfixedpoint.bpf.c
$(OBJ)/fixedpoint-extern.bpf.o: examples/fixedpoint/fixedpoint.bpf.c
$(OBJ)/fixedpoint-extern.bpf.o: BPF_CFLAGS += -DFIXED_EXTERN
$(B)/examples/libfixedpoint.bpf.o $(OBJ)/fixedpoint-extern.bpf.o: examples/fixedpoint/fixedpoint.h \
		$(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $(filter %.bpf.c,$^) -o $@
$(B)/examples/fixedpoint-linked.bpf.o: $(OBJ)/fixedpoint-extern.bpf.o $(B)/examples/libfixedpoint.bpf.o
	PATH=$$PATH:/usr/sbin:/sbin bpftool gen object $@ $^

$(B)/examples/xdp_filter-send: examples/xdp_filter/send.c | $(SETUP)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) $(CFLAGS) $(LDFLAGS) -o $@ $<

$(B)/examples/headers/user: examples/headers/user.c $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(LDFLAGS) -o $@ $< $(LIBBPF_LIBS)

$(B)/examples/loader: examples/loader/loader.c $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(LDFLAGS) -o $@ $< $(LIBBPF_LIBS)

$(B)/examples/stream_watch: examples/stream_watch/stream_watch.c \
		examples/stream_watch/stream_watch.h | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(LDFLAGS) -o $@ $< $(LIBBPF_LIBS)

$(B)/examples/xdp_filter-demo: examples/xdp_filter/demo
	@mkdir -p $(@D)
	cp $< $@

demo:
	@$(MAKE) --no-print-directory setup FOR=demo
	@$(MAKE) --no-print-directory all
	@tools/demo

check:
	@$(MAKE) --no-print-directory setup FOR=check
	@$(MAKE) --no-print-directory all tests
	@FULL=$(FULL) selftests/run

clean:
	rm -rf $(B)

D = $(DESTDIR)$(PREFIX)
SUBST = sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|'
install: $(B)/bpfstream
	install -d $(D)/include/bpf_stream $(D)/sbin $(D)/share/pkgconfig $(D)/share/man/man8 \
		$(D)/share/bash-completion/completions $(D)/lib/systemd/system
	install -m 644 $(HEADERS) $(D)/include/bpf_stream
	install -m 755 $(B)/bpfstream $(D)/sbin
	install -m 644 tools/bpfstream.8 $(D)/share/man/man8
	install -m 644 tools/bpfstream.bash-completion $(D)/share/bash-completion/completions/bpfstream
	$(SUBST) tools/bpf_stream.pc.in >$(D)/share/pkgconfig/bpf_stream.pc
	$(SUBST) tools/bpfstream.service.in >$(D)/lib/systemd/system/bpfstream.service

docs:
	tools/docs/api >docs/api.md

# Out of a copy of the sources, with the libbpf that the tool is built with here
DEB_DIR ?= $(B)/deb
deb:
	@$(MAKE) --no-print-directory setup FOR=deb
	@$(MAKE) --no-print-directory deb-package
deb-package: | $(SETUP)
	$(if $(LIBBPF_ROOT),LIBBPF_CFLAGS="$(subst $(OBJ),$(abspath $(OBJ)),$(LIBBPF_CFLAGS))" \
		LIBBPF_LIBS="$(subst $(OBJ),$(abspath $(OBJ)),$(LIBBPF_LIBS))") \
		tools/deb/build $(VERSION) $(DEB_DIR)
.PHONY: deb-package

include selftests/tests.mk
include selftests/bench/bench.mk
include selftests/fuzz/fuzz.mk
include selftests/migration/migration.mk
