#!/bin/sh
. selftests/tap.sh
ok "help" build/bpfstream --help
done_testing
