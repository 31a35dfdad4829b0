"""relia fit --memory: the answer in memory to the last byte, and no more memory than it was given."""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile


def run(command, where):
    """Exit code, standard output, standard error and peak resident bytes of a command."""
    with open(where / "out", "wb") as out, open(where / "err", "wb") as err:
        child = subprocess.Popen(command, stdout=out, stderr=err, cwd=where)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return (child.returncode, (where / "out").read_bytes(), (where / "err").read_bytes().decode(),
            usage.ru_maxrss * 1024, usage.ru_utime)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--relia", required=True)
    arguments.add_argument("--rows", type=int, default=2_000_000)
    arguments.add_argument("--memory", default="128M")
    arguments.add_argument("--limits", action="store_true", help="hold the peaks against --memory (not under a sanitizer)")
    options = arguments.parse_args()
    options.relia = str(pathlib.Path(options.relia).resolve())
    failures = []
    with tempfile.TemporaryDirectory(prefix="relia-stream-") as name:
        here = pathlib.Path(name)

        def relia(*words):
            return run([options.relia, *words], here)

        def check(what, good):
            print(("ok    " if good else "FAIL  ") + what)
            if not good:
                failures.append(what)

        code, _, err, _, _ = relia("simulate", "--dist", "weibull", "--shape", "1.7", "--scale", "1000", "--n",
                                   str(options.rows), "--censor-at", "900", "--output", "rows.csv")
        check(f"simulate {err}", code == 0)
        code, _, err, peak, _ = relia("data", "import", "fleet.h5", "rows.csv", "--name", "fleet")
        check(f"import, peak {peak >> 20} MiB {err}", code == 0)
        (here / "rows.csv").unlink()
        for dist in ("weibull", "lognormal,normal,exponential"):
            words = ["fit", "fleet.h5:fleet", "--dist", dist, "--format", "json", "--bounds",
                     "lr" if dist == "weibull" else "wald"]
            whole = relia(*words)
            streamed = relia(*words, "--memory", options.memory)
            check(f"{dist} in memory: exit {whole[0]}, peak {whole[3] >> 20} MiB, {whole[4]:.1f} s user", whole[0] == 0)
            check(f"{dist} streamed: exit {streamed[0]}, peak {streamed[3] >> 20} MiB, {streamed[4]:.1f} s user "
                  f"{streamed[2]}", streamed[0] == 0)
            check(f"{dist}: the same bytes", whole[1] == streamed[1] and len(whole[1]) > 0)
            limit = int(options.memory[:-1]) << {"M": 20, "G": 30}[options.memory[-1]]
            if options.limits:
                check(f"{dist}: peak within {options.memory}", streamed[3] <= limit)
        for words, said in ((["rows.csv", "--memory", "1G"], "relia data import"),
                            (["fleet.h5:fleet", "--memory", "8M"], "--memory takes at least"),
                            (["fleet.h5:fleet", "--memory", "much"], "512M"),
                            (["fleet.h5:fleet", "--memory", "1G", "--by", "lot"], "--by"),
                            (["fleet.h5:fleet", "--memory", "1G", "--dist", "weibull-3p"], "weibull-3p"),
                            (["fleet.h5:fleet", "--memory", "1G", "--bounds", "bootstrap"], "bootstrap")):
            code, out, err, _, _ = relia("fit", *words)
            check(f"refused: {' '.join(words)}: {err.strip()}", code == 2 and said in err and not out)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
