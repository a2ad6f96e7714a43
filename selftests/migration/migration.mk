# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# make check-migration: Linux's own BPF programs, with one more flag, print to their streams
# (docs/migrating.md). The first run fetches a kernel's source, some 160 MB.
#	make check-migration MIGRATION_KERNELS=7.2

MIGRATION_KERNELS ?= $(sort $(shell selftests/kernel-table migration))
MIGRATION := $(OBJ)/migration

check-migration: $(B)/bpfstream $(MIGRATION)/load $(B)/vmlinux/$(KERNEL)-recent/vmlinux.h \
		$(OBJ)/libbpf-1.7 $(T)/tool_helper $(OBJ)/packages-check $(OBJ)/packages-migration
	@selftests/migration/check $(MIGRATION) $(OBJ)/libbpf-1.7 $(MIGRATION_KERNELS)
.PHONY: check-migration

$(MIGRATION)/load: selftests/migration/load.c | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -o $@ $< $(LIBBPF_LIBS)
