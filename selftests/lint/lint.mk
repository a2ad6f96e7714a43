# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# make lint: the checks of selftests/host/lint.sh, a part of make check. make format: format C for it.
# make tidy: clang's analyzer (.clang-tidy); it takes a minute and sometimes errs, so it is no check.

lint:
	@$(MAKE) --no-print-directory setup FOR=lint
	@selftests/run selftests/host/lint.sh

format: | $(OBJ)/packages-lint
	find examples include selftests tools -name '*.[ch]' ! -path 'selftests/compile/*' | xargs clang-format-14 -i

tidy: $(B)/bpfstream
	printf '%s\n' $(TOOL_SRC) $(filter-out %.bpf.c,$(wildcard examples/*/*.c)) | \
		xargs -P 2 -n 8 sh -c 'clang-tidy --quiet "$$@" -- -std=gnu11 -Iinclude -Iselftests \
		$(TOOL_CPPFLAGS) $(LIBBPF_CFLAGS)' sh
.PHONY: lint format tidy
