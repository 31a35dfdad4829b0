#!/usr/bin/env python3
"""R reads a store: the manual's snippet for hdf5r, as it stands there, prints what the manual says, and every number of
a store comes back to the last bit.

usage: r_reader.py SOURCE_DIR RELIA
"""
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

source, relia = Path(sys.argv[1]).resolve(), str(Path(sys.argv[2]).resolve())
rscript = shutil.which("Rscript")
if rscript is None or subprocess.run([rscript, "-e", "library(hdf5r)"], capture_output=True).returncode != 0:
    print("SKIPPED store_r_reader: R and its package hdf5r are not installed")
    sys.exit(0)

with tempfile.TemporaryDirectory() as work:
    here = Path(work)

    def run(*words):
        done = subprocess.run(words, cwd=here, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    manual = (source / "docs/store.md").read_text(encoding="utf-8")
    snippet, printed = re.search(r"```r\n(.*?)```\n\nprints\n\n```text\n(.*?)```", manual, re.S).groups()
    (here / "snippet.R").write_text(snippet)
    snubber = source / "data/reference/datasets/snubber.csv"
    run(relia, "data", "import", "lab.h5", snubber, "--name", "snubber", "--unit", "cycle")
    found = run(rscript, "--vanilla", "snippet.R")
    if found != printed:
        sys.exit(f"the manual's snippet prints\n{found}not\n{printed}")
    if len(snippet.strip().splitlines()) != 10:
        sys.exit("the manual's snippet has not ten lines")

    # Over several chunks, in hexadecimal, which hides nothing; whole numbers beyond 32 bits.
    draw = random.Random(2)
    rows = 100_000
    times = [draw.random() * 1000 + 1 for _ in range(rows)]
    cycles = [draw.randrange(1 << 50) for _ in range(rows)]
    (here / "lives.csv").write_text("time,status,cycles\n" + "".join(
        f"{t!r},{'FS'[i % 2]},{c}\n" for i, (t, c) in enumerate(zip(times, cycles))))
    run(relia, "data", "import", "lab.h5", "lives.csv", "--name", "lives")
    (here / "all.R").write_text("""
data <- hdf5r::H5File$new("lab.h5", mode = "r")[["datasets/lives"]]
writeLines(sprintf("%a %a %.0f", data[["lower"]][], data[["upper"]][], data[["column_00001"]][]))
""")
    lines = run(rscript, "--vanilla", "all.R").splitlines()
    for i, line in enumerate(lines):
        lower, upper, whole = line.split()
        lower, upper = (float("inf") if x == "Inf" else float.fromhex(x) for x in (lower, upper))
        if (lower, upper, int(whole)) != (times[i], float("inf") if i % 2 else times[i], cycles[i]):
            sys.exit(f"row {i + 1} is {line}")
    if len(lines) != rows:
        sys.exit(f"{len(lines)} rows, not {rows}")
    print(f"{rows} rows read back by R")
