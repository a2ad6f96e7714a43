mount -t bpf bpf /sys/fs/bpf 2>/dev/null
build/selftests/tool_helper pin build/selftests/tool_progs/modes.bpf.o /sys/fs/bpf/tp >/dev/null
for n in 2000000001 ; do kill -0 $n 2>/dev/null; done
build/bpfstream peek a_program_with_modes & 
sleep 3; P=$!; cat /proc/$P/status | head -4; cat /proc/$P/stack; grep -E "utime|ctxt" /proc/$P/status; cut -d' ' -f14,15 /proc/$P/stat;cat /proc/$P/syscall
