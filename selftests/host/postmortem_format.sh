#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The text of a ring's message is the same in tools/bpfstream-postmortem as in user/format.h.
set -u
. selftests/tap.sh
. selftests/unit.sh
ok "format.c builds" silent gcc -std=gnu11 -Wall -Wextra -Iinclude -o "$dir/format" selftests/postmortem/format.c
ok "formats: the post-mortem's texts are those of user.h" silent python3 selftests/postmortem/format.py "$dir/format"
done_testing
