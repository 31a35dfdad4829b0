"""The tasks with SciPy: scipy.optimize.minimize (BFGS) on log-likelihoods written with NumPy.

SciPy 1.10 fits complete samples only (scipy.stats.*.fit), so censored ones are what its users write by hand; here with
the formulas spelled out, which is several times faster than the logpdf and logsf of scipy.stats. Called as survival.R is.
"""

import json
import statistics
import sys
import time

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr


def read_data(path):
    """Columns by name; pandas for long files, where NumPy's reader of gaps is slow, and NumPy where loading pandas is."""
    with open(path, "rb") as f:
        size = f.seek(0, 2)
    if size > 1 << 20:
        import pandas

        table = pandas.read_csv(path, comment="#")
        return {name: table[name].to_numpy() for name in table.columns}
    with open(path) as f:
        comments = sum(1 for line in f if line.startswith("#"))
    table = np.genfromtxt(path, delimiter=",", names=True, skip_header=comments)
    return {name: table[name] for name in table.dtype.names}


def log_likelihood(law, lower, upper, x=None):
    """-log L/n as a function of (locations..., log sigma) in y = ln t, and log L of an answer; events by kind."""
    with np.errstate(divide="ignore"):
        y, z = np.log(lower), np.log(upper)
    right, exact = np.isnan(upper), lower == upper
    left = lower == 0
    between = ~(right | exact | left)
    n = len(lower)
    parts = [np.flatnonzero(k) for k in (exact, right, left, between)]
    ye, yr, yl, ya, yb = y[parts[0]], y[parts[1]], z[parts[2]], y[parts[3]], z[parts[3]]
    jacobian = ye.sum()

    def negative(p):
        s = np.exp(p[-1])
        if x is None:
            at = [p[0]] * 4
        else:
            mu = p[0] + p[1] * x
            at = [mu[k] for k in parts]
        total = -jacobian - len(ye) * p[-1]
        e, r = (ye - at[0]) / s, (yr - at[1]) / s
        if law == "weibull":
            total += e.sum() - np.exp(e).sum() - np.exp(r).sum()
            if len(yl):
                total += np.log(-np.expm1(-np.exp((yl - at[2]) / s))).sum()
            if len(ya):
                a, b = np.exp((ya - at[3]) / s), np.exp((yb - at[3]) / s)
                total += (np.log(-np.expm1(a - b)) - a).sum()
        else:
            total += -0.5 * (e * e).sum() - 0.5 * np.log(2 * np.pi) * len(ye) + log_ndtr(-r).sum()
        return -total / n

    return negative, n


def fit(law, lower, upper, x=None):
    negative, n = log_likelihood(law, lower, upper, x)
    y = np.log(np.where(np.isnan(upper), lower, 0.5 * (lower + upper)))
    start = [y.mean()] + ([0.0] if x is not None else []) + [np.log(y.std())]
    if x is not None:
        slope = np.polyfit(x, y, 1)
        start = [slope[1], slope[0], np.log(y.std())]
    with np.errstate(all="ignore"):
        found = minimize(negative, start, method="BFGS")
    p, sigma = found.x, np.exp(found.x[-1])
    if x is not None:
        values = [p[0], p[1], 1 / sigma]
    else:
        values = [1 / sigma, np.exp(p[0])] if law == "weibull" else [p[0], sigma]
    return values, -found.fun * n


def prepare(task, d):
    law = "lognormal" if task.startswith("lognormal") else "weibull"
    lower, upper = np.nan_to_num(d["lower"].astype(float), nan=0.0), d["upper"].astype(float)
    if task == "arrhenius_600":
        x = 1 / (8.617333262e-5 * (d["temperature_c"] + 273.15))
        centre = x.mean()

        def centred():
            values, loglik = fit(law, lower, upper, x - centre)
            return [values[0] - values[1] * centre, *values[1:]], [loglik], []

        return centred
    if task.startswith("many"):
        part = d["part"].astype(int)
        order = np.argsort(part, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)

        def every():
            values, loglik = [], []
            for g in groups:
                v, f = fit(law, lower[g], upper[g])
                values += v
                loglik.append(f)
            return values, loglik, []

        return every
    if task.startswith("bootstrap"):

        def resampled():
            values, loglik = fit(law, lower, upper)
            random = np.random.default_rng(1)
            draws = []
            for _ in range(1000):
                i = random.integers(0, len(lower), len(lower))
                draws.append(fit(law, lower[i], upper[i])[0])
            return values, [loglik], np.quantile(draws, [0.025, 0.975], axis=0).T.ravel().tolist()

        return resampled

    def once():
        values, loglik = fit(law, lower, upper)
        return values, [loglik], []

    return once


def measure(call):
    """As measure.R."""
    before = time.process_time()
    answer = call()
    first = time.process_time() - before
    if first > 2:
        return first, 1, answer
    batch = max(1, int(0.1 / max(first, 1e-4)) + 1)
    seconds = []
    for _ in range(5):
        before = time.process_time()
        for _ in range(batch):
            call()
        seconds.append((time.process_time() - before) / batch)
    return statistics.median(seconds), 5, answer


def main():
    mode, task, path = sys.argv[1:]
    call = prepare(task, read_data(path))
    seconds, runs, answer = measure(call) if mode == "engine" else (None, 1, call())
    values, loglik, random = ([float(v) if np.isfinite(v) else None for v in part] for part in answer)
    print(json.dumps({"seconds": seconds, "runs": runs, "values": values, "loglik": loglik, "random": random}))


main()
