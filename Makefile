# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
#
#	make		the tool (build/bpfstream) and the examples
#	make demo	set-up, build, and xdp_filter on real packets
#	make check	set-up, build, and the tests on every kernel; FULL=1: all of them on each
#	make check-migration  ... and programs of Linux itself, migrated (docs/migrating.md)
#	make install	headers, tool, man page, completion, service, pkg-config file; PREFIX and
#			DESTDIR as usual
#	make deb	the same as a Debian package, build/deb/bpf-stream_VERSION_ARCH.deb
#	make docs	docs/api.md, out of the comments of the headers
#	make clean
#
# On a Debian machine missing packages are installed and libbpf is fetched (a newer one than Debian
# 12 has, into the cache, see tools/setup/lib.sh). Elsewhere, or to build with your own libbpf (1.3 or
# newer), give these two to whatever you make; then nothing is installed or fetched, and gcc, clang,
# bpftool, libelf and zlib have to be there:
#	make install LIBBPF_CFLAGS="$(pkg-config --cflags libbpf)" \
#		LIBBPF_LIBS="$(pkg-config --libs libbpf) -lelf -lz"

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

$(OBJ)/packages-%: tools/setup/packages
	@mkdir -p $(@D)
	tools/setup/packages $*
	@touch $@

$(OBJ)/libbpf-%: | tools/setup/libbpf $(OBJ)/packages-build
	dir=$$(tools/setup/libbpf $*) && ln -sfn "$$dir" $@

.PRECIOUS: $(OBJ)/tool/%.bpf.o $(B)/vmlinux/%/vmlinux.h $(OBJ)/packages-% $(OBJ)/libbpf-%
$(B)/vmlinux/%/vmlinux.h: tools/setup/vmlinux | $(OBJ)/packages-build
	@mkdir -p $(@D)
	tools/setup/vmlinux $(if $(filter %-recent,$*),--recent-bpftool) $(*:-recent=) $@

ifeq ($(origin LIBBPF_LIBS),undefined)
LIBBPF_ROOT := $(OBJ)/libbpf-1.4
LIBBPF_CFLAGS = -isystem $(LIBBPF_ROOT)/usr/include
LIBBPF_LIBS = $(LIBBPF_ROOT)/usr/lib/*/libbpf.a -lelf -lz
SETUP := $(OBJ)/packages-build $(LIBBPF_ROOT)
else
SETUP :=
endif

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

demo: all $(OBJ)/packages-demo
	@tools/demo

check: all tests $(OBJ)/packages-check
	@FULL=$(FULL) selftests/run

clean:
	rm -rf $(B)

D = $(DESTDIR)$(PREFIX)
SUBST = sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|'
install: $(B)/bpfstream
	install -d $(D)/include/bpf_stream/bpf $(D)/sbin $(D)/share/pkgconfig $(D)/share/man/man8 \
		$(D)/share/bash-completion/completions $(D)/lib/systemd/system
	install -m 644 $(wildcard include/bpf_stream/*.h) $(D)/include/bpf_stream
	install -m 644 $(wildcard include/bpf_stream/bpf/*.h) $(D)/include/bpf_stream/bpf
	install -m 755 $(B)/bpfstream $(D)/sbin
	install -m 644 tools/bpfstream.8 $(D)/share/man/man8
	install -m 644 tools/bpfstream.bash-completion $(D)/share/bash-completion/completions/bpfstream
	$(SUBST) tools/bpf_stream.pc.in >$(D)/share/pkgconfig/bpf_stream.pc
	$(SUBST) tools/bpfstream.service.in >$(D)/lib/systemd/system/bpfstream.service

docs:
	tools/docs/api >docs/api.md

# Out of a copy of the sources, with the libbpf that the tool is built with here
DEB_DIR ?= $(B)/deb
deb: $(OBJ)/packages-deb $(SETUP)
	LIBBPF_CFLAGS="$(if $(SETUP),$(subst $(OBJ),$(abspath $(OBJ)),$(LIBBPF_CFLAGS)),$(LIBBPF_CFLAGS))" \
	LIBBPF_LIBS="$(if $(SETUP),$(subst $(OBJ),$(abspath $(OBJ)),$(LIBBPF_LIBS)),$(LIBBPF_LIBS))" \
		tools/deb/build $(VERSION) $(DEB_DIR)

include selftests/tests.mk
include selftests/bench/bench.mk
include selftests/fuzz/fuzz.mk
include selftests/migration/migration.mk
