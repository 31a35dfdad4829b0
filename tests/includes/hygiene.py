#!/usr/bin/env python3
"""Holds every file of the project to a few habits.

usage: hygiene.py SOURCE_DIR [FILE...]

C++ formatted by .clang-format; no trailing blanks, tabs or CRLF; a final newline; `#pragma once` in headers; no path of
somebody's machine; nothing outside the repository; no promise left open. Files whose bytes are the point are left out.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

EXACT_BYTES = ("data/", "tests/fuzz/corpus/", "third_party/")
CODE = {".cpp", ".hpp"}
TEXT = CODE | {".py", ".md", ".txt", ".cmake", ".json", ".in", ".sh", ".R", ".yml", ""}
# Written in pieces, so that this file passes its own test.
WORDS = [(re.compile(r"(?<![\w.:/$}-])/(?:ho" r"me|ro" r"ot|wo" r"rk|Us" r"ers)/\w"), "a path of somebody's machine"),
         (re.compile(r"\.\./sha" r"red\b"), "a place outside the repository"),
         (re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b"), "a promise left open")]


def files_of(root):
    git = subprocess.run(["git", "-c", f"safe.directory={root}", "ls-files", "-co", "--exclude-standard", "-z"],
                         cwd=root, capture_output=True)
    if git.returncode == 0:
        names = git.stdout.decode().split("\0")
    else:  # an unpacked archive
        names = [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()]
        names = [n for n in names if not n.startswith(("build", ".git/"))]
    return sorted(n for n in names if n and (root / n).is_file())


def check_text(name, data):
    """complaints about the bytes of one file"""
    suffix = Path(name).suffix
    try: text = data.decode("utf-8")
    except UnicodeDecodeError:
        yield f"{name}: not UTF-8"
        return
    if text and not text.endswith("\n"): yield f"{name}: no newline at the end"
    for i, line in enumerate(text.split("\n"), 1):
        if line.endswith((" ", "\t", "\r")): yield f"{name}:{i}: blanks or CR at the end of the line"
        if "\t" in line and suffix in CODE | {".py", ".cmake"}: yield f"{name}:{i}: a tab"
        for pattern, what in WORDS:
            if pattern.search(line): yield f"{name}:{i}: {what}: {line.strip()[:80]}"
    if suffix == ".hpp" and "#pragma once\n" not in text: yield f"{name}: no #pragma once"


def self_test():
    bad = {"x.cpp": [b"int a; \n", b"int a;", b"\tint a;\n", b"int a;\r\n", b"// TO" b"DO later\n", b"\xff\n", b'"/ho' b'me/me/x"\n', b"../sha" b"red/x\n"],
           "x.hpp": [b"int a;\n"]}
    for name, texts in bad.items():
        for t in texts:
            if not list(check_text(name, t)): yield f"hygiene.py itself lets {t!r} pass"
    if list(check_text("x.hpp", b"#pragma once\n")): yield "hygiene.py itself refuses an empty header"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("root", type=Path)
    ap.add_argument("files", nargs="*")
    o = ap.parse_args()
    root = o.root.resolve()
    names = o.files or files_of(root)
    names = [n for n in names if not n.startswith(EXACT_BYTES) and Path(n).suffix in TEXT]
    complaints = list(self_test())
    for n in names: complaints += check_text(n, (root / n).read_bytes())
    code = [n for n in names if Path(n).suffix in CODE]
    for i in range(0, len(code), 40):
        p = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *code[i:i + 40]], cwd=root, capture_output=True, text=True)
        if p.returncode != 0:
            places = sorted({line.split(": error:")[0] for line in p.stderr.splitlines() if ": error:" in line})
            complaints += [f"{place}: not as clang-format has it (./dev format)" for place in places] or [p.stderr.strip()]
    print("\n".join(complaints + [f"{len(names)} files, {len(complaints)} complaints"]))
    return 1 if complaints or not names else 0


if __name__ == "__main__": sys.exit(main())
