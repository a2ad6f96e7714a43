# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# make coverage: measure which lines of user.h and of the tool the tests run, on this machine and on
# the main kernel. The build is separate, in build/coverage, and not optimized.

COVERAGE := $(B)/coverage
# The tests that use more of user.h than bpf_stream_read()
COVERAGE_TESTS := $(addprefix $(COVERAGE)/selftests/test_,consumer log_maps reports ring_consumer ring_reader user_h)

coverage:
	@$(MAKE) --no-print-directory setup FOR=check
	@$(MAKE) --no-print-directory all tests
	@$(MAKE) --no-print-directory B=$(COVERAGE) CFLAGS='-O0 -g --coverage' $(COVERAGE)/bpfstream \
		$(COVERAGE)/user_h $(COVERAGE_TESTS)
	@selftests/coverage/run $(COVERAGE)
.PHONY: coverage

$(B)/user_h: selftests/host/user_h.c $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -o $@ $<
