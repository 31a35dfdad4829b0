#!/usr/bin/env python3
"""Holds the program against certified results and counts the digits that agree.

usage: certified.py --relia PROGRAM --data DIR --part fit|alt|nonparametric|bad [--only TEXT] [--worst N]

DIR is data/reference (its README defines every number). Digits are -log10 of the relative error. Fails when a single
number has fewer digits than LEAST, or the median of a kind fewer than MEDIAN.
"""
import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from asking import Reply, digits, gate, number

# Decimal input rounded to doubles moves the nearly degenerate sets in their eleventh digit; the rest is room for other machines.
LEAST = {"verdict": 15, "counts": 15, "log-likelihood": 11, "criterion": 11, "estimate": 10, "quantile": 10, "reliability": 10,
         "std error": 9, "covariance": 9, "wald bound": 9, "lr bound": 9, "rank regression": 10, "step": 12, "step bound": 12}
MEDIAN = {"log-likelihood": 14, "estimate": 13, "quantile": 13, "lr bound": 13, "step": 14}

DISTRIBUTIONS = {
    "exponential_1p": "exponential", "exponential_2p": "exponential-2p", "weibull_2p": "weibull", "weibull_3p": "weibull-3p",
    "lognormal_2p": "lognormal", "lognormal_3p": "lognormal-3p", "loglogistic": "loglogistic", "normal": "normal",
    "logistic": "logistic", "gumbel_min": "gumbel", "gumbel_max": "gumbel-max", "gamma": "gamma", "gengamma": "gengamma",
    "birnbaum_saunders": "birnbaum-saunders", "inverse_gaussian": "inverse-gaussian", "gompertz": "gompertz"}
MODIFIED = {"competing_risks_weibull": ["weibull", "--mode", "failure_mode"], "weibull_mixture_2": ["weibull", "--mixture", "2"],
            "weibull_dsp": ["weibull", "--limited-failure"]}
RELATIONS = {"arrhenius": ["arrhenius"], "eyring": ["eyring"], "inverse_power": ["power"], "peck": ["arrhenius", "power"],
             "temperature_nonthermal": ["arrhenius", "power"], "log_linear": ["linear"] * 9}
# method, and for each printed field the certified one; `key` says which point is which
STEPS = {
    "kaplan_meier": ("kaplan-meier", {"survival": "survival", "std_error": "se_greenwood"}),
    "nelson_aalen": ("nelson-aalen", {"cumulative_hazard": "cumulative_hazard", "std_error": "se"}),
    "turnbull": ("turnbull", {"mass": "mass", "survival": "survival_at_upper"}),
    "median_ranks": ("ranks", {"adjusted_rank": "adjusted_rank", "median_rank": "median_rank", "benard": "benard"})}


class Sheet:
    """the comparisons of one case: (kind, what, digits)"""
    def __init__(self, name): self.name, self.rows, self.seconds = name, [], 0.0
    def say(self, ok, what): self.rows.append(("verdict", what, 15.0 if ok else 0.0))

    def compare(self, kind, what, got, want):
        if want is not None: self.rows.append((kind, what, digits(got, want)))

    def quantity(self, kind, what, got, want, bounds):
        """one certified quantity; from the call with Wald bounds all but the profile ends, from the other only those"""
        ends = want.get("wald95" if bounds == "wald" else "profile95") or (None, None)
        if bounds == "wald":
            self.compare(kind, what, got.get("estimate"), want["estimate"])
            self.compare("std error", what, got.get("std_error"), want.get("se"))
        for side, end in zip(("lower", "upper"), ends): self.compare(f"{bounds} bound", f"{what} {side}", got.get(side), end)


def certified_name(printed):
    """our name of a coefficient in the words of the certified file"""
    head, _, column = printed.partition("[")
    return {"intercept": "beta0", "activation_energy_ev": "ea_ev", "exponent": "n", "coefficient": "beta_" + column[:-1]}.get(head, printed)


def compare_parameters(sheet, printed, certified, bounds):
    known = {p["name"]: p for block in (certified.get("alternative", {}), certified) for p in block.get("parameters", [])}
    found = [p for p in printed or [] if certified_name(p["name"]) in known]
    for p in found: sheet.quantity("estimate", p["name"], p, known[certified_name(p["name"])], bounds)
    sheet.say(len(found) >= len(certified["parameters"]), f"{len(found)} of {len(certified['parameters'])} parameters printed")


def compare_life(sheet, printed, lives, reliability, bounds):
    by_p = {round(q["p"], 12): q for q in printed.get("quantiles") or []}
    for c in lives or []: sheet.quantity("quantile", f"life at p={c['p']}", by_p.get(round(c["p"], 12), {}), c, bounds)
    if reliability: sheet.quantity("reliability", f"R({reliability['t']})", (printed.get("reliability") or [{}])[0], reliability, bounds)


