# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#
# `make help` lists the targets. On a Debian machine `make setup` installs missing packages, and
# where the release's libbpf is older than 1.3 (Debian 12) one is fetched into a cache (see
# tools/setup/lib.sh). To build with a libbpf of your own, give its flags to make:
#	make install LIBBPF_CFLAGS="$(pkg-config --cflags libbpf)" \
#		LIBBPF_LIBS="$(pkg-config --libs libbpf) -lelf -lz"
# Then gcc, clang, bpftool, libelf and zlib must be installed; nothing is checked or fetched.

VERSION := $(shell cat VERSION)
PREFIX ?= /usr/local
CC ?= cc
CLANG ?= clang
CFLAGS ?= -O2 -g
B := build
# Intermediate files and links to the cache; virtual machines do not get them.
OBJ := $(B)/obj
# The kernel that vmlinux.h of the test programs is of
KERNEL := $(shell selftests/kernel-table main)

all: $(B)/bpfstream examples
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

#@ make			the tool (build/bpfstream) and the examples
#@ make setup		install the packages that are missing; FOR=demo|check|cross|deb|lint|migration
#@ make demo		set up, build, and run xdp_filter on real packets
#@ make check		set up, build, and run the tests on every kernel; FULL=1: all on each
#@ make lint		check format, scripts, spelling and layout
#@ make coverage	measure the lines of user.h and of the tool that the tests run
#@ make install		headers, tool, man page, completion, units, pkg-config file
#@ make uninstall	remove them; PREFIX and DESTDIR as given to make install
#@ make deb		the same as a Debian package, build/deb/bpf-stream_VERSION_ARCH.deb
#@ make docs		make docs/api.md from the comments in the headers
#@ make bench		measure what each call costs; bench-write, bench-verifier, bench-contention, bench-compile, bench-read,
#@			bench-tail
#@ make fuzz		run the fuzz targets until stopped; FUZZ_SECONDS=N
#@ make check-migration	programs of Linux itself, migrated (docs/migrating.md)
#@ make tests, make examples, make fuzz-corpus, make clean
help:
	@sed -n 's/^#@ //p' Makefile

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

# In a make of its own, because that one asks pkg-config for the libbpf installed by this one
FOR ?= build
setup:
	@tools/setup/packages $(FOR)
	@$(MAKE) --no-print-directory setup-libbpf
setup-libbpf: | $(SETUP)
	@:
.PHONY: setup setup-libbpf

# Programs

WARN := -Wall -Wextra
USER_CFLAGS = -std=gnu11 $(WARN) $(CPPFLAGS) $(CFLAGS) -Iinclude $(LIBBPF_CFLAGS)
# Debian has <asm/types.h> in a directory named after the machine
MULTIARCH = $(shell $(CC) -print-multiarch 2>/dev/null)
BPF_CFLAGS = -O2 -g -target bpf -mcpu=v3 $(WARN) -Wno-unused-parameter -Iinclude $(LIBBPF_CFLAGS) \
	$(if $(MULTIARCH),-idirafter /usr/include/$(MULTIARCH))

HEADERS := $(wildcard include/bpf_stream/*.h include/bpf_stream/*/*.h)
# what programs include; an object takes a second or two to compile, and there are hundreds
BPF_HEADERS := $(filter-out include/bpf_stream/user.h include/bpf_stream/user/%,$(HEADERS))

# The tool: sources in its directory and in the rooms below it
TOOL := tools/bpfstream
TOOL_ALL := $(wildcard $(TOOL)/*.c $(TOOL)/*/*.c)
TOOL_BPF := $(filter %.bpf.c,$(TOOL_ALL))
TOOL_SRC := $(filter-out %.bpf.c,$(TOOL_ALL))
TOOL_HEADERS := $(wildcard $(TOOL)/*.h $(TOOL)/*/*.h)
TOOL_OBJS := $(TOOL_SRC:$(TOOL)/%.c=$(OBJ)/tool/%.o)
TOOL_SKELS := $(foreach f,$(TOOL_BPF),$(OBJ)/tool/$(notdir $(f:.bpf.c=.skel.h)))
TOOL_QUOTE := $(addprefix -iquote ,$(TOOL) $(wildcard $(TOOL)/verbs $(TOOL)/follow $(TOOL)/progs $(TOOL)/show))
TOOL_CPPFLAGS := $(TOOL_QUOTE) -I$(OBJ)/tool -DBPFSTREAM_VERSION='"$(VERSION)"'

$(B)/bpfstream: $(TOOL_OBJS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBBPF_LIBS)

# The compiler writes the headers of each object to a file (-MMD). The first time, every object waits
# for all skeletons.
$(OBJ)/tool/%.o: $(TOOL)/%.c VERSION | $(TOOL_SKELS) $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(TOOL_CPPFLAGS) -MMD -MP -c -o $@ $<
-include $(TOOL_OBJS:.o=.d)

# The tool's own BPF programs: the skeleton is NAME.skel.h, whatever room the program is in.
define tool_bpf
$(OBJ)/tool/$(notdir $(1:.bpf.c=.bpf.o)): $(1) $(TOOL_HEADERS) $(HEADERS) | $(SETUP)
	@mkdir -p $$(@D)
	$$(CLANG) $$(BPF_CFLAGS) $(TOOL_QUOTE) -ffile-prefix-map=$$(CURDIR)=. -c $$< -o $$@
endef
$(foreach f,$(TOOL_BPF),$(eval $(call tool_bpf,$(f))))

# bpftool is in a directory that only root has in PATH. Its linker drops debug information.
$(TOOL_SKELS): $(OBJ)/tool/%.skel.h: $(OBJ)/tool/%.bpf.o
	PATH=$$PATH:/usr/sbin:/sbin; bpftool gen object $(<:.o=.linked) $< && \
		bpftool gen skeleton $(<:.o=.linked) name $*_bpf >$@

