#!/usr/bin/env python3
"""--report without a browser: the page holds the JSON, its numbers are the JSON's, names from the data stay text.

usage: page.py --relia PROGRAM --data DIR
"""
import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cases import HOSTILE, cases, coverage_calls, hostile_csv, mission_csv, results_of

FAILURES = []


def check(condition, what):
    if not condition: FAILURES.append(what)


class Reader(HTMLParser):
    """elements, cells with numbers, text, and the content of scripts by id"""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.cells, self.scripts, self.text, self.attributes = [], [], {}, [], []
        self.script = self.cell = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        self.attributes += [(tag, *a) for a in attrs.items()]
        if tag == "script":
            self.script = attrs.get("id", "code")
            self.scripts.setdefault(self.script, "")
        if tag == "td" and "data-v" in attrs: self.cell = [attrs["data-v"], ""]

    def handle_endtag(self, tag):
        if tag == "script": self.script = None
        if tag == "td" and self.cell:
            self.cells.append(tuple(self.cell))
            self.cell = None

    def handle_data(self, data):
        if self.script: self.scripts[self.script] += data
        elif self.cell: self.cell[1] += data
        if not self.script: self.text.append(data)


def interpolate(pairs, at):
    for (a, p), (b, q) in zip(pairs, pairs[1:]):
        if a <= at <= b: return p + (at - a) / (b - a) * (q - p)
    return pairs[0][1] if at < pairs[0][0] else pairs[-1][1]


def numbers_in(value):
    if isinstance(value, bool): return
    if isinstance(value, (int, float)): yield float(value)
    elif isinstance(value, dict):
        for v in value.values(): yield from numbers_in(v)
    elif isinstance(value, list):
        for v in value: yield from numbers_in(v)


def check_page(name, page, stdout, figures):
    reader = Reader()
    reader.feed(page)
    wanted = results_of(stdout)
    embedded = [json.loads(reader.scripts[f"result-{i + 1}"]) for i in range(len(wanted))]
    check(embedded == wanted, f"{name}: the JSON in the page is not the JSON of the call")
    known = set(numbers_in(wanted))
    check(len(reader.cells) >= 12, f"{name}: only {len(reader.cells)} numbers in tables")
    for exact, shown in reader.cells:
        check(float(exact) in known, f"{name}: {exact} in a table is not in the JSON")
        # What people read is that number to at least four digits.
        check(abs(float(shown) - float(exact)) <= 6e-4 * abs(float(exact)), f"{name}: {exact} is shown as {shown}")
    drawn = json.loads(reader.scripts["figures"])
    check(len(drawn) >= figures, f"{name}: {len(drawn)} figures")
    for tag, key, value in reader.attributes:
        check(not key.startswith("on"), f"{name}: attribute {key} of {tag}")
        if key in ("src", "href", "action", "data"): check((value or "").startswith("#"), f"{name}: {tag} {key}={value}")
    check("@import" not in page and "url(" not in page.split("<body>")[0], f"{name}: the style fetches something")
    return reader


def earlier_results(relia, root, where, env):
    """relia report: the results of other calls on one page, with their data while these are what they were"""
    run = lambda *args: subprocess.run([relia, *args], cwd=where, capture_output=True, text=True, timeout=120, env=env)
    (where / "fan.csv").write_bytes((root / "datasets/diesel_fan.csv").read_bytes())
    data = lambda name: str(root / "datasets" / f"{name}.csv")
    calls = [["fit", "fan.csv", "--dist", "weibull", "--at", "1000", "--require", "R(1000)>=0.5"], ["fit", data("ball_bearing")],
             ["nonparametric", "fan.csv"], ["alt", data("device_a"), "--dist", "lognormal", "--stress", "temperature_c:arrhenius", "--use", "temperature_c=10"],
             ["fit", data("snubber"), "--dist", "weibull", "--by", "group"], ["fit", data("shock_absorber"), "--dist", "weibull", "--mode", "failure_mode"], *coverage_calls()]
    stdout = ""
    for i, call in enumerate(calls):
        run(*call, "--format", "json", "--output", f"{i}.json")
        stdout += "".join(json.dumps(r) + "\n" for r in results_of((where / f"{i}.json").read_text(encoding="utf-8")))
    files = [f"{i}.json" for i in range(len(calls))]
    done = run("report", *files, "--output", "all.html")
    check(done.returncode == 0, f"relia report: exit {done.returncode}: {done.stderr}")
    reader = check_page("earlier", (where / "all.html").read_text(encoding="utf-8"), stdout, 2)
    marks = [m for f in json.loads(reader.scripts["figures"]) if f["id"] == "probability" for m in f["marks"] if m["kind"] == "points"]
    check(len(marks) >= 2 and len(marks[0]["x"]) == 12, f"points of unchanged data: {[len(m['x']) for m in marks]}")
    drawn = [f for f in json.loads(reader.scripts["figures"]) if f["id"] == "coverage"]
    check(len(drawn) == 1, f"{len(drawn)} coverage pictures of two studies that differ in n, and one of its own")
    line = next(m for f in drawn for m in f["marks"] if m["kind"] == "line" and m["label"] == "lr")
    study = json.loads((where / f"{len(calls) - 3}.json").read_text(encoding="utf-8"))
    share = next(r["coverage"]["estimate"] for r in study["results"] if r["bounds"] == "lr")
    check(len(line["x"]) == 2 and abs(math.exp(line["x"][0]) - 10) < 1e-4 and abs(line["y"][0] - 100 * share) < 1e-4, f"coverage against n: {line}")
    with open(where / "fan.csv", "a", encoding="utf-8") as f: f.write("9,9,1\n")
    done = run("report", "0.json", "--output", "one.html")
    check(done.returncode == 0 and "not what it was" in done.stderr, f"changed data: {done.stderr}")
    page = (where / "one.html").read_text(encoding="utf-8")
    check('"kind":"points"' not in page, "points of changed data")
    for bad, code in (("", 3), ("x", 3), ("{}", 3), ('{"schema":"relia.fit/1"}', 3), ('{"schema":"other/1"}', 3), ("[1]", 3)):
        (where / "bad.json").write_text(bad)
        done = run("report", "bad.json", "--output", "bad.html")
        check(done.returncode == code and not (where / "bad.html").exists() and done.stderr.startswith("relia: error: bad.json"), f"{bad!r}: {done.returncode} {done.stderr}")
    check(run("report", "none.json").returncode == 6, "a missing result")


