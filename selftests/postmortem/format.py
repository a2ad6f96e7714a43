# SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
"""usage: format.py PROGRAM: compare the post-mortem's texts with those of user.h, which PROGRAM (format.c) prints."""
import itertools
import runpy
import subprocess
import sys
import types

sys.dont_write_bytecode = True
sys.modules["drgn"] = types.SimpleNamespace(FaultError=OSError)  # no dump is read
postmortem = types.SimpleNamespace(**runpy.run_path("tools/bpfstream-postmortem"))

FLAGS = "", "-", "+", " ", "0", "-0", "+0", " -", "+ "
ARGS = 0, 1, 0x41, 0x80000000, 0xffffffff, 1 << 63, (1 << 64) - 1
cases = [(f"<%{flags}{width}{what}>", arg) for flags, width, what, arg in itertools.product(
    FLAGS, ("", "1", "10", "20", "100"), ("c", "d", "i", "u", "x", "X", "ld", "llu", "llx", "lX", "px"), ARGS)]
cases += [(f"<%{flags}{width}s>", 3) for flags, width in itertools.product(FLAGS, ("", "2", "10"))]
lines = subprocess.run(sys.argv[1], input="".join(f"{fmt}\n{arg:x}\n" for fmt, arg in cases), check=True,
                       capture_output=True, text=True).stdout.splitlines()
assert len(lines) == len(cases)
different = 0
for (fmt, arg), line in zip(cases, lines):
    if line == "-":
        continue
    text = postmortem.format_message(None, fmt.encode(), [arg], b"str" if "s" in fmt else b"")
    if text != bytes.fromhex(line):
        different += 1
        if different < 10:
            print(f"{fmt} of {arg:#x}: {text}, wanted {bytes.fromhex(line)}")
if different:
    print(f"{different} of {len(cases)} are different")
for fmt in b"%99999999999999999999d", b"%999999999999s", b"%2000000000c":
    try:
        postmortem.format_message(None, fmt, [3], b"str")
        print(f"{fmt}: taken")
    except postmortem.Damaged:
        pass
# A title of the script begins with "#", so no line of a program does.
shown = postmortem.printable(b"# program 1 (x), stdout: 1 message\na #\n#\n")
if shown != "\\x23 program 1 (x), stdout: 1 message\na #\n\\x23\n":
    print(f"forged titles: {shown!r}")
