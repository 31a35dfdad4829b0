"""Ranks under mpirun: the bytes of one process whatever their number; a killed one ends the job without output."""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--relia", required=True)
    arguments.add_argument("--rows", type=int, default=700_000)
    options = arguments.parse_args()
    program = str(pathlib.Path(options.relia).resolve())
    failures = []

    def check(what, good):
        print(("ok    " if good else "FAIL  ") + what)
        if not good:
            failures.append(what)

    environment = dict(os.environ, OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                       OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_mpi_yield_when_idle="1")

    with tempfile.TemporaryDirectory(prefix="relia-ranks-") as name:
        def run(ranks, *words):
            launcher = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
            return subprocess.run([*launcher, program, *words], cwd=name, env=environment, capture_output=True,
                                  timeout=300)

        def answer(ranks, *words):
            r = run(ranks, *words)
            return r.returncode, r.stdout

        run(0, "simulate", "--dist", "weibull", "--shape", "1.7", "--scale", "1000", "--n", str(options.rows),
            "--censor-at", "900", "--output", "rows.csv")
        check("import", run(0, "data", "import", "fleet.h5", "rows.csv", "--name", "fleet").returncode == 0)
        small = pathlib.Path(name) / "small.csv"
        small.write_text("time,status,lot\n" + "".join(f"{100 + 7 * i % 90},F,{i % 3}\n" for i in range(60)))
        for words in (["fit", "fleet.h5:fleet", "--dist", "weibull", "--format", "json"],
                      ["fit", "fleet.h5:fleet", "--dist", "weibull,normal", "--bounds", "wald", "--memory", "256M"],
                      ["fit", "small.csv", "--dist", "weibull", "--by", "lot", "--format", "json"],
                      ["fit", "small.csv", "--dist", "weibull", "--bounds", "bootstrap", "--replicates", "200"],
                      ["fit", "small.csv", "--dist", "weibul"]):
            alone = answer(0, *words)
            for ranks in (1, 2, 3, 4):
                check(f"{ranks} ranks: {' '.join(words)}", answer(ranks, *words) == alone)

        # Long enough to be hit: every law, decoded anew on every pass.
        job = subprocess.Popen(["mpirun", "--oversubscribe", "-n", "3", program, "fit", "fleet.h5:fleet", "--dist", "best",
                                "--memory", "160M", "--output", "answer.txt"], cwd=name, env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        victims = []
        for _ in range(200):
            time.sleep(0.05)
            found = subprocess.run(["pgrep", "-P", str(job.pid)], capture_output=True, text=True).stdout.split()
            victims = [int(p) for p in found]
            if len(victims) >= 3:
                break
        time.sleep(1.0)
        check("the job was still at work", job.poll() is None)
        if victims and job.poll() is None:
            os.kill(victims[1], signal.SIGKILL)
        out, err = job.communicate(timeout=120)
        check(f"a killed rank ends the job with an error (exit {job.returncode})", job.returncode != 0)
        check("without output", out == b"" and not (pathlib.Path(name) / "answer.txt").exists())
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
