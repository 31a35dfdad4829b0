#!/usr/bin/env python3
"""Makes nonparametric_median_ranks.csv: quantiles of Beta(rank, n - rank + 1) at 50 digits.

usage: nonparametric_median_ranks.py > nonparametric_median_ranks.csv

I_x(a, b) by Gauss's continued fraction (modified Lentz), solved for x by Newton's method; every value is checked
against mpmath's hypergeometric function where that converges. Ranks are doubles, taken as exact.
"""
from mpmath import mp, mpf, log, log1p, exp, loggamma, betainc, nstr
mp.dps = 50


def regularized(a, b, x):
    if x > (a + 1) / (a + b + 2):
        return 1 - regularized(b, a, 1 - x)
    tiny = mpf(10) ** -200
    c, d = mpf(1), 1 - (a + b) * x / (a + 1)
    d = 1 / (d if d else tiny)
    h, m = d, 0
    while True:
        m += 1
        for step in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 + step * d
            d = 1 / (d if d else tiny)
            c = 1 + step / c
            c = c if c else tiny
            h *= d * c
        if abs(d * c - 1) < mpf(10) ** -47:
            break
    return exp(a * log(x) + b * log1p(-x) + loggamma(a + b) - loggamma(a) - loggamma(b)) * h / a


def quantile(a, b, p, start):
    x = mpf(start)
    for _ in range(200):
        slope = exp((a - 1) * log(x) + (b - 1) * log1p(-x) + loggamma(a + b) - loggamma(a) - loggamma(b))
        step = (regularized(a, b, x) - p) / slope
        while not 0 < x - step < 1 or abs(step) > x / 2 or abs(step) > (1 - x) / 2:
            step /= 2
        x -= step
        if abs(step) < x * mpf(10) ** -40:
            return x
    raise RuntimeError((a, b, p))


print("# quantiles of Beta(rank, n - rank + 1); 40 digits; made by nonparametric_median_ranks.py")
print("rank,n,p,x")
cases = [(r, n) for n in (2, 3, 10, 20, 72) for r in (1, 1.3125, 2, n / 2 + 0.25, n - 0.6875, n)]
cases += [(2.1875, 1000), (500.5, 1000), (999.3, 1000), (1.05, 1e6), (3.7, 1e6), (1234.5, 1e6), (4.5e5, 1e6), (999998.25, 1e6), (7, 1e9), (1e5 + 0.5, 1e9)]
for rank, n in cases:
    a = mpf(rank)
    b = mpf(n) - a + 1
    for p in (0.5, 0.025, 0.95):
        x = quantile(a, b, mpf(p), (a - mpf(1) / 3) / (a + b - mpf(2) / 3))
        if n <= 100:
            assert abs(betainc(a, b, 0, x, regularized=True) - mpf(p)) < mpf(10) ** -38
        print(f"{rank!r},{n!r},{p!r},{nstr(x, 40)}")
