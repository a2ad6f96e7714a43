# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# Fuzz targets: each selftests/fuzz/TARGET.c with clang's libFuzzer, ASan and UBSan. `make check` runs
# them for ten seconds in all (selftests/host/fuzz.sh).
#
#	make fuzz			run one after the other, a minute each, until a fault is found or you
#					stop it; the next run continues with the inputs found
#	make fuzz FUZZ_SECONDS=3600	stop after that time
#	make fuzz-corpus		make the samples of corpus/ again

FUZZ := $(patsubst selftests/fuzz/%.c,%,$(filter-out %/save.c,$(wildcard selftests/fuzz/*.c)))
FUZZ_SECONDS ?= 0
# sources of the tool that a target needs, by name, from any room
FUZZ_SRC_escape := $(filter %/escape.c,$(TOOL_SRC))
FUZZ_SRC_output := $(filter %/output.c %/journald.c %/syslog.c %/kmsg.c %/socket.c %/buf.c %/times.c %/clock.c %/escape.c %/msg.c,$(TOOL_SRC))

$(OBJ)/fuzz/%: selftests/fuzz/%.c $(wildcard selftests/fuzz/*.h) $(HEADERS) \
		$(TOOL_SRC) $(TOOL_HEADERS) | $(SETUP) $(OBJ)/packages-check
	@mkdir -p $(@D)
	clang-14 -std=gnu11 -g -O1 $(WARN) -Werror -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -Iinclude $(TOOL_QUOTE) $(LIBBPF_CFLAGS) -o $@ $< $(FUZZ_SRC_$*)

tests: $(addprefix $(OBJ)/fuzz/,$(FUZZ))

fuzz: $(addprefix $(OBJ)/fuzz/,$(FUZZ))
	@each=$$(($(FUZZ_SECONDS) / $(words $(FUZZ)))); \
	while :; do \
		for target in $(FUZZ); do \
			echo "$$target:"; \
			selftests/fuzz/run $$((each ? each : 60)) $$target \
				$(OBJ)/fuzz/corpus/$$target || exit; \
		done; \
		[ $(FUZZ_SECONDS) = 0 ] || exit 0; \
	done

$(T)/fuzz_save: selftests/fuzz/save.c selftests/lib.c selftests/lib.h $(HEADERS) | $(SETUP)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -o $@ $< selftests/lib.c $(LIBBPF_LIBS)

fuzz-corpus: tests $(T)/fuzz_save
	selftests/fuzz/make-corpus
.PHONY: fuzz fuzz-corpus
