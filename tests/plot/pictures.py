#!/usr/bin/env python3
"""--plot of the program: pictures that open, say what they must, and come out the same twice.

usage: pictures.py --relia PROGRAM --data DIR

The files are made by gnuplot; a missing one is an error here, because `dev` installs it.
"""
import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

FAILURES = []
SVG = "{http://www.w3.org/2000/svg}"


def check(condition, what):
    if not condition: FAILURES.append(what)


class Program:
    def __init__(self, relia, where):
        self.relia, self.where = relia, where

    def __call__(self, *args, env=None, want=0):
        done = subprocess.run([self.relia, *args], cwd=self.where, capture_output=True, text=True, timeout=120,
                              env={**os.environ, **(env or {})})
        check(done.returncode == want, f"{' '.join(args)}: exit {done.returncode}, not {want}: {done.stderr[:300]}")
        return done


def texts(svg):
    return ["".join(t.itertext()).strip() for t in ET.parse(svg).iter(SVG + "text")]


def numbers_agree(run, data, where):
    """what the legend says is what the JSON says"""
    fit = run("fit", data("diesel_fan"), "--dist", "weibull", "--plot", "fan.svg", "--format", "json")
    model = json.loads(fit.stdout)["models"][0]
    said = texts(where / "fan.svg")
    shape, scale = (p["estimate"] for p in model["parameters"])
    check(f"Weibull (2-parameter): shape {shape:.4g}, scale {scale:.5g} (MLE)" in said, f"no parameters in {said}")
    check(any(f"log-likelihood {model['log_likelihood']:.6g}" in t for t in said), f"no log-likelihood in {said}")
    for wanted in ("Weibull (2-parameter) probability plot", "Failed (%)", "63.2", "0.5", "99", "10000", "F=12 failed, at median ranks",
                   "S=58 suspended", "95 % two-sided bounds, likelihood ratio"):
        check(wanted in said, f"{wanted!r} is not in the picture: {said}")


def same_twice(run, data, where):
    for kind in ("svg", "png", "pdf"):
        for name in ("one", "two"):
            run("fit", data("ball_bearing"), "--dist", "weibull", "--plot", f"{name}.{kind}", env={"SOURCE_DATE_EPOCH": "86400"})
        one, two = (Path(where, f"{n}.{kind}").read_bytes() for n in ("one", "two"))
        check(one == two, f"two {kind} pictures of one call differ")
        check(len(one) > 5000, f"{kind} picture of {len(one)} bytes")
        magic = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[kind]
        check(one.startswith(magic), f"{kind} picture begins {one[:8]}")
    check(b"/CreationDate (D:19700102000000Z)" in Path(where, "one.pdf").read_bytes(), "SOURCE_DATE_EPOCH is not in the PDF")
    run("fit", data("ball_bearing"), "--dist", "weibull", "--plot", "one.pdf", env={"SOURCE_DATE_EPOCH": ""})
    check(b"CreationDate" not in Path(where, "one.pdf").read_bytes(), "a time in the PDF")


def hostile_names(run, where):
    """names from the data are text, whatever they hold"""
    names = ["<script>alert(1)</script>", "`touch owned`", "'; system 'touch owned'", "@foo %s {/Symbol a} \\n", '"$(touch owned)"']
    lines = ["time,g"] + [f'{10 * k + i + 1},"{n.replace(chr(34), chr(34) * 2)}"' for k, n in enumerate(names) for i in range(4)]
    (where / "hostile.csv").write_text("\n".join(lines) + "\n")
    for kind in ("probability", "survival"):
        run("fit", "hostile.csv", "--dist", "weibull", "--by", "g", "--plot", "hostile.svg", "--plot-kind", kind)
        said = " ".join(texts(where / "hostile.svg"))
        for name in names: check(" ".join(name.split()) in " ".join(said.split()), f"{name!r} is not in the {kind} picture as it stands: {said[:2000]}")
        root = ET.parse(where / "hostile.svg").getroot()
        check(not any(e.tag.endswith("script") for e in root.iter()), "a script element in the picture")
    check(not (where / "owned").exists(), "a name from the data was run")


