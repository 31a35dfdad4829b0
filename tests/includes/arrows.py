#!/usr/bin/env python3
"""Fails on an #include that points the wrong way.

usage: arrows.py SOURCE_DIR

    cli -> io -> core <- solvers <- cli      third party: only where ALLOWED says
Public headers (MODULE/include/) include the standard library and public headers of what they may see, nothing else.
"""
import re
import sys
from pathlib import Path

SEES = {"core": {"core"}, "solvers": {"core", "solvers"}, "io": {"core", "io"},
        "cli": {"core", "solvers", "io", "cli", "mpi"}, "mpi": {"core", "mpi"},
        "bench": {"core", "solvers", "io", "mpi", "bench", "tests"},
        "tests": {"core", "solvers", "io", "cli", "tests"}}
# third-party include prefix -> who may use it in private files; tests and bench may use all
ALLOWED = {"Eigen/": {"core", "solvers"}, "boost/math/": {"core", "solvers"}, "boost/multiprecision/": {"core", "solvers"},
           "tbb/": {"core", "solvers"}, "oneapi/": {"core", "solvers"}, "hwy/": {"core"}, "ceres/": {"solvers"},
           "glog/": {"solvers"}, "hdf5": {"io"}, "H5": {"io"}, "nettle/": {"io"}, "libdeflate.h": {"io"}, "emmintrin.h": {"core", "io"},
           "nlohmann/": {"io", "cli"}, "fmt/": {"io", "cli"}, "CLI/": {"cli"},
           "unistd.h": {"io", "cli"}, "fcntl.h": {"io", "cli"}, "sys/": {"io", "cli"}, "iconv.h": {"io"}, "poll.h": {"io", "cli"},
           "signal.h": {"io", "cli"}, "dlfcn.h": {"io", "cli"}, "mpi.h": {"mpi"}}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
MODULES = ("core", "solvers", "io", "cli", "mpi")


def owner_of_public(root, name):
    """the module whose include/ holds a <relia/...> header, or None"""
    return next((m for m in MODULES if (root / m / "include" / name).is_file()), None)


def check_file(root, path, text):
    """complaints about one file; path is relative to root"""
    module = path.parts[0]
    public = len(path.parts) > 1 and path.parts[1] == "include"
    for m in INCLUDE.finditer(text):
        name = m[2]
        where = f"{path}:{text.count(chr(10), 0, m.start(2)) + 1}: "
        if name.startswith("relia/"):
            target = owner_of_public(root, name)
            if m[1] == '"': yield where + f"public headers are included as <{name}>"
            if target is None: yield where + f"no public header {name}"
            elif target not in SEES[module]: yield where + f"{module} may not see {target}: {name}"
        elif m[1] == '"':
            target = name.split("/")[0]
            if public: yield where + f"a public header includes the private {name}"
            elif not (root / name).is_file(): yield where + f"not a path from the repository's root: {name}"
            elif target not in SEES[module]: yield where + f"{module} may not see {target}: {name}"
        elif re.fullmatch(r"[a-z_0-9]+", name): pass  # the standard library
        elif public: yield where + f"a public header includes {name}, which is not the standard library"
        elif module in SEES and module not in ("tests", "bench"):
            who = next((w for prefix, w in ALLOWED.items() if name.startswith(prefix)), None)
            if who is None: yield where + f"{name} is not a library this project has decided to use"
            elif module not in who: yield where + f"{name} belongs in {' and '.join(sorted(who))}, not in {module}"


def self_test(root):
    """the check must see every kind of wrong arrow"""
    wrong = {"core/x.cpp": ["<relia/fit.hpp>", '"solvers/x.hpp"', "<ceres/jet.h>", "<hdf5.h>", "<nlohmann/json.hpp>"],
             "io/x.cpp": ["<relia/fit.hpp>", "<Eigen/Core>", "<CLI/CLI.hpp>"],
             "solvers/x.cpp": ["<relia/io/csv.hpp>", "<hdf5.h>", "<unheard/of.h>"],
             "cli/x.cpp": ["<ceres/ceres.h>", "<hdf5.h>"],
             "core/include/relia/x.hpp": ["<Eigen/Core>", "<fmt/core.h>", '"core/life_table.cpp"', "<relia/io/csv.hpp>"]}
    right = {"cli/x.cpp": ["<relia/fit.hpp>", "<relia/io/csv.hpp>", "<CLI/CLI.hpp>"], "io/x.cpp": ["<hdf5.h>", "<vector>"],
             "solvers/x.cpp": ["<ceres/ceres.h>", "<relia/life_table.hpp>"], "core/include/relia/x.hpp": ["<vector>"]}
    for want, table in ((1, wrong), (0, right)):
        for path, includes in table.items():
            for include in includes:
                got = len(list(check_file(root, Path(path), f"#include {include}\n")))
                if bool(got) != bool(want): yield f"arrows.py itself: {path} with #include {include}: {got} complaints"


def main():
    root = Path(sys.argv[1])
    complaints, files = list(self_test(root)), 0
    for module in SEES:
        for path in sorted((root / module).rglob("*.[ch]pp")):
            files += 1
            complaints += check_file(root, path.relative_to(root), path.read_text(encoding="utf-8"))
    print("\n".join(complaints + [f"{files} files, {len(complaints)} complaints"]))
    return 1 if complaints or not files else 0


if __name__ == "__main__": sys.exit(main())
