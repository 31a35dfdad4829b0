#!/usr/bin/env python3
"""Other programs read a store: h5dump and h5py find the numbers that were imported, and the manual's snippet prints
what the manual says.

usage: readers.py SOURCE_DIR RELIA
"""
import hashlib
import math
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

source, relia = Path(sys.argv[1]).resolve(), str(Path(sys.argv[2]).resolve())
work = tempfile.TemporaryDirectory()
here = Path(work.name)
problems = []


def run(*words):
    done = subprocess.run(words, cwd=here, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def expect(found, wanted, what):
    if not np.array_equal(found, wanted, equal_nan=isinstance(wanted, np.ndarray) and wanted.dtype.kind == "f"):
        problems.append(f"{what}: {found!r}, not {wanted!r}")


def text(value):
    return value.decode() if isinstance(value, bytes) else value


# Lives of every kind, over several chunks, with numbers that need every bit.
draw = random.Random(1)
rows = 150_000
lower, upper, count, entry, volts, cycles, lots = [], [], [], [], [], [], []
words = ["", "A", "断裂, oben", 'say "x"']
with open(here / "lives.csv", "w", encoding="utf-8") as csv:
    csv.write("lower,upper,count,trunc_lower,voltage [V],cycles,lot/of parts\n")
    for i in range(rows):
        t = draw.random() * 1000 + 10
        lo, up = [(t, t), (t, math.inf), (0.0, t), (t, t * 1.5)][i % 4]
        lower.append(lo)
        upper.append(up)
        count.append(draw.randrange(1, 9))
        entry.append(lo / 3 if i % 4 < 2 else 0.0)
        volts.append(draw.random() if i % 10 else math.nan)
        cycles.append(draw.randrange(0, 1 << 40))
        lots.append(draw.randrange(0, len(words)))
        cell = words[lots[-1]].replace('"', '""')
        csv.write(f"{lo!r},{'' if math.isinf(up) else repr(up)},{count[-1]},{entry[-1]!r},"
                  f"{'' if math.isnan(volts[-1]) else repr(volts[-1])},{cycles[-1]},\"{cell}\"\n")
digest = hashlib.sha256((here / "lives.csv").read_bytes()).hexdigest()
run(relia, "data", "import", "lab.h5", "lives.csv", "--name", "a/b", "--time-unit", "h", "--source", "Nelson 1982")
run(relia, "data", "import", "lab.h5", "lives.csv", "--name", "plain", "--compression", "0")
run(relia, "data", "import", "lab.h5", "lives.csv", "--name", "plain", "--append", "--compression", "0")
(here / "few.csv").write_text("time,status\n100,F\n250.5,S\n300,F\n")
run(relia, "data", "import", "lab.h5", "few.csv", "--name", "few")
run(relia, "fit", "lab.h5:few", "--dist", "weibull", "--save=first")
answer = run(relia, "data", "show", "lab.h5:few#first", "--format", "json")

with h5py.File(here / "lab.h5", "r") as store:
    expect(text(store.attrs["relia_format"]), "relia.store", "format")
    expect(sorted(store["datasets"]), ["a", "few", "plain"], "data sets")
    for name, times in (("a/b", 1), ("plain", 2)):
        data = store["datasets/" + name]
        columns = {text(c.attrs["name"]): (place, c) for place, c in data.items() if "role" in c.attrs}
        expect(list(columns), ["voltage [V]", "cycles", "lot/of parts", "count", "trunc_lower", "lower", "upper"], "names")
        wanted = {"lower": np.array(lower), "upper": np.array(upper), "count": np.array(count),
                  "trunc_lower": np.array(entry), "voltage [V]": np.array(volts), "cycles": np.array(cycles)}
        for column, values in wanted.items():
            found = columns[column][1]
            expect(found.dtype.str, "<i8" if values.dtype.kind == "i" else "<f8", f"{name}, type of {column}")
            expect(found[:], np.tile(values, times), f"{name}, {column}")
            expect((found.chunks is not None, found.fletcher32), (True, True), f"{name}, storage of {column}")
            expect(found.compression, "gzip" if times == 1 else None, f"{name}, compression of {column}")
        place, codes = columns["lot/of parts"]
        levels = data[place + "_levels"].asstr()[:]
        expect(codes.dtype.str, "<u4", "type of codes")
        expect(list(levels[codes[:]]), [words[k] for k in lots] * times, f"{name}, texts")
        for attribute, value in (("n", sum(count) * times), ("rows", rows * times),
                                 ("failures", sum(count[0::4]) * times), ("right_censored", sum(count[1::4]) * times),
                                 ("left_censored", sum(count[2::4]) * times),
                                 ("interval_censored", sum(count[3::4]) * times), ("appends", times - 1),
                                 ("schema_version", 1)):
            expect(int(data.attrs[attribute]), value, f"{name}, attribute {attribute}")
    data = store["datasets/a/b"]
    for attribute, value in (("source", "Nelson 1982"), ("source_file", "lives.csv"), ("source_sha256", digest),
                             ("time_unit", "h")):
        expect(text(data.attrs[attribute]), value, f"attribute {attribute}")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text(data.attrs["imported_utc"])):
        problems.append(f"imported_utc: {data.attrs['imported_utc']}")
    expect(text(data["lower"].attrs["unit"]), "h", "unit of times")
    result = store["datasets/few/results/first"]
    expect(result["json"].asstr()[0], answer, "the saved JSON")
    expect(text(result.attrs["data_hash"]), text(store["datasets/few"].attrs["data_hash"]), "the hash of the result")
    expect(text(result.attrs["command"])[:27], "relia fit lab.h5:few --dist", "the command of the result")

# h5dump prints the same numbers, and its own filters accept every chunk's checksum.
for place, wanted in (("/datasets/a/b/lower", lower), ("/datasets/plain/column_00002", cycles * 2)):
    run("h5dump", "-m", "%.17g", "-y", "-w", "0", "-o", here / "numbers.txt", "-d", place, "lab.h5")
    found = (here / "numbers.txt").read_text().replace(",", " ").split()
    expect(np.array(found, dtype=float), np.array(wanted, dtype=float), f"h5dump {place}")
header = run("h5dump", "-H", "-p", "lab.h5")
for word in ("FLETCHER32", "COMPRESSION DEFLATE { LEVEL 1 }", "H5T_IEEE_F64LE", "H5T_STD_I64LE", "H5T_STD_U32LE"):
    if word not in header:
        problems.append(f"h5dump -H -p does not tell of {word}")

# The manual's snippet, as it stands there.
manual = (source / "docs/store.md").read_text(encoding="utf-8")
snippet, printed = re.search(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", manual, re.S).groups()
(here / "snippet.py").write_text(snippet)
(here / "lab.h5").unlink()
run(relia, "data", "import", "lab.h5", source / "data/reference/datasets/snubber.csv", "--name", "snubber", "--unit", "cycle")
expect(run(sys.executable, "snippet.py"), printed, "the manual's snippet")
expect(len(snippet.strip().splitlines()), 10, "lines of the manual's snippet")

print("\n".join(problems) if problems else f"{rows} rows read back by h5py and h5dump")
sys.exit(1 if problems else 0)
