#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
# The log statements out of a section (user/sites.h): its unit tests (sites_h.c), with sanitizers
set -u
. selftests/tap.sh
. selftests/host/unit.sh

unit_tests sites_h
done_testing
