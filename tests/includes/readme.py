#!/usr/bin/env python3
"""Fails when README.md's table of commands is not the program's own.

usage: readme.py SOURCE_DIR PROGRAM
"""
import re
import subprocess
import sys
from pathlib import Path

text = (Path(sys.argv[1]) / "README.md").read_text(encoding="utf-8")
promised = set(re.findall(r"^\| `relia ([a-z]+)", text, re.M))
offered = set(re.findall(r"^  ([a-z]+)", subprocess.run([sys.argv[2], "--help"], capture_output=True, text=True).stdout, re.M))
for c in sorted(promised - offered): print(f"README.md promises 'relia {c}', which is not there")
for c in sorted(offered - promised): print(f"README.md does not tell of 'relia {c}'")
print(f"{len(promised)} commands promised, {len(offered)} offered")
sys.exit(0 if promised and promised == offered else 1)
