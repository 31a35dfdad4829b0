#!/usr/bin/env python3
"""Makes nonparametric_turnbull_rows.csv and nonparametric_turnbull_masses.csv: Turnbull's estimate at 40 digits.

usage: nonparametric_turnbull.py DIRECTORY

Shares nothing with the program. The candidate intervals are all cells between neighbouring end points (and the points of
exact lives), far more than the innermost ones; self-consistency in double precision finds the support, Newton's method
in 50-digit arithmetic the masses on it, and the gradient condition is checked over all cells at 1e-30. The ends
printed are those of the union of cells that can carry the mass: the largest cell set with the same rows.
"""
import math, random, sys
from mpmath import mp, mpf, matrix, lu_solve, log, nstr
mp.dps = 50
INF = math.inf


def cells(rows):
    """disjoint pieces of the line, in order: ('p', t) the point t, ('i', a, b) the open-closed rest (a, b] without exact points"""
    ends = sorted({v for r in rows for v in r[:4] if v not in (None,)} | {0.0, INF})
    exact = {r[0] for r in rows if r[0] == r[1]}
    out = []
    for a, b in zip(ends, ends[1:]):
        out.append((a, b, False))             # (a, b] or, where b is an exact life, (a, b)
        if b in exact: out.append((b, b, True))
    return out


def covers(lo, hi, cell, exact_row):
    a, b, point = cell
    if exact_row: return point and a == lo
    if point: return lo < a <= hi
    return lo <= a and b <= hi


def solve(rows):
    cs = cells(rows)
    A = [[j for j, c in enumerate(cs) if covers(max(r[0], r[2]) if r[0] != r[1] else r[0], min(r[1], r[3]), c, r[0] == r[1])] for r in rows]
    B = [[j for j, c in enumerate(cs) if covers(r[2], r[3], c, False)] for r in rows]
    # cells with the same rows are one column
    key = [(tuple(i for i in range(len(rows)) if j in set(A[i])), tuple(i for i in range(len(rows)) if j in set(B[i]))) for j in range(len(cs))]
    classes = {}
    for j, k in enumerate(key):
        if k[0]: classes.setdefault(k, []).append(j)
    cols = list(classes)
    w = [r[4] for r in rows]
    a = [[i in k[0] for i in range(len(rows))] for k in cols]
    b = [[i in k[1] for i in range(len(rows))] for k in cols]
    m, n = len(cols), len(rows)
    inA = [[j for j in range(m) if a[j][i]] for i in range(n)]
    inB = [[j for j in range(m) if b[j][i]] for i in range(n)]
    p = [1 / m] * m
    for it in range(20000):
        pa = [sum(p[j] for j in inA[i]) for i in range(n)]
        pb = [sum(p[j] for j in inB[i]) for i in range(n)]
        q = [0.0] * m
        hidden = sum(w[i] / pb[i] for i in range(n))
        for j in range(m):
            if p[j] < 1e-300: continue
            q[j] = p[j] * (sum(w[i] / pa[i] for i in cols[j][0]) + hidden - sum(w[i] / pb[i] for i in cols[j][1]))
        s = sum(q)
        q = [x / s for x in q]
        moved = max(abs(x - y) for x, y in zip(p, q))
        p = q
        if moved < 1e-14: break
    support = [j for j in range(m) if p[j] > 1e-7]
    for attempt in range(30):
        x = {j: mpf(p[j]) for j in support}
        for it in range(60):
            pa = [sum(x[j] for j in inA[i] if j in x) for i in range(n)]
            pb = [sum(x[j] for j in inB[i] if j in x) for i in range(n)]
            total = sum(x.values())
            k = len(support)
            g, h = matrix(k, 1), matrix(k, k)
            for u, j in enumerate(support):
                g[u] = sum(w[i] / pa[i] for i in cols[j][0]) - sum(w[i] / pb[i] for i in cols[j][1]) - sum(w) * (total - 1)
                for v, l in enumerate(support):
                    h[u, v] = sum(w[i] / pa[i] ** 2 for i in cols[j][0] if a[l][i]) - sum(w[i] / pb[i] ** 2 for i in cols[j][1] if b[l][i]) + sum(w)
            step = lu_solve(h, g)
            scale = min([mpf(1)] + [mpf('0.9') * x[j] / -step[u] for u, j in enumerate(support) if step[u] < 0 and x[j] + step[u] < 0])
            for u, j in enumerate(support): x[j] += scale * step[u]
            if max(abs(step[u]) for u in range(k)) < mpf(10) ** -40: break
        drop = [j for j in support if x[j] < mpf(10) ** -12]
        pa = [sum(x[j] for j in inA[i] if j in x) for i in range(n)]
        pb = [sum(x[j] for j in inB[i] if j in x) for i in range(n)]
        grad = [sum(w[i] / pa[i] for i in cols[j][0]) - sum(w[i] / pb[i] for i in cols[j][1]) for j in range(m)]
        add = [j for j in range(m) if j not in x and grad[j] > mpf(10) ** -25]
        if not drop and not add: break
        support = sorted((set(support) - set(drop)) | set(add))
        p = [float(x[j]) if j in x and j not in drop else 1e-4 for j in range(m)]
    else:
        raise RuntimeError("no support")
    total = sum(x.values())
    assert all(abs(grad[j]) < mpf(10) ** -30 for j in support), "gradient on the support"
    assert all(grad[j] < mpf(10) ** -25 for j in range(m)), "gradient elsewhere"
    ll = sum(w[i] * (log(pa[i]) - log(pb[i])) for i in range(n))
    masses = []
    for j in support:
        members = classes[cols[j]]
        lo = min(cs[c][0] for c in members)
        hi = max(cs[c][1] for c in members)
        masses.append((lo, hi, x[j] / total))
    return masses, ll


