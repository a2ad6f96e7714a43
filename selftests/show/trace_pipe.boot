# bpfstream show --time=boot
[   15.662600] INFO a.c:1: through the trace pipe
[   15.699900] WARN a.c:2: a task with a bracket
no trace: bpf_trace_printk: a message that says so
