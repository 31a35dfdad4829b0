"""Ranks under mpirun: the bytes, messages and exit code of one process whatever their number; an error of one rank is the
error of all; a killed one ends the job with an error, and its output is absent or whole."""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

RANKS = (1, 2, 3, 4)


def children_of(parent):
    """Process ids, by way of /proc."""
    out = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == parent:
            out.append(int(entry.name))
    return sorted(out)


class Test:
    def __init__(self, program, where):
        self.program = program
        self.where = where
        self.failures = []
        self.environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                                OMPI_MCA_mpi_yield_when_idle="1")

    def check(self, what, good):
        print(("ok    " if good else "FAIL  ") + what, flush=True)
        if not good:
            self.failures.append(what)
        return good

    def launch(self, ranks, words, **more):
        launcher = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
        return subprocess.Popen([*launcher, self.program, *words], cwd=self.where, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def run(self, ranks, words):
        with self.launch(ranks, words) as process:
            out, err = process.communicate(timeout=300)
            return process.returncode, out, err.decode().splitlines()

    def made(self, name, *words):
        code, out, err = self.run(0, words)
        if not self.check(f"{name}: made", code == 0):
            print(err)
        return out

    def same(self, *words, code=0):
        """The command alone and under every number of ranks, its --output file too."""
        file = self.where / "answer"
        alone = self.run(0, words)
        written = file.read_bytes() if file.exists() else None
        good = self.check(f"exit {alone[0]}, wanted {code}: {' '.join(words)} {alone[2][:3]}", alone[0] == code)
        for ranks in RANKS:
            file.unlink(missing_ok=True)
            got, out, err = self.run(ranks, words)
            # The launcher adds lines of its own where the code is not 0.
            said = all(err.count(line) == alone[2].count(line) for line in alone[2]) and (code != 0 or err == alone[2])
            here = file.read_bytes() if file.exists() else None
            if not (got == code and out == alone[1] and said and here == written):
                self.check(f"{ranks} ranks: exit {got}, output {'the same' if out == alone[1] else 'another'}, "
                           f"file {'the same' if here == written else 'another'}, said {err[:20]}", False)
                good = False
        file.unlink(missing_ok=True)
        self.check(f"{RANKS} ranks: the same", good)

    def kills(self, seed, count, words, whole):
        """A rank is killed some time after the start; the launcher never hangs."""
        random.seed(seed)
        file = self.where / "answer"
        began = time.monotonic()
        code, _, _ = self.run(3, words)
        length = time.monotonic() - began
        self.check(f"unharmed: exit {code}, whole, {length:.1f} s", code == 0 and file.read_bytes() == whole)
        struck, codes = 0, set()
        for _ in range(count):
            file.unlink(missing_ok=True)
            with self.launch(3, words) as job:
                time.sleep(random.uniform(0.1, 1.0) * length)
                ranks = children_of(job.pid)
                alive = job.poll() is None and len(ranks) > 0
                if alive:
                    victim = random.choice(ranks)
                    os.kill(victim, signal.SIGKILL)
                out, _ = job.communicate(timeout=120)
                code = job.returncode
            codes.add(code)
            left = sorted(p.name for p in self.where.iterdir() if p.name.startswith(".relia"))
            here = file.read_bytes() if file.exists() else None
            struck += alive and here is None
            ended = code != 0 or (here == whole)
            if not (ended and out == b"" and here in (None, whole) and not left):
                self.check(f"rank killed: exit {code}, file {here is None or len(here)}, left {left}, said {out[:200]}", False)
        self.check(f"{struck} of {count} jobs ended without their file by a killed rank, exit codes {sorted(codes)}", struck > 0)


def make_data(test, rows):
    where = test.where
    test.made("rows", "simulate", "--dist", "weibull", "--shape", "1.7", "--scale", "1000", "--n", str(rows),
              "--censor-at", "900", "--output", "rows.csv")
    test.made("store", "data", "import", "fleet.h5", "rows.csv", "--name", "fleet")
    levels = [word for t in (60, 80, 100) for word in ("--level", f"temperature_c={t}:30000")]
    test.made("stressed units", "simulate", "--dist", "weibull", "--shape", "2", "--stress", "temperature_c:arrhenius",
              "--coefficient", "intercept=-15", "--coefficient", "activation_energy_ev=0.7", *levels, "--output", "alt.csv",
              "--censor-at", "20000")
    (where / "small.csv").write_text("time,status,lot\n" + "".join(f"{100 + 7 * i % 90},F,{i % 3}\n" for i in range(60)))
    # More groups than the ranks take at once; some with nothing to estimate, some with a failure at age 0.
    random.seed(1)
    lines = ["time,status,part"]
    for part in range(9000):
        for unit in range(random.randint(2, 6)):
            status = "S" if part % 97 == 0 else random.choice("FFS")
            age = 0 if part % 1013 == 5 and unit == 0 else round(random.weibullvariate(500, 1.5), 1) + 0.1
            lines.append(f"{age},{'F' if age == 0 else status},p{part}")
    (where / "parts.csv").write_text("\n".join(lines) + "\n")
    (where / "broken.csv").write_text("time,status\n100,F\nnever,F\n")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--relia", required=True)
    arguments.add_argument("--rows", type=int, default=600_000)
    arguments.add_argument("--kills", type=int, default=5)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="relia-ranks-") as name:
        test = Test(str(pathlib.Path(options.relia).resolve()), pathlib.Path(name))
        make_data(test, options.rows)

        # Sums over rows.
        test.same("fit", "fleet.h5:fleet", "--dist", "weibull", "--format", "json")
        test.same("fit", "fleet.h5:fleet", "--dist", "weibull,normal", "--bounds", "wald", "--memory", "256M", "--output", "answer")
        test.same("fit", "rows.csv", "--dist", "lognormal", "--bounds", "wald")
        test.same("alt", "alt.csv", "--dist", "weibull", "--stress", "temperature_c:arrhenius", "--use", "temperature_c=40",
                  "--format", "json")
        # Groups.
        test.same("fit", "small.csv", "--dist", "weibull", "--by", "lot", "--output", "answer")
        test.same("fit", "parts.csv", "--dist", "weibull", "--by", "part", "--format", "json", "--bounds", "wald")
        test.same("fit", "parts.csv", "--dist", "weibull", "--by", "part", "--format", "csv", "--bounds", "wald",
                  "--require", "R(100)>=0.5", "--output", "answer", code=5)
        # Replicates.
        test.same("fit", "small.csv", "--dist", "weibull", "--bounds", "bootstrap", "--replicates", "200")
        test.same("fit", "small.csv", "--dist", "gamma", "--bounds", "bootstrap", "--interval", "t", "--bootstrap", "cases",
                  "--replicates", "130", "--format", "json")
        test.same("simulate", "coverage", "--dist", "weibull", "--shape", "2", "--scale", "1000", "--n", "12", "--censor-at",
                  "800", "--replicates", "150", "--bounds", "lr,bootstrap:weights/bca", "--resamples", "100", "--format", "json",
                  "--output", "answer")
        # What the first rank does alone.
        test.same("nonparametric", "small.csv")
        # Errors.
        test.same("fit", "small.csv", "--dist", "weibul", code=2)
        test.same("fit", "small.csv", "--dist", "weibull", "--by", "supplier", code=2)
        test.same("fit", "small.csv", "--dist", "weibull", "--by", "lot", "--require", "lambda>=1", code=2)
        test.same("fit", "broken.csv", code=3)
        test.same("fit", "missing.csv", "--by", "lot", code=6)
        test.same("fit", "small.csv", "--by", "lot", "--output", "no/such/place", code=6)
        test.same("simulate", "coverage", "--dist", "weibull", "--shape", "2", "--scale", "1000", "--n", "12", "--target",
                  "sigma", code=2)
        # Damage that only the rank sees whose superblock it is.
        damaged = bytearray((test.where / "fleet.h5").read_bytes())
        damaged[len(damaged) * 4 // 5] ^= 0x10
        (test.where / "damaged.h5").write_bytes(damaged)
        test.same("fit", "damaged.h5:fleet", "--dist", "weibull", "--memory", "256M", "--output", "answer", code=3)
        # Ranks that were given different work.
        for files, wanted in ((("small.csv", "alt.csv"), 2), (("small.csv", "small.csv"), 6)):
            other = test.where / "other"
            other.mkdir(exist_ok=True)
            (other / "small.csv").write_text("time,status\n5,F\n9,F\n7,F\n")
            words = ["mpirun", "--oversubscribe"]
            for place, file in zip((test.where, other), files):
                words += [":"] * (place == other) + ["-n", "1", "-wdir", str(place), test.program, "fit", file]
            r = subprocess.run(words, env=test.environment, capture_output=True, timeout=120)
            test.check(f"{files} in two places: exit {r.returncode}", r.returncode == wanted and r.stdout == b"")

        for words in (["fit", "fleet.h5:fleet", "--dist", "weibull", "--bounds", "wald", "--memory", "160M", "--output", "answer"],
                      ["fit", "parts.csv", "--dist", "weibull", "--by", "part", "--format", "csv", "--output", "answer"]):
            test.run(0, words)
            test.kills(7, options.kills, words, (test.where / "answer").read_bytes())
        return 1 if test.failures else 0


if __name__ == "__main__":
    sys.exit(main())