def draw(kind, n, seed):
    g = random.Random(seed)
    rows = []
    while len(rows) < n:
        t = 10 * (-math.log(g.random())) ** (1 / 1.5)
        entry, exit = 0.0, INF
        if kind in ("left", "both") and g.random() < 0.6: entry = round(6 * g.random(), 1)
        if kind in ("right", "both") and g.random() < 0.6: exit = round(8 + 20 * g.random(), 1)
        if not entry < t <= exit: continue
        u = g.random()
        if kind == "current": lo, hi = (0.0, round(16 * g.random() + 1, 0)), None; c = lo[1]; lo, hi = (0.0, c) if t <= c else (c, INF)
        elif u < 0.6: lo, hi = max(0.0, round(t - 4 * g.random(), 1)), round(t + 4 * g.random() + 0.1, 1)
        elif u < 0.75: lo = hi = round(t, 1)
        elif u < 0.85: lo, hi = 0.0, round(t + 3 * g.random() + 0.1, 1)
        else: lo, hi = round(t * g.random(), 1), INF
        low, high = (lo, hi) if lo == hi else (max(lo, entry), min(hi, exit))
        if lo == hi and not entry < lo <= exit or lo != hi and not low < high: continue
        if lo == 0.0 and hi == INF: continue
        rows.append((lo, hi, entry, exit, g.randint(1, 3)))
    return rows


def main():
    folder = sys.argv[1]
    note = "# made by nonparametric_turnbull.py; masses and log-likelihoods to 30 digits\n"
    show = lambda v: "inf" if v == INF else repr(v)
    with open(f"{folder}/nonparametric_turnbull_rows.csv", "w") as r, open(f"{folder}/nonparametric_turnbull_masses.csv", "w") as o:
        r.write(note + "case,lower,upper,entry,exit,count\n")
        o.write(note + "case,lower,upper,mass,log_likelihood\n")
        for kind, n, seed in (("mixed", 40, 1), ("mixed", 60, 2), ("current", 80, 3), ("left", 40, 4), ("right", 40, 5), ("both", 50, 6)):
            rows = draw(kind, n, seed)
            masses, ll = solve(rows)
            name = f"{kind}{n}"
            for row in rows: r.write(name + "," + ",".join(show(v) for v in row) + "\n")
            for lo, hi, x in masses: o.write(f"{name},{show(lo)},{show(hi)},{nstr(x, 30)},{nstr(ll, 30)}\n")
            print(name, len(masses), nstr(ll, 12), file=sys.stderr)


main()
