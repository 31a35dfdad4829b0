#!/usr/bin/env python3
"""Holds the program against figures that books, standards and other programs print.

usage: published.py --relia PROGRAM --file data/published/examples.json --part fit|alt|nonparametric [--only TEXT]

ASKED below says for each example how the program is asked and where each printed figure stands in its answer; an example
or an answer that cannot be asked stands there too, with the reason. Fails when a figure lies outside the tolerance of its
source, when it has fewer than DIGITS[part] digits of the recomputed value, or when an example is in neither table.
"""
import argparse
import csv
import io
import json
import math
import re
import sys
import tempfile
from pathlib import Path
from statistics import NormalDist

from asking import Reply, digits, gate, number

# The recomputed values come from general optimisers, which stop there; in alt they have other roundings of Boltzmann's
# constant and differences for second derivatives. certified.py judges the rest.
DIGITS = {"fit": 5.0, "nonparametric": 5.0, "alt": 0.0}
K_B = 8.617333262e-5  # eV/K
INVERSE, LOG, MINUS = (lambda x: 1 / x), math.log, (lambda x: -x)


class Asked:
    """one example: command, options, and `where`: printed name -> (name in the JSON, conversion)"""
    def __init__(self, command, *options, where=None, stresses=(), use=None, only=None, skip=None):
        self.command, self.options, self.where = command, list(options), where or {}
        self.stresses = list(stresses)  # one (key in the data, column and relation as for --stress, conversion of the value) each
        self.use, self.only, self.skip = use, only, skip or {}


WEIBULL = {"beta": ("shape", None), "eta": ("scale", None)}
LOGNORMAL = {"mu": ("mu", None), "sigma": ("sigma", None), "ln_sigma": ("sigma", LOG), "gamma": ("threshold", None)}
NORMAL_Z = 2 * NormalDist().cdf(1.96) - 1  # the level of sources that took 1.96 for the 97.5 % point


def weibull(*options, **more): return Asked("fit", "--dist", "weibull", *options, where={**WEIBULL, **more.pop("where", {})}, **more)
def lognormal(*options, **more): return Asked("fit", "--dist", "lognormal", *options, where=LOGNORMAL, **more)


def alt(dist, *stresses, where=None, **more):
    names = {"weibull": WEIBULL, "lognormal": LOGNORMAL}.get(dist, {})
    return Asked("alt", "--dist", dist, *more.pop("options", ()), where={**names, **(where or {})}, stresses=stresses, **more)


def same(x): return x


