#!/usr/bin/env python3
"""What a fit costs beyond one machine: measures a pass over stored rows, the sharing of sums between ranks and the start of
a job, then works out and simulates a large job. Prints Markdown; --write puts it into docs/scale.md.

The simulation: all ranks compute a pass, each for the mean time and a random share more; the sums then go round a ring, as
MPI_Allgatherv has it for many bytes: each rank hands on what it received last, once its neighbour has it and it has
finished its own rows. A message takes latency (exponentially distributed about its mean) + bytes / bandwidth.
"""
import argparse
import datetime
import os
import pathlib
import platform
import pty
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

SUPERBLOCK = 2**18
NUMBERS = 6  # log L, two first and three second derivatives of a law of two parameters
ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKS = ("<!-- scale -->", "<!-- /scale -->")


def streamed(relia, words, where):
    """Processor seconds and passes of `relia fit --memory`, whose progress on a terminal counts passes."""
    leader, follower = pty.openpty()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen([relia, *words], cwd=where, stdout=subprocess.DEVNULL, stderr=follower)
    os.close(follower)
    seen = b""
    while True:
        try:
            more = os.read(leader, 65536)
        except OSError:
            break
        if not more:
            break
        seen = (seen + more)[-4096:]
    os.close(leader)
    if child.wait() != 0:
        sys.exit(f"{' '.join(words)}: exit {child.returncode}: {seen.decode(errors='replace')}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    passes = [int(n) for n in re.findall(rb"of pass (\d+) ", seen)]
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, passes[-1]


def median_seconds(command, where, environment, count=7):
    def once():
        begin = time.perf_counter()
        subprocess.run(command, cwd=where, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begin
    return statistics.median(once() for _ in range(count))


def measure(build, rows):
    relia = str((build / "relia").resolve())
    environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    launcher = ["mpirun", "--oversubscribe", "-n", "2"]
    with tempfile.TemporaryDirectory(prefix="relia-scale-") as name:
        where = pathlib.Path(name)
        for words in (["simulate", "--dist", "weibull", "--shape", "1.7", "--scale", "1000", "--n", str(rows), "--censor-at",
                       "900", "--output", "rows.csv"],
                      ["data", "import", "fleet.h5", "rows.csv", "--name", "fleet"]):
            subprocess.run([relia, *words], cwd=where, check=True, stdout=subprocess.DEVNULL)
        out = {"bytes_a_row": (where / "fleet.h5").stat().st_size / rows}
        fit = ["fit", "fleet.h5:fleet", "--dist", "weibull", "--memory", "84M", "--threads", "1", "--bounds"]
        for bounds in ("none", "wald", "lr"):
            out[bounds] = streamed(relia, [*fit, bounds], where)
        out["ns_a_row"] = 1e9 * (out["lr"][0] - out["none"][0]) / (out["lr"][1] - out["none"][1]) / rows
        (where / "small.csv").write_text("time\n" + "".join(f"{t}\n" for t in range(1, 31)))
        small = [relia, "fit", "small.csv", "--dist", "weibull"]
        out["start"] = (median_seconds([*launcher, *small], where, environment) -
                        median_seconds(small, where, environment))
        lines = subprocess.run([*launcher, str((build / "bench/relia_share").resolve()),
                                str((build / "librelia_mpi.so").resolve())], cwd=where, env=environment, check=True,
                               capture_output=True, text=True).stdout.split("\n")
        shares = [(int(n), float(s)) for n, s in (line.split() for line in lines if line)]
        out["latency"] = shares[0][1]
        (n0, s0), (n1, s1) = shares[-2:]
        out["bandwidth"] = 8 * (n1 - n0) / 2 / (s1 - s0)  # each of two ranks receives half of the numbers
        return out


def simulated(rows, nodes, cores, ns_a_row, latency, bandwidth, spread, passes, seed=1):
    """Seconds of all passes, and of them what no rank spends on its rows."""
    draw = random.Random(seed)
    blocks = -(-rows // SUPERBLOCK)
    sizes = [8 * NUMBERS * (blocks * (r + 1) // nodes - blocks * r // nodes) for r in range(nodes)]
    mean = rows / nodes / cores * ns_a_row * 1e-9
    total = own = 0.0
    for _ in range(passes):
        ready = [mean * (1 + abs(draw.gauss(0, spread))) for _ in range(nodes)]
        own += mean
        for step in range(nodes - 1):
            # Rank r receives from r - 1 what came from r - 1 - step.
            ready = [max(ready[r], ready[r - 1]) + draw.expovariate(1 / latency) +
                     sizes[(r - 1 - step) % nodes] / bandwidth for r in range(nodes)]
        total += max(ready)
    return total, total - own


def hours(seconds):
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.1f} s"


def report(m, rows, big, nodes, cores, machine):
    blocks = -(-big // SUPERBLOCK)
    part = 8 * NUMBERS * blocks
    lines = [
        f"Measured by `bench/scale/run.py` ({machine}, {rows:,} rows):",
        "",
        "| what | measured |",
        "| --- | --- |",
        f"| a pass over stored rows (read, decoded, checked, summed), one core | {m['ns_a_row']:.1f} ns a row |",
        f"| passes of a Weibull fit: `--bounds none`, `wald`, `lr` with mean and four lives | "
        f"{m['none'][1]}, {m['wald'][1]}, {m['lr'][1]} |",
        f"| a row in the store | {m['bytes_a_row']:.1f} bytes |",
        f"| `mpirun -n 2` beside no launcher | {m['start']:.2f} s |",
        f"| sharing sums between two ranks of one machine: few numbers, many | {m['latency'] * 1e6:.1f} µs, "
        f"{m['bandwidth'] / 1e9:.1f} GB/s |",
        "",
        f"{big:.0e} rows are {blocks:,} superblocks and {big * m['bytes_a_row'] / 1e12:.2f} TB in the store. A Weibull law brings "
        f"{NUMBERS} numbers a superblock, so every rank receives {part / 1e6:.1f} MB a pass. With {nodes} nodes of {cores} cores a "
        f"pass takes {big / nodes / cores * m['ns_a_row'] * 1e-9:.2f} s of every core, when each node's disk or page cache gives it "
        f"{big / nodes * m['bytes_a_row'] / (big / nodes / cores * m['ns_a_row'] * 1e-9) / 1e9:.1f} GB/s. The sums go round a ring of ranks; "
        "simulated with a spread of the ranks' own times (half-normal, as a share of the pass) and exponentially distributed latencies:",
        "",
        f"| network | spread | a fit with `wald` ({m['wald'][1]} passes) | with `lr` ({m['lr'][1]} passes) | of it not spent on rows |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, latency, bandwidth in (("10 Gbit/s Ethernet, 50 µs", 50e-6, 1.1e9), ("100 Gbit/s, 2 µs", 2e-6, 11e9)):
        for spread in (0.0, 0.02, 0.1):
            wald, _ = simulated(big, nodes, cores, m["ns_a_row"], latency, bandwidth, spread, m["wald"][1])
            lr, lost = simulated(big, nodes, cores, m["ns_a_row"], latency, bandwidth, spread, m["lr"][1])
            lines.append(f"| {name} | {spread * 100:.0f} % | {hours(wald)} | {hours(lr)} | {100 * lost / lr:.1f} % |")
    lines += ["", "The networks' constants are round figures and not measured. One node alone would take "
              f"{hours(big / cores * m['ns_a_row'] * 1e-9 * m['lr'][1])} for the fit with `lr`: with {nodes} nodes the time goes "
              "to rows, and what is lost is the wait for the slowest rank, hardly the network."]
    return lines


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release", help="built with RELIA_MPI=ON")
    arguments.add_argument("--rows", type=int, default=48 * SUPERBLOCK, help="above 10 million, where nothing of them stays in memory")
    arguments.add_argument("--big", type=int, default=10**11)
    arguments.add_argument("--nodes", type=int, default=64)
    arguments.add_argument("--cores", type=int, default=32, help="of a node of the large job")
    arguments.add_argument("--write", action="store_true", help="into docs/scale.md")
    o = arguments.parse_args()
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    lines = report(measure(o.build, o.rows), o.rows, o.big, o.nodes, o.cores, f"{cpu}, {datetime.date.today()}")
    if o.write:
        page = ROOT / "docs/scale.md"
        text = page.read_text()
        begin, end = text.index(MARKS[0]) + len(MARKS[0]), text.index(MARKS[1])
        page.write_text(text[:begin] + "\n" + "\n".join(lines) + "\n" + text[end:])
    print("\n".join(lines))


if __name__ == "__main__":
    main()
