#!/usr/bin/python3
"""Measures relia beside other programs that do the same tasks, and writes the table that README.md shows.

  run.py --build DIR [--only REGEX] [--peers survival,scipy]   measures; writes results.json and results.md here
  run.py --table                                               writes results.md and README.md's table from results.json
  run.py --check                                               exit 1 where results.md or README.md differ from results.json

Engine: the data are in memory, the packages loaded, one call is timed. Command: one process from the CSV file to the
printed answer, its start and the loading of packages included. CPU time (user and system) of one thread in both, since
other programs share the machine; the median of five runs (above half a second one run).
"""

import argparse
import datetime
import json
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = {"survival": ["Rscript", "--vanilla", str(HERE / "survival.R")],
         "fitdistrplus": ["Rscript", "--vanilla", str(HERE / "fitdistrplus.R")],
         "scipy": ["/usr/bin/python3", str(HERE / "scipy_fit.py")]}
NAMES = {"survival": "R survival", "fitdistrplus": "R fitdistrplus", "scipy": "SciPy"}
PACKAGES = {"survival": "r-cran-survival", "fitdistrplus": "r-cran-fitdistrplus", "scipy": "python3-scipy"}
AGES = "100,200,400,600,800,1000,1200,1400"
WEIBULL = ["--dist", "weibull", "--shape", "2", "--scale", "1000"]
LOGNORMAL = ["--dist", "lognormal", "--mu", "7", "--sigma", "0.8"]
FIT = ["--bounds", "wald", "--format", "json", "--threads", "1"]

# name, words, what relia simulate draws, the command; peers that have no such task
TASKS = [
    ("weibull_100", "Weibull, right-censored, n = 100", [*WEIBULL, "--n", "100", "--censor-at", "1200", "--seed", "1"],
     ["fit", "--dist", "weibull", *FIT], ()),
    ("weibull_1e4", "Weibull, right-censored, n = 10⁴", [*WEIBULL, "--n", "10000", "--censor", "uniform:from=200,to=2500",
     "--seed", "2"], ["fit", "--dist", "weibull", *FIT], ()),
    ("weibull_1e6", "Weibull, right-censored, n = 10⁶", [*WEIBULL, "--n", "1000000", "--censor", "uniform:from=200,to=2500",
     "--seed", "3"], ["fit", "--dist", "weibull", *FIT], ()),
    ("lognormal_1e4", "lognormal, right-censored, n = 10⁴", [*LOGNORMAL, "--n", "10000", "--censor",
     "uniform:from=200,to=5000", "--seed", "4"], ["fit", "--dist", "lognormal", *FIT], ()),
    ("lognormal_1e6", "lognormal, right-censored, n = 10⁶", [*LOGNORMAL, "--n", "1000000", "--censor",
     "uniform:from=200,to=5000", "--seed", "5"], ["fit", "--dist", "lognormal", *FIT], ()),
    ("interval_1e4", "Weibull, inspected at 30 ages, n = 10⁴", [*WEIBULL, "--n", "10000", "--inspect-every", "100,30",
     "--seed", "6"], ["fit", "--dist", "weibull", *FIT], ()),
    ("interval_own_1e4", "Weibull, each unit inspected at ages of its own, n = 10⁴", [*WEIBULL, "--n", "10000", "--seed", "7"],
     ["fit", "--dist", "weibull", *FIT], ()),
    ("arrhenius_600", "Weibull-Arrhenius, 3 temperatures, 600 units",
     ["--dist", "weibull", "--shape", "2", "--stress", "temperature_c:arrhenius", "--coefficient", "intercept=-15",
      "--coefficient", "activation_energy_ev=0.7", "--level", "temperature_c=85:200", "--level", "temperature_c=105:200",
      "--level", "temperature_c=125:200", "--censor-at", "1500", "--seed", "8"],
     ["alt", "--dist", "weibull", "--stress", "temperature_c:arrhenius", *FIT], ("fitdistrplus",)),
    ("many_1000x30", "1,000 Weibull fits of n = 30", [*WEIBULL, "--n", "30000", "--censor-at", "1200", "--seed", "9"],
     ["fit", "--dist", "weibull", "--by", "part", *FIT], ()),
    ("kaplan_meier_1e6", "Kaplan-Meier, n = 10⁶", [*WEIBULL, "--n", "1000000", "--censor", "uniform:from=200,to=2500",
     "--seed", "10"], ["nonparametric", "--method", "kaplan-meier", "--at", AGES, "--threads", "1"],
     ("fitdistrplus", "scipy")),
    ("bootstrap_1000x100", "bootstrap, 1,000 × n = 100 (Weibull)", [*WEIBULL, "--n", "100", "--censor-at", "1200",
     "--seed", "11"], ["fit", "--dist", "weibull", "--bounds", "bootstrap", "--bootstrap", "cases", "--interval",
     "percentile", "--replicates", "1000", "--format", "json", "--threads", "1"], ()),
]
TIMEOUT = 900


