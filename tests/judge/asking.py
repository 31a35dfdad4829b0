"""Asking the program and counting agreeing digits: what certified.py and published.py share."""
import json
import math
import re
import subprocess
import sys
import time
from pathlib import Path

CAP = 15.0  # digits: a double has no more


class Reply:
    """exit status, JSON (or None), last message and seconds of one call"""
    def __init__(self, program, *args, timeout=120):
        start = time.monotonic()
        try:
            p = subprocess.run([program, *map(str, args)], capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL)
            self.code, out, self.messages = p.returncode, p.stdout, p.stderr.decode("utf-8", "replace").strip()
        except subprocess.TimeoutExpired:
            self.code, out, self.messages = None, b"", f"no answer in {timeout} s"
        self.seconds = time.monotonic() - start
        try: self.json = json.loads(out) if out.strip() else None
        except ValueError: self.json, self.messages = None, "standard output is not JSON"

    def why(self): return f"exit {self.code}: {self.messages.splitlines()[-1][:120] if self.messages else 'no message'}"

    def model(self):
        """the first-ranked model, {} when there is none"""
        return ((self.json or {}).get("models") or [{}])[0]


def digits(got, want):
    """-log10 of the relative error, between 0 and CAP; anything that is not a finite number has none"""
    if isinstance(got, bool) or not isinstance(got, (int, float)) or not math.isfinite(got): return 0.0
    if got == want: return CAP
    return min(CAP, max(0.0, -math.log10(abs(got - want) / (abs(want) or 1.0))))


def number(x):
    """as an option: the shortest text that reads back to the same double"""
    return repr(float(x))


def commands(program):
    """first words of the commands that `relia --help` offers: its lines indented by two blanks"""
    return set(re.findall(r"^  ([a-z]+)", subprocess.run([program, "--help"], capture_output=True, text=True).stdout, re.M))


def gate(test, program, part, command):
    """Leaves with a SKIPPED line when `command` is neither offered by the program nor demanded by parts-that-must-pass."""
    demanded = (Path(__file__).parent / "parts-that-must-pass").read_text().split()
    if command in commands(program): return
    if part in demanded: sys.exit(f"{test}: relia has no command '{command}', and {part} must pass")
    print(f"SKIPPED {test}: relia has no command '{command}' yet")
    sys.exit(0)