def refusals(run, data, where):
    done = run("fit", data("diesel_fan"), "--dist", "weibull", "--plot", "x.svg", env={"PATH": "/nonexistent"}, want=6)
    check("gnuplot-nox" in done.stderr and done.stdout == "" and not (where / "x.svg").exists(), f"without gnuplot: {done.stderr}")
    run("fit", data("diesel_fan"), "--plot", "x.gif", want=2)
    run("fit", data("diesel_fan"), "--plot-kind", "survival", want=2)
    run("fit", data("diesel_fan"), "--plot", "-", "--format", "json", want=2)
    run("fit", data("diesel_fan"), "--dist", "weibull", "--plot", "no/such/place.svg", want=6)
    (where / "none.csv").write_text("time,status\n100,S\n200,S\n")
    done = run("fit", "none.csv", "--dist", "weibull", "--plot", "x.svg", want=4)
    check("no picture" in done.stderr and not (where / "x.svg").exists(), "a picture of nothing")


def text_picture(run, data):
    done = run("fit", data("diesel_fan"), "--dist", "weibull", "--plot", "-")
    check("⠊" in done.stdout and "●" in done.stdout and "\x1b" not in done.stdout, "no braille, or colours without a terminal")
    check(max(map(len, done.stdout[done.stdout.index("probability plot"):].split("\n"))) <= 100, "lines of the text picture are too long")


def other_commands(run, data, where):
    for method, name in (("kaplan-meier", "diesel_fan"), ("nelson-aalen", "diesel_fan"), ("turnbull", "turbine_wheel"), ("ranks", "ball_bearing"),
                         ("life-table", "heat_exchanger")):
        run("nonparametric", data(name), "--method", method, "--plot", "np.svg")
        said = texts(where / "np.svg")
        check("95 % two-sided bounds" in " ".join(said), f"{method}: no bounds in the legend: {said}")
    call = ["alt", data("device_a"), "--dist", "lognormal", "--stress", "temperature_c:arrhenius", "--use", "temperature_c=10"]
    run(*call, "--plot", "alt.svg")
    said = texts(where / "alt.svg")
    for wanted in ("temperature_c (°C), arrhenius", "use 10 °C", "B10, 10 % failed", "failed", "suspended (alive)", "40", "80"):
        check(wanted in said, f"{wanted!r} is not in the life-stress picture: {said}")
    run(*call, "--plot", "alt.svg", "--plot-kind", "probability")
    said = texts(where / "alt.svg")
    for wanted in ("Lognormal probability plot", "temperature_c = 80, F=14 failed, at median ranks"):
        check(wanted in said, f"{wanted!r} is not in the multi-level plot: {said}")