def compare_covariance(sheet, model, certified):
    """entries in units of the two standard errors, as an entry may be a small difference; only for the certified order"""
    want, got = certified.get("covariance"), model.get("covariance")
    if not want or [certified_name(p["name"]) for p in model.get("parameters") or []] != [p["name"] for p in certified["parameters"]]: return
    for i, row in enumerate(want):
        for j, c in enumerate(row):
            unit = (want[i][i] * want[j][j]) ** 0.5
            g = got[i][j] if got and i < len(got) and j < len(got[i]) else None
            sheet.compare("covariance", f"covariance[{i}][{j}]", None if g is None else 1 + (g - c) / unit, 1.0)


def question(certified, path):
    """command line of a parametric case, without bounds; None for kinds that no command answers"""
    name = certified["model"]
    reliability = certified.get("reliability") or certified.get("use_reliability") or certified.get("system", {}).get("reliability")
    rest = ["--format", "json", "--confidence", "0.95", "--quantiles", "0.01,0.1,0.5"]
    if reliability: rest += ["--at", number(reliability["t"])]
    if name.startswith("alt_"):
        _, distribution, relation = name.split("_", 2)
        stresses = [f"{c}:{r}" for c, r in zip(certified["stress_columns"], RELATIONS[relation])]
        use = ",".join(f"{c}={number(v)}" for c, v in certified["use_stress"].items())
        return ["alt", path, "--dist", distribution, *(a for s in stresses for a in ("--stress", s)), "--use", use, *rest]
    dist = MODIFIED.get(name) or ([DISTRIBUTIONS[name]] if name in DISTRIBUTIONS else None)
    return dist and ["fit", path, "--dist", *dist, *rest]


def judge_model(relia, path, certified, sheet):
    args = question(certified, path)
    if certified["status"] == "no_interior_maximum":
        r = Reply(relia, *args, "--bounds", "none")
        sheet.seconds += r.seconds
        statuses = [(m.get("convergence") or {}).get("status") for m in (r.json or {}).get("models") or []]
        sheet.say(r.code == 4 and "converged" not in statuses, f"no maximum: {r.why()}, status {statuses}")
        return
    status = {"maximum": "converged", "boundary_maximum": "boundary"}[certified["status"]]
    for bounds in ("wald", "lr") if status == "converged" else ("wald",):
        r = Reply(relia, *args, "--bounds", bounds)
        sheet.seconds += r.seconds
        m = r.model()
        sheet.say(r.code == 0 and bool(m), r.why())
        if r.code != 0 or not m: return
        got = (m.get("convergence") or {}).get("status")
        sheet.say(got == status, f"status {got}, should be {status}")
        if bounds == "wald":
            sheet.compare("counts", "n", r.json["data"].get("n"), certified["n"])
            sheet.compare("log-likelihood", "log-likelihood", m.get("log_likelihood"), certified["loglik"])
            for k in ("aic", "aicc", "bic"): sheet.compare("criterion", k, m.get(k), certified.get(k))
            compare_covariance(sheet, m, certified)
        if "modes" in certified:
            printed = {x["mode"]: x for x in m.get("modes") or []}
            for c in certified["modes"]: compare_parameters(sheet, printed.get(c["mode"], {}).get("parameters"), c, bounds)
            compare_life(sheet, m.get("system") or {}, certified["system"]["life"], certified["system"]["reliability"], bounds)
            continue
        compare_parameters(sheet, m.get("parameters"), certified, bounds)
        if "use_life" in certified: compare_life(sheet, m.get("use") or {}, certified["use_life"], certified["use_reliability"], bounds)
        else: compare_life(sheet, m, certified.get("life"), certified.get("reliability"), bounds)


def judge_rank_regression(relia, path, certified, sheet):
    for ranks, block in (("exact", "median_rank"), ("benard", "benard")):
        for method in ("rrx", "rry"):
            r = Reply(relia, "fit", path, "--dist", "weibull", "--method", method, "--ranks", ranks, "--bounds", "none", "--format", "json")
            sheet.seconds += r.seconds
            printed = {p["name"]: p.get("estimate") for p in r.model().get("parameters") or []}
            for name, want in certified[block][method].items():
                sheet.compare("rank regression", f"{ranks} {method} {name} ({r.why()})", printed.get(name), want)
            sheet.compare("rank regression", f"{ranks} {method} r_squared", r.model().get("r_squared"), certified[block]["r_squared"])


