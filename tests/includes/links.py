#!/usr/bin/env python3
"""What the program loads at every start: HDF5, which needs some thirty libraries more, only when a store is opened.

It carries HDF5's names itself (io/hdf5_library.cpp); exported, they would be taken for the library's own.
usage: links.py PROGRAM
"""
import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


program = sys.argv[1]
needed = re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-d", program))
exported = [line.split()[-1] for line in output("nm", "-D", "--defined-only", program).splitlines()]
problems = [f"loads {name}" for name in needed if "hdf5" in name]
problems += [f"exports {name}" for name in exported if re.match(r"H5[A-Z]*[a-z_]", name)]
if not needed:
    problems.append("readelf shows no library at all")
print("\n".join(f"{program} {problem}" for problem in problems) or f"{len(needed)} libraries, HDF5 not among them")
sys.exit(bool(problems))