def large_data(relia, where, env):
    """a page stays small whatever the number of rows"""
    rows = ("%.6f,%s" % (1000 * (-math.log1p(-(i + 0.5) / 200000)) ** 0.5, "S" if i % 4 == 0 else "F") for i in range(200000))
    (where / "large.csv").write_text("time,status\n" + "\n".join(rows) + "\n")
    for call in (["fit", "large.csv", "--dist", "weibull"], ["nonparametric", "large.csv"]):
        done = subprocess.run([relia, *call, "--report", "large.html"], cwd=where, capture_output=True, text=True, timeout=300, env=env)
        size = (where / "large.html").stat().st_size
        check(done.returncode == 0 and size < 3e6, f"{call[0]} of 200,000 rows: exit {done.returncode}, page of {size} bytes")
        check("200000" in (where / "large.html").read_text(encoding="utf-8"), f"{call[0]}: the number of rows is not in the page")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--relia", required=True)
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        where = Path(scratch)
        (where / "hostile.csv").write_text(hostile_csv())
        (where / "mission.csv").write_text(mission_csv())
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PATH": "/nonexistent"}  # a page needs no gnuplot
        for name, command, figures in cases(args.data):
            call = [args.relia, *command, "--report", "page.html", "--format", "json"]
            done = subprocess.run(call, cwd=where, capture_output=True, text=True, timeout=120, env=env)
            check(done.returncode in (0, 5), f"{name}: exit {done.returncode}: {done.stderr[:300]}")
            if done.returncode not in (0, 5): continue
            page = (where / "page.html").read_text(encoding="utf-8")
            reader = check_page(name, page, done.stdout, figures)
            check("2023-11-14 22:13:20 UTC" in page, f"{name}: the time is not SOURCE_DATE_EPOCH's")
            subprocess.run(call, cwd=where, capture_output=True, timeout=120, env=env)
            check((where / "page.html").read_text(encoding="utf-8") == page, f"{name}: the same call made another page")
            text = " ".join(" ".join(reader.text).split())
            if name == "hostile":
                for bad in HOSTILE: check(" ".join(bad.split()) in text, f"{bad!r} is not in the page as text")
                check("img" not in reader.tags and reader.tags.count("script") == 2 + len(HOSTILE), f"markup from the data: {reader.tags.count('script')} scripts")
            if name == "alt-mission":
                plots = [f for f in json.loads(reader.scripts["figures"]) if f["id"] == "probability"]
                lines = [m["label"] for f in plots for m in f["marks"] if m["kind"] == "line"]
                check(any(l.startswith("use = mission.csv") for l in lines), f"no line of life under the mission: {lines}")
                b10 = next(q["estimate"] for q in json.loads(done.stdout)["models"][0]["use"]["quantiles"] if q["name"] == "B10")
                line = next(m for f in plots for m in f["marks"] if m["kind"] == "line" and m["label"].startswith("use"))
                paper = plots[0]["y"]["table"]  # pairs of place and probability
                k = min(range(len(line["y"])), key=lambda i: abs(interpolate(paper, line["y"][i]) - 0.1))
                check(abs(math.exp(line["x"][k]) / b10 - 1) < 0.05, f"the line under the mission has B10 near {math.exp(line['x'][k])}, not {b10}")
            if name == "chinese":
                for term in ("威布尔", "特征寿命", "可靠寿命", "置信", "截尾", "失效率", "平均寿命"):
                    check(term in text, f"{term} is not in the Chinese page")
                english = subprocess.run([args.relia, *command[:-2], "--report", "english.html", "--format", "json"], cwd=where,
                                         capture_output=True, text=True, timeout=120, env=env)
                other = Reader()
                other.feed((where / "english.html").read_text(encoding="utf-8"))
                check(other.cells == reader.cells, "numbers change with the language")
        large_data(args.relia, where, env)
        earlier_results(args.relia, args.data, where, env)
    print("\n".join(FAILURES + [f"{len(FAILURES)} failures"]))
    return 1 if FAILURES else 0


if __name__ == "__main__": sys.exit(main())