def accelerated_pictures(run, data, where):
    """factors, interactions, shapes that differ, modes, profiles and groups: drawn, or refused with what to do"""
    lives = [(t, s, k * f * base) for t, base in ((85, 400), (105, 130), (125, 50)) for s, f in (("A", 1.0), ("B", 0.5))
             for k in (0.3, 0.6, 0.8, 1.0, 1.3, 1.7)]
    rows = [f"{k:g},F,{t},{s},{'wear' if i % 3 else 'crack'},{'x' if i % 2 else 'y'}" for i, (t, s, k) in enumerate(lives)]
    (where / "alt.csv").write_text("\n".join(["time,status,temp_c,supplier,mode,lot", *rows]) + "\n")
    (where / "steps.csv").write_text("time,volts\n0,2\n250,3\n350,4\n370,5\n380,6\n390,7\n")
    (where / "stepped.csv").write_text("time\n280\n310\n330\n352\n360\n366\n371\n374\n378\n381\n385\n")
    plain = ["alt", "alt.csv", "--dist", "weibull", "--bounds", "wald"]
    hot = [*plain, "--stress", "temp_c:arrhenius"]
    stepped = ["alt", "stepped.csv", "--dist", "weibull", "--bounds", "wald", "--stress", "volts:power", "--profile", "steps.csv"]

    def drawn(call, *wanted, kind="life-stress"):
        run(*call, "--plot", "alt.svg", "--plot-kind", kind)
        said = " ".join(texts(where / "alt.svg"))
        for text in wanted: check(text in said, f"{' '.join(call)}: {text!r} is not in the {kind} picture: {said}")

    factor = [*hot, "--factor", "supplier", "--use", "temp_c=55,supplier=B"]
    drawn(factor, "supplier = A: B10", "supplier = B: B10", "supplier = A: failed", "supplier = B: B10: 95 % two-sided bounds, Wald")
    drawn(factor, "level = temp_c 85, supplier A, F=6 failed", "use = temp_c 55, supplier B", kind="probability")
    drawn([*hot, "--shape-stress", "temp_c:arrhenius", "--use", "temp_c=55"], "B10, 10 % failed", "use 55 °C")
    drawn([*hot, "--shape", "separate"], "every tested level has its own shape", "B50")
    drawn([*hot, "--mode", "mode", "--use", "temp_c=55"], "life ends with the first of all modes")
    drawn([*stepped, "--use", "volts=2"], "units saw several stresses", "use 2")
    drawn([*stepped, "--use", "volts=2"], "use = volts 2", kind="probability")
    drawn(stepped, "stepped.csv", kind="events")
    drawn([*plain, "--factor", "supplier"], "supplier = A, F=18 failed", kind="probability")
    by = [*hot, "--by", "lot", "--use", "temp_c=55"]
    drawn(by, "lot = x: B10, 10 % failed", "lot = y: failed", "lot = y: B10: 95 % two-sided bounds, Wald", "use 55 °C")
    drawn([*hot, "--by", "lot", "--factor", "supplier", "--use", "temp_c=55,supplier=B"], "lot = x, supplier = A: B10", "lot = y, supplier = B: failed")
    drawn(by, "lot = x, temp_c = 85, F=6 failed", "lot = y, use = temp_c 55", kind="probability")
    drawn(by, "lot = x", "lot = y", kind="events")
    for call, kind, advice in (([*plain, "--factor", "supplier"], "life-stress", "--plot-kind probability"), (stepped, "probability", "--use")):
        done = run(*call, "--plot", "no.svg", "--plot-kind", kind, want=2)
        check(advice in done.stderr and done.stdout == "" and not (where / "no.svg").exists(), f"{' '.join(call)}: {done.stderr}")

    out = run(*hot, "--by", "lot", "--report", "alt.html", "--format", "json").stdout
    page = (where / "alt.html").read_text(encoding="utf-8")
    found = [json.loads(re.search(rf'id="result-{i}">(.*?)</script>', page, re.S)[1]) for i in (1, 2)]
    check(found == [json.loads(line) for line in out.splitlines()], "the page of two groups does not hold the two results")
    for part in ("lot = x", "lot = y", 'id="pictures-1"', 'id="pictures-2"', 'id="results-2"'): check(part in page, f"{part} is not in the page of two groups")

    # With a shape a level the lines of a Weibull paper have that slope, and cross 63.2 % at that level's scale.
    out = run(*hot, "--shape", "separate", "--report", "alt.html", "--format", "json").stdout
    model = json.loads(out)["models"][0]
    shapes = [p["estimate"] for p in model["parameters"] if p["name"].startswith("shape[")]
    figures = json.loads(re.search(r'id="figures">(.*?)</script>', (where / "alt.html").read_text(encoding="utf-8"))[1])
    lines = [m for f in figures if f["id"] == "probability" for m in f["marks"] if m["kind"] == "line" and len(m["x"]) > 5]
    check(len(lines) == 3 == len(shapes), f"{len(lines)} lines of levels with their own shape")
    for line, shape, level in zip(lines, shapes, model["levels"]):
        slope = (line["y"][-1] - line["y"][0]) / (line["x"][-1] - line["x"][0])
        cross = line["x"][0] - line["y"][0] / slope
        check(abs(slope / shape - 1) < 1e-5 and abs(math.exp(cross) / level["by_relation"] - 1) < 1e-5, f"slope {slope}, scale {math.exp(cross)}: {shape}, {level}")