EA = "activation_energy_ev"
ASKED = {
    # --- fit
    "WMLE-ABERNETHY-C5": weibull(), "WMLE-BEARING-CENS100": weibull(), "WMLE-CIE2010": weibull(),
    "FB-AUTOMOTIVE": weibull(), "FB-BEARING-CENS100": weibull(), "FB-SHOCK-CDF": weibull("--wald-scale", "z"),
    "LR-BEARING-CENS100": weibull("--bounds", "lr"),
    "WMLE-FLUID-30KV": weibull("--confidence", number(NORMAL_Z), where={"ev_location": ("scale", LOG), "ev_scale": ("shape", INVERSE)}),
    "WRRY-10UNITS": weibull("--method", "rry", "--ranks", "exact", "--bounds", "none"),
    "WRRX-ABERNETHY-TAB2-2": weibull("--method", "rrx", "--ranks", "benard", "--bounds", "none"),
    "LN-BEARING-CENS100": lognormal(), "LN-NIST-CELL-105": lognormal(), "INT-TURBINE-LN": lognormal(),
    "LN3-ALLOY": Asked("fit", "--dist", "lognormal-3p", "--bounds", "none", where=LOGNORMAL),
    "EXP-BEARING-COMPLETE": Asked("fit", "--dist", "exponential", where={"lambda": ("scale", INVERSE)}),
    "MIX-2W-50": Asked("fit", "--dist", "weibull", "--mixture", "2", "--bounds", "none",
                       where={"eta1": ("scale1", None), "beta1": ("shape1", None), "eta2": ("scale2", None), "beta2": ("shape2", None), "proportion1": ("p1", None)}),
    "WB-PKG-LIFE": weibull("--fix", "shape=2", "--bounds", "exact", "--sides", "lower",
                           skip={"units_for_10000_cycles": "a test plan", "cycles_for_20_units": "a test plan"}),
    # --- nonparametric
    "KM-NIST-125C": Asked("nonparametric", "--method", "kaplan-meier", "--transform", "log"),
    "KM-NA-RA-AUTOMOTIVE": Asked("nonparametric"), "BB-PREDICTR-6": Asked("nonparametric", "--method", "ranks"),
    # --- alt
    "ALT-ARR-NIST-GRAPH": Asked("fit", "--dist", "lognormal", "--method", "rrx", "--ranks", "benard", "--bounds", "none", only="lnT50",
                                skip={n: "a weighted line through the cells' medians" for n in ("intercept", "dH_eV", "AF_85_to_125")}),
    "ALT-GLL-YANG": alt("weibull", ("temp_C", "temperature_c:arrhenius", same), use={"temp_C": 35},
                        where={"a0": ("intercept", None), "a1": (EA, lambda v: v / K_B), "beta": ("shape", None)},
                        skip={n: "Wald bounds of R made on ln(-ln R)" for n in ("R_lower", "R_upper")}),
    "ALT-ARREXP-YANG": alt("exponential", ("temp_C", "temperature_c:arrhenius", same), use={"temp_C": 35}, where={"Ea_eV": (EA, None)}),
    "ALT-ARR-DEVICEA": alt("lognormal", ("temp_K", "temperature_k:arrhenius", same), where={"b0": ("intercept", None), "Ea_eV": (EA, lambda v: v / K_B / 11605)}),
    "ALT-TH-RELIASOFT": alt("weibull", ("temp_K", "temperature_k:arrhenius", same), ("humidity", "humidity:reciprocal", same),
                            where={"phi": (EA, lambda v: v / K_B), "b": ("coefficient[humidity]", None), "A": ("intercept", math.exp)}),
    "ALT-TNT-LN-RELIASOFT": alt("lognormal", ("temp_K", "temperature_k:arrhenius", same), ("volts", "volts:power", same),
                                where={"B": (EA, lambda v: v / K_B), "C": ("intercept", math.exp), "n": ("exponent[volts]", None)}),
    "ALT-IPL-LOAD2": alt("weibull", ("load", "load:power", same), use={"load": 60},
                         where={"a": ("intercept", math.exp), "n": ("exponent[load]", MINUS)}),
    "ALT-IPL-WEIB-TEMP": alt("weibull", ("stress", "stress:power", same), where={"a": ("intercept", math.exp), "n": ("exponent[stress]", MINUS)}),
    "PHM-EXP-TINY": alt("exponential", ("x", "x:linear", same), where={"b0": ("intercept", None), "b1": ("coefficient[x]", None)}),
    # life = (1/S) exp(-(c - a/S)): the Eyring relation with the stress for a temperature in kelvin
    "ALT-EYRING-LN": alt("lognormal", ("stress", "temperature_k:eyring", same), where={"a": (EA, lambda v: v / K_B), "c": ("intercept", MINUS)}),
}
NOT_ASKED = {
    "CR-2W-50": "the mode of each failure is not recorded (masked competing risks)",
    "GOF-CHI2-MILEAGE": "Pearson chi-squared with given bins and parameters",
    "ALT-STEP-RELIASOFT": "step-stress data need a profile file",
    "ALTPLAN-ADHESIVE-OPT": "test planning", "DEG-LASER-LINEAR": "degradation", "CAP-PISTONRINGS": "process capability", "AS-Z14": "acceptance sampling",
    **{i: "test planning" for i in ("TP-CHI2-ONE-SIDED", "TP-ZERO-FAIL-999", "TP-ONE-PROPORTION", "TP-BAYES-GAMMA")},
    **{i: "comparison of populations" for i in ("CMP-LOGRANK-AML", "CMP-TWO-PROPORTION")},
    **{i: "reliability growth" for i in ("GROW-CROW-22-FISHER", "GROW-DUANE-23", "GROW-NIST-MODMLE", "GROW-RELIAWIKI-GROUPED", "GROW-CROW1981-23", "GROW-IEC61164-4")},
    **{i: "repairable systems" for i in ("REP-LAPLACE-30", "MCF-5SYS-POWER", "MCF-VALVESEAT")},
}


