#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# bpf_stream_forward(): its unit tests (forward_h.c), with sanitizers
set -u
. selftests/tap.sh
. selftests/unit.sh

unit_tests forward_h
done_testing
