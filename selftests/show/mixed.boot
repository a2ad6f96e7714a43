# bpfstream show --time=boot
[    1.000000] INFO a.c:1: one
[    1.000250] WARN a.c:2: two
	lines
plain line
ERROR a.c:3: without a time
INFO: nothing but a level
[    2.000000] DEBUG b.c:44: later \x1b[31m red \xff
no end