def lives(d):
    """(lower, upper, count) of one population in any shape of the file; None: open end"""
    pairs = lambda key: (x if isinstance(x, list) else (x, 1) for x in d.get(key) or [])
    yield from ((t, t, n) for t, n in pairs("failures"))
    yield from ((t, None, n) for t, n in pairs("suspensions"))
    for x in d.get("inspections", []): yield from ((None, x["hours_x100"], x["cracked"]), (x["hours_x100"], None, x["uncracked"]))
    if "time" in d: yield d["time"], d["time"] if d.get("event", 1) else None, 1
    if "time_each" in d: yield d["time_each"], None, d["n"]


def table(asked, data):
    """the example's data in the interval layout"""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(["lower", "upper", "count"] + [s.split(":")[0] for _, s, _ in asked.stresses])
    for block in data.get("cells") or data.get("units") or [data]:
        for lower, upper, n in lives(block):
            if n: sheet.writerow(["" if x is None else number(x) for x in (lower, upper)] + [n] + [number(f(block[k])) for k, _, f in asked.stresses])
    return out.getvalue()


def read(q, what, convert):
    """estimate, se, var, lower or upper of f(x), f monotone; standard errors by the delta method"""
    f, x = convert or same, q.get("estimate")
    if what == "estimate": return None if x is None else f(x)
    if what in ("se", "var"):
        if x is None or q.get("std_error") is None: return None
        h = 1e-6 * abs(x)
        se = abs(f(x + h) - f(x - h)) / (2 * h) * q["std_error"]
        return se if what == "se" else se * se
    swapped = x is not None and f(2 * abs(x) + 1) < f(abs(x) + 1)
    end = q.get({"lower": "upper", "upper": "lower"}[what] if swapped else what)
    return None if end is None else f(end)


