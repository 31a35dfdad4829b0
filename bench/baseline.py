#!/usr/bin/env python3
"""Runs the benchmarks and compares them with the committed baseline, machine by machine.

  baseline.py --bench PROGRAM [--filter REGEX]           prints each benchmark's time now, in yardsticks, and against the baseline
  baseline.py --bench PROGRAM [--filter REGEX] --write   makes this run the baseline (bench/baseline.json)
  baseline.py ... --limit 1.5                            exit 1 where a benchmark takes more than that times its baseline

The yardstick is the plain sum of 1e4 doubles in the same run (Plain/sum/rows:1e4): times are compared as multiples of it,
so that machines of different speed can be, and so that the load of a shared one weighs on both. CPU time, the least of
the repetitions, which other programs disturb least.
"""
import argparse
import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path

BASELINE = Path(__file__).resolve().parent / "baseline.json"
YARDSTICK = "Plain/sum/rows:1e4"
# Not those that read large files: they measure the machine's disks and need minutes.
FILTER = "^(Plain|LogLik|Fit/(weibull|lognormal|best)/|replicates/(weibull|lognormal)|alt_|MedianRanks|Turnbull)"


def machine():
    info = Path("/proc/cpuinfo").read_text()
    field = lambda name: re.search(rf"^{name}\s*:\s*(.*)$", info, re.M).group(1)
    compiler = subprocess.run(["g++", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return {"cpu": field("model name"), "cores": os.cpu_count(),
            "instruction_set": "AVX-512" if "avx512f" in field("flags").split() else
            "AVX2" if "avx2" in field("flags").split() else "older",
            "compiler": compiler, "date": datetime.date.today().isoformat(),
            "load": round(os.getloadavg()[1], 1)}


def run(program, pattern):
    done = subprocess.run([program, f"--benchmark_filter=({pattern})|^{YARDSTICK}$", "--benchmark_repetitions=3",
                           "--benchmark_min_time=0.05", "--benchmark_format=json"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    best = {}
    for b in json.loads(done.stdout)["benchmarks"]:
        if b["run_type"] != "iteration":
            continue
        ns = b["cpu_time"] * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[b["time_unit"]]
        best[b["run_name"]] = min(ns, best.get(b["run_name"], ns))
    return best


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--bench", required=True)
    p.add_argument("--filter", default=FILTER)
    p.add_argument("--write", action="store_true")
    p.add_argument("--limit", type=float)
    a = p.parse_args()
    times = run(a.bench, a.filter)
    unit = times[YARDSTICK]
    ratios = {name: float(f"{ns / unit:.4g}") for name, ns in times.items()}
    if a.write:
        BASELINE.write_text(json.dumps({"machine": machine(), "yardstick": YARDSTICK,
                                        "yardstick_ns_a_double": round(unit / 1e4, 3), "ratios": ratios}, indent=1) + "\n")
    kept = json.loads(BASELINE.read_text())
    then, now = kept["machine"], machine()
    for name, m in (("baseline", then), ("here", now)):
        print(f"{name}: {m['cpu']}, {m['cores']} CPUs, {m['instruction_set']}, {m['compiler']}, {m['date']}, load {m['load']}")
    print(f"yardstick {YARDSTICK}: {unit / 1e4:.3f} ns a double here, {kept['yardstick_ns_a_double']:.3f} in the baseline\n")
    print(f"{'benchmark':54} {'ns':>12} {'yardsticks':>11} {'of baseline':>11}")
    slow = 0
    for name, ns in times.items():
        of = ratios[name] / kept["ratios"][name] if name in kept["ratios"] else None
        over = a.limit is not None and of is not None and of > a.limit
        slow += over
        print(f"{name:54} {ns:12.4g} {ratios[name]:11.4g} {'new' if of is None else f'{of:.2f}':>11}{' slower' if over else ''}")
    sys.exit(1 if slow else 0)


main()
