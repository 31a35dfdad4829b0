#!/usr/bin/python3
"""Writes intervals.csv: log(F(z + h) - F(z)) of the standard laws with what its derivatives sum to, in 500 digits.

Usage: /usr/bin/python3 tests/golden/generate_intervals.py
z and h are the doubles the tests read back; values carry 20 digits. Columns as RowSums names them; c_* is the change of
each by relative changes of z, z + h and h, against which its error is judged.
"""
import pathlib

import mpmath as mp

mp.mp.dps = 500
HERE = pathlib.Path(__file__).parent
NAMES = ['f', 'd1', 'z_d1', 'd2', 'z_d2', 'zz_d2']


def smallest_extreme(z):
    w = mp.exp(z)
    density = w * mp.exp(-w)
    return -mp.expm1(-w), mp.exp(-w), density, density * (1 - w)


def normal(z):
    density = mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)
    return mp.erfc(-z / mp.sqrt(2)) / 2, mp.erfc(z / mp.sqrt(2)) / 2, density, -z * density


def logistic(z):
    c, s = 1 / (1 + mp.exp(-z)), 1 / (1 + mp.exp(z))
    return c, s, c * s, c * s * (s - c)


def sums(law, a, h):
    b = a + h
    (ca, sa, fa, ga), (cb, sb, fb, gb) = law(a), law(b)
    p = sa - sb if a + b > 0 else cb - ca
    da, db = -fa / p, fb / p
    aa, ab, bb = -ga / p - da * da, -da * db, gb / p - db * db
    return [mp.log(p), da + db, a * da + b * db, aa + 2 * ab + bb, a * aa + (a + b) * ab + b * bb,
            a * a * aa + 2 * a * b * ab + b * b * bb]


def condition(law, a, h):
    e = mp.mpf(10) ** -80
    move = [(x - y) / (2 * e) for x, y in zip(sums(law, a + e, h), sums(law, a - e, h))]
    grow = [(x - y) / (2 * e) for x, y in zip(sums(law, a, h * (1 + e)), sums(law, a, h * (1 - e)))]
    return [(abs(a) + abs(a + h)) * abs(m) + abs(g) for m, g in zip(move, grow)]


WIDTHS = ['1e-12', '1e-7', '1e-3', '0.02', '0.1', '0.3', '0.499', '0.5', '0.69', '0.7', '1', '2.5', '6', '30', '200', '1000']
PLACES = {
    'smallest_extreme': (smallest_extreme, ['-600', '-40', '-10', '-3', '-2.3', '-1', '-0.3', '0', '0.5', '1', '2', '3', '6']),
    'normal': (normal, ['-100', '-37.6', '-12', '-5', '-2', '-1', '-0.4', '-0.05', '0', '0.3', '0.9', '2', '4.9', '8', '20', '38', '100', '3000']),
    'logistic': (logistic, ['-600', '-40', '-8', '-3', '-1', '-0.3', '0', '0.5', '1', '3', '8', '40', '600']),
}

with open(HERE / 'intervals.csv', 'w') as out:
    out.write('# /usr/bin/python3 tests/golden/generate_intervals.py\n')
    out.write('law,z,h,' + ','.join(NAMES) + ',' + ','.join('c_' + n for n in NAMES) + '\n')
    for name, (law, places) in PLACES.items():
        for z in places:
            for h in WIDTHS:
                a, w = mp.mpf(float(z)), mp.mpf(float(h))
                values = sums(law, a, w) + condition(law, a, w)
                cells = [mp.nstr(v, 20, min_fixed=0, max_fixed=0) for v in values]
                out.write(','.join([name, z, h] + cells) + '\n')