def overlaid(run, data, where):
    """several models and several data sets on one plot: each with its name, colour and dash"""
    run("fit", data("ball_bearing"), "--dist", "weibull,lognormal", "--plot", "two.svg")
    said = texts(where / "two.svg")
    for name in ("Weibull (2-parameter)", "Lognormal"): check(f"{name}: 95 % two-sided bounds, likelihood ratio" in said, f"no band of {name}: {said}")
    for kind in ("probability", "survival", "cdf", "pdf", "hazard", "cumulative-hazard", "residuals", "contour", "profile"):
        run("fit", data("snubber"), "--dist", "weibull", "--by", "group", "--plot", "groups.svg", "--plot-kind", kind)
        said = " ".join(texts(where / "groups.svg"))
        for group in ("Old", "New"): check(f"group = {group}" in said, f"{kind}: no group {group}: {said}")
        if kind not in ("residuals",):
            check("stroke-dasharray" in (where / "groups.svg").read_text(), f"{kind}: groups differ in colour only")
    run("fit", data("snubber"), "--dist", "weibull", "--by", "group", "--plot", "groups.svg", "--plot-kind", "events")
    said = texts(where / "groups.svg")
    check("group = Old" in said and "group = New" in said, f"events without their groups: {said}")
    run("fit", data("shock_absorber"), "--dist", "weibull", "--mode", "failure_mode", "--plot", "modes.svg")
    said = " ".join(texts(where / "modes.svg"))
    for wanted in ("mode Mode1: shape 3.384, scale 31206", "mode Mode2, F=4 failed, at median ranks", "system: Weibull"):
        check(wanted in said, f"{wanted!r} is not in the picture of modes: {said}")


def figures_of(where, page): return json.loads(re.search(r'id="figures">(.*?)</script>', (where / page).read_text(encoding="utf-8"))[1])


def bands(run, data, where):
    """every life function has its band, and none where no bounds could be made"""
    run("fit", data("diesel_fan"), "--dist", "weibull", "--report", "bands.html")
    for f in figures_of(where, "bands.html"):
        areas = sum(m["kind"] == "area" for m in f["marks"])
        if f["id"] in ("probability", "survival", "cdf", "pdf", "hazard", "cumulative-hazard"): check(areas == 1, f"{f['id']}: {areas} bands")
    run("fit", data("ball_bearing"), "--dist", "exponential-2p", "--report", "bands.html")
    check(not any(m["kind"] == "area" for f in figures_of(where, "bands.html") for m in f["marks"]), "a band of bounds that do not exist")
    # Exponential paper: the line goes through the origin.
    run("fit", data("heat_exchanger"), "--dist", "exponential", "--report", "bands.html")
    paper = figures_of(where, "bands.html")[0]
    line = next(m for m in paper["marks"] if m["kind"] == "line")
    check(paper["y"]["low"] == 0 and abs(line["x"][0]) < 1e-6 and abs(line["y"][0]) < 1e-9, f"exponential paper begins at {paper['y']['low']}, {line['x'][0]}")


def data_without_a_model(run, data, where):
    """relia simulate and relia data show"""
    call = ["simulate", "--dist", "weibull", "--shape", "2", "--scale", "1000", "--n", "20", "--censor-at", "800"]
    plain = run(*call).stdout
    drawn = run(*call, "--plot", "sim.svg", "--report", "sim.html").stdout
    check([l for l in drawn.splitlines() if l[0] != "#"] == [l for l in plain.splitlines() if l[0] != "#"], "--plot changes what is simulated")
    said = " ".join(texts(where / "sim.svg"))
    for wanted in ("Weibull (2-parameter): shape 2, scale 1000 (the truth)", "F=3 failed, at median ranks"): check(wanted in said, f"{wanted!r}: {said}")
    check([f["id"] for f in figures_of(where, "sim.html")] == ["probability", "survival", "events"], "pictures of the simulated test")
    page = (where / "sim.html").read_text(encoding="utf-8")
    found = json.loads(re.search(r'id="result-1">(.*?)</script>', page, re.S)[1])
    check(found["data"]["n"] == 20 and found["data"]["failures"] == 3 and found["seed"] == 1, f"JSON of the simulated test: {found}")
    run(*call, "--plot", "-", want=2)
    run(*call, "--plot", "-", "--output", "sim.csv")
    run("simulate", "--mode", "a=weibull:shape=2,scale=100", "--mode", "b=weibull:shape=1,scale=200", "--n", "5", "--plot", "sim.svg")
    check("failed" in texts(where / "sim.svg"), "no event plot of modes")
    run("simulate", "--mode", "a=weibull:shape=2,scale=100", "--mode", "b=weibull:shape=1,scale=200", "--n", "5", "--plot", "sim.svg", "--plot-kind", "survival", want=2)
    run("data", "import", "pictures.h5", data("diesel_fan"), "--name", "fan")
    run("data", "show", "pictures.h5:fan", "--plot", "show.svg", "--report", "show.html")
    check("suspended (alive)" in texts(where / "show.svg"), f"event plot of a data set: {texts(where / 'show.svg')}")
    page = (where / "show.html").read_text(encoding="utf-8")
    check(json.loads(re.search(r'id="result-1">(.*?)</script>', page, re.S)[1]) == json.loads(run("data", "show", "pictures.h5:fan", "--format", "json").stdout), "JSON of the data set")