def make_data(relia, directory):
    for name, _, drawn, _, _ in TASKS:
        path = directory / f"{name}.csv"
        subprocess.run([relia, "simulate", *drawn, "--output", str(path)], check=True)
        if name not in ("interval_own_1e4", "many_1000x30"):
            continue
        rows = [line.split(",") for line in path.read_text().splitlines() if not line.startswith("#")][1:]
        if name == "many_1000x30":
            text = "lower,upper,part\n" + "".join(f"{a},{b},{i // 30}\n" for i, (a, b) in enumerate(rows))
        else:
            # Unit i is looked at every 100 hours, first at an hour of its own.
            text = "lower,upper\n"
            for i, (life, _) in enumerate(rows):
                first = 1 + (i * 0.6180339887498949 % 1) * 99
                k = math.floor((float(life) - first) / 100)
                low, high = (0 if k < 0 else first + 100 * k), first + 100 * (k + 1)
                text += f"{low:.6g},{high:.6g}\n"
        path.write_text(text)


def environment():
    one = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    return {**os.environ, **one, "LC_ALL": "C.UTF-8"}


def engine(program, task, path):
    done = subprocess.run([*program, "engine", task, str(path)], env=environment(), capture_output=True, text=True,
                          timeout=TIMEOUT)
    if done.returncode != 0:
        sys.exit(f"{program[-1]} {task}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def command_seconds(argv):
    """Median CPU seconds of whole processes."""
    def once():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(argv, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=TIMEOUT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            sys.exit(f"{' '.join(argv)}: {done.stderr.decode().strip()}")
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    first = once()
    return first if first > 0.5 else statistics.median(once() for _ in range(5))


def apart(a, b):
    """Largest relative difference; None where one of them has no answer."""
    if len(a) != len(b):
        sys.exit(f"{len(a)} numbers against {len(b)}: not the same task")
    if not a:
        return None
    return max(math.inf if x is None or y is None else abs(x - y) / max(abs(x), abs(y), 1e-300) for x, y in zip(a, b))


def machine():
    info = Path("/proc/cpuinfo").read_text()
    field = lambda name: re.search(rf"^{name}\s*:\s*(.*)$", info, re.M).group(1)
    version = lambda package: subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True,
                                             text=True).stdout
    return {"cpu": field("model name"), "cores": os.cpu_count(), "avx512": "avx512f" in field("flags").split(),
            "compiler": subprocess.run(["g++", "--version"], capture_output=True, text=True).stdout.splitlines()[0],
            "date": datetime.date.today().isoformat(), "load": round(os.getloadavg()[1], 1),
            "packages": {peer: version(package) for peer, package in PACKAGES.items()}}


def measure(build, only, peers):
    relia, library = str(build / "relia"), [str(build / "bench" / "relia_peers")]
    results = {"machine": machine(), "tasks": {}}
    old = HERE / "results.json"
    if only and old.exists():
        results["tasks"] = json.loads(old.read_text())["tasks"]
    with tempfile.TemporaryDirectory(prefix="relia-peers-") as name:
        directory = Path(name)
        make_data(relia, directory)
        # The short ones first.
        for task, _, _, command, absent in sorted(TASKS, key=lambda t: "1e6" in t[0]):
            if only and not re.search(only, task):
                continue
            path = directory / f"{task}.csv"
            mine = engine(library, task, path)
            row = {"relia": {"engine": mine["seconds"],
                             "command": command_seconds([relia, command[0], str(path), *command[1:]])}}
            for peer in peers:
                if peer in absent:
                    continue
                theirs = engine(PEERS[peer], task, path)
                row[peer] = {"engine": theirs["seconds"], "runs": theirs["runs"],
                             "command": command_seconds([*PEERS[peer], "command", task, str(path)]),
                             "estimates_apart": apart(mine["values"], theirs["values"]),
                             "loglik_apart": apart(mine["loglik"], theirs["loglik"]),
                             "random_apart": apart(mine["random"], theirs["random"]),
                             # How far relia's maximum is below the peer's, where it is, in units of log L.
                             "relia_lower": max((y - x for x, y in zip(mine["loglik"], theirs["loglik"])
                                                 if x is not None and y is not None), default=None)}
            results["tasks"][task] = row
            print(task, json.dumps(row), file=sys.stderr, flush=True)
            old.write_text(json.dumps(results, indent=1) + "\n")


def seconds(s):
    for limit, unit, scale in ((1e-3, "µs", 1e6), (1, "ms", 1e3)):
        if s < limit:
            return f"{s * scale:.3g} {unit}"
    return f"{s:.3g} s"


def ratio(x):
    return f"{x:,.0f}×" if x >= 10 else f"{x:.1f}×"


def size(x):
    return "–" if x is None else "none" if math.isinf(x) else "0" if x == 0 else f"{x:.0e}".replace("e-0", "e-")


def table(results):
    """The table in Markdown."""
    m = results["machine"]
    peers = list(NAMES)
    lines = ["| task | relia, engine | " + " | ".join(NAMES[p] for p in peers) + " | relia, from CSV | " +
             " | ".join(NAMES[p] for p in peers) + " |", "| --- |" + " --- |" * (2 * len(peers) + 2)]
    behind, below = [], {}  # below: task to its least ratio
    for task, words, *_ in TASKS:
        row = results["tasks"].get(task)
        if row is None:
            continue
        cells = [words, seconds(row["relia"]["engine"])]
        for peer in peers:
            if peer not in row:
                cells.append("")
                continue
            r = row[peer]
            x = r["engine"] / row["relia"]["engine"]
            cells.append(f"{ratio(x)} · {size(r['estimates_apart'])}" +
                         (f", {size(r['loglik_apart'])}" if r["loglik_apart"] is not None else ""))
            many = words.startswith(("1,000", "bootstrap")) or "10⁶" in words
            if x < 1:
                behind.append(f"{words} against {NAMES[peer]}, engine ({ratio(x)})")
            elif many and x < 50:
                below.setdefault(words, []).append(x)
        cells.append(seconds(row["relia"]["command"]))
        for peer in peers:
            if peer not in row:
                cells.append("")
                continue
            x = row[peer]["command"] / row["relia"]["command"]
            cells.append(ratio(x))
            if x < 1:
                behind.append(f"{words} against {NAMES[peer]}, from CSV ({ratio(x)})")
            elif many and x < 50:
                below.setdefault(words, []).append(x)
        lines.append("| " + " | ".join(cells) + " |")
    versions = ", ".join(f"{NAMES[p]} {m['packages'][p]}" for p in peers)
    lines += ["", "Times the CPU time that relia takes (user and system, one thread each; not wall time, since the machine "
              f"was shared: load {m['load']} on {m['cores']} CPUs; a row's programs follow each other in one call), median of up to five runs (above half a second one). "
              "Engine: data in memory, packages loaded; behind the dot the largest relative difference of the estimates "
              "(Kaplan-Meier: survival and its standard error at eight ages), then of log L. "
              "From CSV: the whole process, its start and packages included, each with its own reader. relia's answer includes what the others do not "
              "compute: the Anderson-Darling distance, quantiles and mean with bounds, the verdict on the maximum; SciPy fits by BFGS on "
              "formulas written by hand in NumPy; survfit joins times that agree to 1e-8, hence the difference of Kaplan-Meier. "
              f"{m['cpu']}, {m['cores']} CPUs{', AVX-512' if m['avx512'] else ''}, {m['compiler']}, {m['date']}; {versions}.",
              "", "Behind: " + ("; ".join(behind) if behind else "on no row") + ". Ahead, but by less than 50 times on a "
              "large or repeated task: " + ("; ".join(f"{w} ({ratio(min(x))} to {ratio(max(x))})" for w, x in below.items())
                                            if below else "on no row") + "."]
    return "\n".join(lines) + "\n"


def placed(readme, text):
    return re.sub(r"(<!-- peers -->\n).*?(<!-- /peers -->)", lambda m: m.group(1) + text + m.group(2), readme, flags=re.S)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--build", type=Path)
    p.add_argument("--only")
    p.add_argument("--peers", default=",".join(PEERS))
    p.add_argument("--table", action="store_true")
    p.add_argument("--check", action="store_true")
    a = p.parse_args()
    if a.build:
        measure(a.build.resolve(), a.only, a.peers.split(","))
    text = table(json.loads((HERE / "results.json").read_text()))
    readme = (ROOT / "README.md").read_text()
    wanted = placed(readme, text)
    if a.check:
        if "<!-- peers -->" not in readme:
            sys.exit("README.md has no place for the table (<!-- peers -->)")
        if readme != wanted or (HERE / "results.md").read_text() != text:
            sys.exit("the table of README.md or results.md is not that of bench/peers/results.json; run.py --table writes it")
        return
    (HERE / "results.md").write_text(text)
    (ROOT / "README.md").write_text(wanted)
    print(text, end="")


main()