# each in a directory of its name, and one for each header
EXAMPLES := $(foreach f,$(wildcard examples/*/*.bpf.c),$(if $(filter examples/headers/%,$f),\
	$(B)/$(f:.c=.o),$(B)/examples/$(notdir $(f:.c=.o))))
examples: $(EXAMPLES) $(B)/examples/xdp_filter-ring.bpf.o $(B)/examples/xdp_filter-send $(B)/examples/xdp_filter-demo \
	$(B)/examples/headers/user $(B)/examples/headers/object $(B)/examples/loader $(B)/examples/stream_watch \
	$(B)/examples/fixedpoint-linked.bpf.o
.PHONY: all help examples demo check clean install uninstall deb docs

.SECONDEXPANSION:
$(B)/examples/%.bpf.o: examples/$$(basename $$*)/$$*.bpf.c $(BPF_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# to a ring on kernels without streams, without a change of the source
$(B)/examples/xdp_filter-ring.bpf.o: examples/xdp_filter/xdp_filter.bpf.c $(BPF_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -DBPF_STREAM_RING_FALLBACK -include bpf_stream/ring.h -c $< -o $@

# one for each header, those of README
$(B)/examples/headers/%.bpf.o: examples/headers/%.bpf.c $(BPF_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $@

# a library, as a header or as an object to link with; its program is built in both ways
$(B)/examples/fixedpoint.bpf.o: examples/fixedpoint/fixedpoint.h
$(B)/examples/libfixedpoint.bpf.o: examples/fixedpoint/libfixedpoint.bpf.c
$(OBJ)/fixedpoint-extern.bpf.o: examples/fixedpoint/fixedpoint.bpf.c
$(OBJ)/fixedpoint-extern.bpf.o: BPF_CFLAGS += -DFIXED_EXTERN
$(B)/examples/libfixedpoint.bpf.o $(OBJ)/fixedpoint-extern.bpf.o: examples/fixedpoint/fixedpoint.h \
		$(BPF_HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $(filter %.bpf.c,$^) -o $@
$(B)/examples/fixedpoint-linked.bpf.o: $(OBJ)/fixedpoint-extern.bpf.o $(B)/examples/libfixedpoint.bpf.o
	PATH=$$PATH:/usr/sbin:/sbin bpftool gen object $@ $^

$(B)/examples/xdp_filter-send: examples/xdp_filter/send.c | $(SETUP)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(WARN) $(CFLAGS) $(LDFLAGS) -o $@ $<

$(B)/examples/headers/user $(B)/examples/headers/object: $(B)/%: %.c $(HEADERS) | $(SETUP)
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
	@tools/setup/packages cross || echo "the tests on arm64 are skipped" >&2
	@$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$$(nproc)) all tests
	@FULL=$(FULL) selftests/run

clean:
	rm -rf $(B)

D = $(DESTDIR)$(PREFIX)
SUBST = sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|'
COMPLETION := share/bash-completion/completions/bpfstream
UNITS := $(addprefix lib/systemd/system/,bpfstream.service bpfstream-metrics.service bpfstream-metrics.timer)
# Files that make install installs besides the headers
INSTALLED := sbin/bpfstream share/man/man8/bpfstream.8 share/man/man5/bpfstream-fields.5 $(COMPLETION) share/pkgconfig/bpf_stream.pc \
	$(UNITS)
install: $(B)/bpfstream
	install -d $(addprefix $(D)/,$(sort $(dir $(HEADERS) $(INSTALLED))))
	$(foreach h,$(HEADERS),install -m 644 $(h) $(D)/$(h) && ):
	install -m 755 $(B)/bpfstream $(D)/sbin
	install -m 644 tools/bpfstream.8 $(D)/share/man/man8
	install -m 644 tools/bpfstream-fields.5 $(D)/share/man/man5
	install -m 644 tools/bpfstream.bash-completion $(D)/$(COMPLETION)
	$(SUBST) tools/bpf_stream.pc.in >$(D)/share/pkgconfig/bpf_stream.pc
	for unit in bpfstream bpfstream-metrics; do \
		$(SUBST) tools/$$unit.service.in >$(D)/lib/systemd/system/$$unit.service || exit; \
	done
	install -m 644 tools/bpfstream-metrics.timer $(D)/lib/systemd/system

# ... but no directory that others may use
uninstall:
	rm -f $(addprefix $(D)/,$(HEADERS) $(INSTALLED))
	for dir in $(addprefix $(D)/,include/bpf_stream/bpf include/bpf_stream/user include/bpf_stream); do \
		[ ! -d $$dir ] || rmdir $$dir || exit; \
	done

docs:
	tools/docs/api >docs/api.md

# From a copy of the sources, with the same libbpf as the tool here
DEB_DIR ?= $(B)/deb
deb:
	@$(MAKE) --no-print-directory setup FOR=deb
	@$(MAKE) --no-print-directory deb-package
deb-package: | $(SETUP)
	$(if $(LIBBPF_ROOT),LIBBPF_CFLAGS="$(subst $(OBJ),$(abspath $(OBJ)),$(LIBBPF_CFLAGS))" \
		LIBBPF_LIBS="$(subst $(OBJ),$(abspath $(OBJ)),$(LIBBPF_LIBS))") \
		tools/deb/build $(DEB_DIR)
.PHONY: deb-package

include selftests/tests.mk
include selftests/loaders/loaders.mk
include selftests/cross.mk
include selftests/bench/bench.mk
include selftests/fuzz/fuzz.mk
include selftests/migration/migration.mk
include selftests/lint/lint.mk
include selftests/coverage/coverage.mk