def coverage_picture(run, where):
    call = ["simulate", "coverage", "--dist", "weibull", "--shape", "2", "--scale", "1000", "--n", "12", "--censor-at", "900", "--replicates", "100"]
    plain = run(*call, "--format", "json").stdout
    drawn = run(*call, "--format", "json", "--plot", "coverage.svg").stdout
    check(drawn == plain.replace("--format json", "--format json --plot coverage.svg"), "--plot changes the answer of a coverage study")
    said = texts(where / "coverage.svg")
    for wanted in ("True coverage of 95 % bounds of B10", "3", "6", "12", "24", "48", "lr", "wald"):
        check(wanted in said, f"{wanted!r} is not in the coverage picture: {said}")


def every_picture(run, root, where):
    """each kind for each data set, and each distribution once: a picture, or a refusal that is not the picture's"""
    kinds = re.search(r"--plot-kind ([a-z|-]+)", run("fit", "--help").stdout)[1].split("|")
    check(len(kinds) >= 6, f"kinds of pictures: {kinds}")
    jobs = [(d, k, ["--dist", "weibull"]) for d in sorted((root / "datasets").glob("*.csv")) for k in kinds if k in ("probability", "survival", "events")]
    fan, bearing = root / "datasets/diesel_fan.csv", root / "datasets/ball_bearing.csv"
    for name in ("exponential", "normal", "logistic", "gumbel", "gumbel-max", "lognormal", "loglogistic", "frechet", "gamma", "gengamma",
                 "birnbaum-saunders", "inverse-gaussian", "gompertz", "weibull-3p", "lognormal-3p", "loglogistic-3p", "exponential-2p"):
        jobs.append((bearing, "probability", ["--dist", name]))
    for kind in kinds:
        for extra in (["--dist", "weibull,lognormal"], ["--dist", "weibull", "--sides", "lower"], ["--dist", "weibull", "--bounds", "wald"],
                      ["--dist", "weibull", "--bounds", "none"], ["--fix", "shape=1.5", "--dist", "weibull", "--bounds", "exact"]):
            jobs.append((fan, kind, extra))
    drawn = 0
    for file, kind, extra in jobs:
        out = where / "one.svg"
        out.unlink(missing_ok=True)
        done = subprocess.run([run.relia, "fit", str(file), *extra, "--plot", str(out), "--plot-kind", kind, "--format", "json"],
                              capture_output=True, text=True, timeout=120)
        if done.returncode == 0:
            ET.parse(out)
            drawn += 1
        elif done.returncode == 2 and kind in ("contour", "profile"):
            pass  # not every model has two free parameters
        else:
            check(done.returncode in (3, 4), f"{file.name} {kind} {extra}: exit {done.returncode}: {done.stderr[:300]}")
    check(drawn > 100, f"only {drawn} of {len(jobs)} pictures drawn")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--relia", required=True)
    parser.add_argument("--data", type=Path, required=True)
    args = parser.parse_args()
    data = lambda name: str(args.data / "datasets" / f"{name}.csv")
    with tempfile.TemporaryDirectory() as scratch:
        where = Path(scratch)
        run = Program(args.relia, where)
        numbers_agree(run, data, where)
        same_twice(run, data, where)
        hostile_names(run, where)
        refusals(run, data, where)
        text_picture(run, data)
        other_commands(run, data, where)
        accelerated_pictures(run, data, where)
        overlaid(run, data, where)
        bands(run, data, where)
        data_without_a_model(run, data, where)
        coverage_picture(run, where)
        every_picture(run, args.data, where)
    print("\n".join(FAILURES + [f"{len(FAILURES)} failures"]))
    return 1 if FAILURES else 0


if __name__ == "__main__": sys.exit(main())
