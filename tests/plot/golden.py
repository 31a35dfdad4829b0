#!/usr/bin/env python3
"""A whole picture, byte for byte, as gnuplot of one version draws it.

usage: golden.py --relia PROGRAM --data DIR [--write]
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden" / "diesel_fan.svg"
VERSION = "gnuplot 5.4 patchlevel 4"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--relia", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="make the golden picture anew, to be looked at before it is kept")
    args = parser.parse_args()
    found = subprocess.run(["gnuplot", "--version"], capture_output=True, text=True, timeout=60).stdout.strip()
    if found != VERSION:
        print(f"SKIPPED plot_golden: {found or 'no gnuplot'}; the picture was drawn by {VERSION}")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "fan.svg"
        subprocess.run([args.relia, "fit", str(args.data / "datasets/diesel_fan.csv"), "--dist", "weibull", "--plot", str(out)], check=True,
                       stdout=subprocess.DEVNULL, timeout=120)
        drawn = out.read_bytes()
    if args.write:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_bytes(drawn)
    wanted = GOLDEN.read_bytes()
    if drawn == wanted: return 0
    for i, (a, b) in enumerate(zip(drawn.splitlines(), wanted.splitlines())):
        if a != b:
            print(f"line {i + 1} is\n{a.decode()}\nand not\n{b.decode()}")
            break
    print(f"the picture has {len(drawn)} bytes, the golden one {len(wanted)}")
    return 1


if __name__ == "__main__": sys.exit(main())