def judge_steps(relia, path, certified, sheet):
    method, fields = STEPS[certified["model"]]
    r = Reply(relia, "nonparametric", path, "--method", method, "--confidence", "0.95", "--format", "json")
    sheet.seconds += r.seconds
    sheet.say(r.code == 0 and bool(r.json), r.why())
    if r.code != 0 or not r.json: return
    place = (lambda x: (x.get("lower"), x.get("upper"))) if method == "turnbull" else (lambda x: x.get("t", x.get("time")))
    printed = {}
    for x in r.json.get("points") or []: printed.setdefault(place(x), []).append(x)
    if method == "turnbull": sheet.compare("log-likelihood", "log-likelihood", r.json.get("log_likelihood"), certified["loglik"])
    else: sheet.say(sum(map(len, printed.values())) == len(certified["points"]), "as many points as certified")
    for c in certified["points"]:
        if c.get("mass", 1.0) < 1e-6: continue  # below that a mass has fewer digits than its survival function
        same = printed.get(place(c)) or [{}]
        x = same.pop(0) if len(same) > 1 else same[0]  # failures of a tie each have their own rank
        for ours, theirs in fields.items(): sheet.compare("step", f"{ours} at {place(c)}", x.get(ours), c.get(theirs))
        for side, want in zip(("lower", "upper"), c.get("ci95_loglog") or ()): sheet.compare("step bound", f"{side} at {place(c)}", x.get(side), want)


def judge_certified(relia, data, entries, certified):
    sheet = Sheet(f"{certified['dataset']}.{certified['model']}")
    path = data / entries[certified["dataset"]]["file"]
    judge = judge_steps if certified["model"] in STEPS else judge_rank_regression if certified["model"] == "rank_regression_weibull" else judge_model
    judge(relia, path, certified, sheet)
    return sheet


def judge_bad(relia, data, entry):
    """malformed and unusual files: read rightly, or refused at the right place"""
    sheet = Sheet(entry["file"])
    r = Reply(relia, "fit", data / entry["file"], "--dist", "exponential", "--bounds", "none", "--format", "json")
    sheet.seconds = r.seconds
    d, wrong = (r.json or {}).get("data") or {}, entry.get("error", {})
    failed = sum(d.get(k, 0) for k in ("failures", "left_censored", "interval_censored"))
    read = r.code == 0 and (d.get("n"), failed) == (entry.get("n"), entry.get("failures"))
    words = [str(wrong[k]).lower() for k in ("line", "column", "contains") if k in wrong]
    refused = r.code == 3 and r.json is None and all(w in r.messages.lower() for w in words)
    sheet.say({"accept": read, "reject": refused, "either": read or refused}[entry["expect"]], f"{entry['expect']} {words}: {r.why()}, {d}")
    sheet.say(r.seconds < entry.get("max_seconds", 10), f"{r.seconds:.1f} s")
    return sheet


def report(sheets, worst):
    """prints the table; true when all is at its bar"""
    kinds, low = {}, []
    for s in sheets:
        for kind, what, d in s.rows:
            kinds.setdefault(kind, []).append(d)
            if d < LEAST[kind]: low.append((d, s.name, kind, what))
    print(f"{'quantity':16} {'count':>6} {'least':>6} {'median':>7} {'below bar':>10}")
    ok = bool(kinds) and not low
    for kind, ds in sorted(kinds.items()):
        print(f"{kind:16} {len(ds):6} {min(ds):6.1f} {median(ds):7.1f} {sum(d < LEAST[kind] for d in ds):10}")
        if median(ds) < MEDIAN.get(kind, 0):
            print(f"  median of {kind} is below {MEDIAN[kind]}")
            ok = False
    for d, name, kind, what in sorted(low)[:worst]: print(f"  {d:4.1f} digits  {name}  {kind}: {what}")
    print(f"{len(sheets) - len({name for _, name, _, _ in low})} of {len(sheets)} cases at their bar, {sum(s.seconds for s in sheets):.1f} s in relia")
    return ok


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--relia", required=True)
    ap.add_argument("--data", required=True, type=Path)
    ap.add_argument("--part", required=True, choices=["fit", "alt", "nonparametric", "bad"])
    ap.add_argument("--only", default="")
    ap.add_argument("--worst", type=int, default=30)
    ap.add_argument("--jobs", type=int, default=2)
    o = ap.parse_args()
    gate(f"judge_{o.part}", o.relia, o.part, "fit" if o.part == "bad" else o.part)
    index = json.loads((o.data / "index.json").read_text(encoding="utf-8"))
    with ThreadPoolExecutor(o.jobs) as pool:
        if o.part == "bad": sheets = list(pool.map(lambda e: judge_bad(o.relia, o.data, e), [e for e in index["bad"] if o.only in e["file"]]))
        else:
            entries = {e["name"]: e for e in index["datasets"]}
            part = lambda m: "nonparametric" if m in STEPS else "alt" if m.startswith("alt_") else "fit" if m in DISTRIBUTIONS or m in MODIFIED or m == "rank_regression_weibull" else None
            files = [json.loads(f.read_text(encoding="utf-8")) for f in sorted((o.data / "certified").glob("*.json")) if o.only in f.name]
            sheets = list(pool.map(lambda c: judge_certified(o.relia, o.data, entries, c), [c for c in files if part(c["model"]) == o.part]))
    return 0 if report(sheets, o.worst) else 1


if __name__ == "__main__": sys.exit(main())