class Example:
    def __init__(self, record, asked, relia, folder):
        self.asked, self.relia, self.record, self.folder = asked, relia, record, Path(folder)
        self.settings, self.calls = record["settings"], {}

    def ask(self, data, *options):
        key = (id(data), options)
        if key not in self.calls:
            path = self.folder / f"{len(self.calls)}.csv"
            path.write_text(table(self.asked, data), encoding="utf-8")
            given = self.asked.options + [a for _, s, _ in self.asked.stresses for a in ("--stress", s)]
            if "--bounds" not in given and self.asked.command != "nonparametric": given += ["--bounds", "wald"]
            if "--confidence" not in given: given += ["--confidence", number(self.settings.get("confidence", 0.95))]
            self.calls[key] = Reply(self.relia, self.asked.command, path, *given, *options, "--format", "json")
        return self.calls[key]

    def answer(self, name):
        """(number or None, the call)"""
        if self.asked.command == "nonparametric": return self.step(name)
        if self.asked.only: return self.cell(name)
        m = re.fullmatch(r"(?:var_(.+)|(.+?)(?:_(se|lower|upper))?)", name)
        base, what = (m[1], "var") if m[1] else (m[2], m[3] or "estimate")
        data = self.record["data"]
        life = re.fullmatch(r"(?:B(\d+)(?:_life)?|eta|median|mean_life)(?:(?:_at)?_(\d+)C?)?", base)
        chance = re.fullmatch(r"([RF])(?:\((\d+)\)|_(\d+)h_(\d+)C)", base)
        factor = re.fullmatch(r"AF_(\d+)C?(?:_to_(\d+)C)?", base)
        if base in self.asked.where:
            r = self.ask(data)
            own, convert = self.asked.where[base]
            return read(next((p for p in r.model().get("parameters") or [] if p["name"] == own), {}), what, convert), r
        if base in ("log_likelihood", "AIC", "AICc", "BIC"):
            r = self.ask(data)
            return r.model().get(base.lower()), r
        if base == "rho":
            r = self.ask(data)
            return r.model().get("correlation"), r
        if base == "MTTF" or base.startswith("mean_life"):
            r = self.ask(data, *self.use(life and life[2]))
            return read(self.block(r).get("mean") or {}, what, None), r
        if factor:
            level = [float(factor[1])]
            r = self.ask(data, *self.use(factor[2]), "--quantiles", "0.5")
            a = (self.block(r).get("quantiles") or [{}])[0].get("estimate")
            r = self.ask(data, *self.use(level[0]), "--quantiles", "0.5")
            b = (self.block(r).get("quantiles") or [{}])[0].get("estimate")
            return a and b and a / b, r
        if life:
            p = float(life[1]) / 100 if life[1] else 0.5 if base.startswith("median") else -math.expm1(-1)
            r = self.ask(data, *self.use(life[2]), "--quantiles", number(p))
            return read((self.block(r).get("quantiles") or [{}])[0], what, None), r
        if chance:
            r = self.ask(data, *self.use(chance[4]), "--at", chance[2] or chance[3])
            key = "reliability" if chance[1] == "R" else "failure_probability"
            return read((self.block(r).get(key) or [{}])[0], what, None), r
        raise KeyError(name)

    def use(self, level):
        """--use, for the level in the answer's name or else that of the example"""
        if not self.asked.stresses: return []
        values = self.asked.use or {k: min(b[k] for b in self.record["data"].get("cells") or self.record["data"]["units"]) for k, _, _ in self.asked.stresses}
        if level is not None: values = {self.asked.stresses[0][0]: float(level)}
        return ["--use", ",".join(f"{s.split(':')[0]}={number(f(values[k]))}" for k, s, f in self.asked.stresses)]

    def block(self, reply): return (reply.model().get("use") or {}) if self.asked.stresses else reply.model()

    def cell(self, name):
        """ln of the median of one cell, by its own line"""
        level = float(name.rpartition("_")[2])
        r = self.ask(next(c for c in self.record["data"]["cells"] if c["temp_C"] == level))
        return next((p.get("estimate") for p in r.model().get("parameters") or [] if p["name"] == "mu"), None), r

    def step(self, name):
        """S(t), se(t), lower(t), upper(t), KM(t), NA(t), RA(t) = 1 - plotting position, lower_rank_i, upper_rank_i"""
        m = re.fullmatch(r"(lower|upper)_rank_(\d+)", name)
        if m:
            r = self.ask(self.record["data"])
            points = (r.json or {}).get("points") or []
            return points[int(m[2]) - 1].get(m[1]) if len(points) >= int(m[2]) else None, r
        m = re.fullmatch(r"(\w+)\((\d+)\)", name)
        method = {"NA": ["--method", "nelson-aalen"], "RA": ["--method", "ranks"], "KM": ["--method", "kaplan-meier"]}.get(m[1], [])
        r = self.ask(self.record["data"], *method)
        point = [p for p in (r.json or {}).get("points") or [] if p["time"] <= float(m[2])][-1:] or [{}]
        if m[1] == "RA": return None if point[0].get("benard") is None else 1 - point[0]["benard"], r
        return point[0].get({"S": "survival", "KM": "survival", "NA": "survival", "se": "std_error"}.get(m[1], m[1])), r


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--relia", required=True)
    ap.add_argument("--file", required=True, type=Path)
    ap.add_argument("--part", required=True, choices=["fit", "alt", "nonparametric"])
    ap.add_argument("--only", default="")
    o = ap.parse_args()
    records = {e["id"]: e for e in json.loads(o.file.read_text(encoding="utf-8"))["examples"]}
    if set(records) != set(ASKED) | set(NOT_ASKED) or set(ASKED) & set(NOT_ASKED):
        sys.exit(f"the tables do not hold each example once: {sorted(set(records) ^ (set(ASKED) | set(NOT_ASKED)))}")
    gate(f"published_{o.part}", o.relia, o.part, o.part)
    count, wrong = 0, []
    for i, asked in ASKED.items():
        if asked.command != o.part or o.only not in i: continue
        with tempfile.TemporaryDirectory() as folder:
            x = Example(records[i], asked, o.relia, folder)
            for a in records[i]["answers"]:
                if a["name"] in asked.skip:
                    print(f"not asked: {i} {a['name']}: {asked.skip[a['name']]}")
                    continue
                count += 1
                got, reply = x.answer(a["name"])
                if not isinstance(got, (int, float)) or not math.isfinite(got): wrong.append(f"{i} {a['name']}: no number, {reply.why()}")
                elif abs(got - a["value"]) > a["tol_abs"]: wrong.append(f"{i} {a['name']}: {got:.12g}, published {a['published']}, tolerance {a['tol_abs']:g}")
                elif a.get("check_ok") and digits(got, a["check"]) < DIGITS[o.part]: wrong.append(f"{i} {a['name']}: {got:.12g}, recomputed {a['check']:.12g}: {digits(got, a['check']):.1f} digits")
    print("\n".join(wrong + [f"{count - len(wrong)} of {count} figures agree"]))
    return 1 if wrong or not count else 0


if __name__ == "__main__": sys.exit(main())
