mount -t bpf bpf /sys/fs/bpf 2>/dev/null
time build/bpfstream list >/dev/null
time build/bpfstream peek -a >/dev/null
time build/selftests/test_reader | tail -1
