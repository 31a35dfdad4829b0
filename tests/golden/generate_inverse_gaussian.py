#!/usr/bin/python3
"""Writes inverse_gaussian.csv: log F and log S of the inverse Gaussian life with first and second derivatives, 50 digits.

Usage: /usr/bin/python3 tests/golden/generate_inverse_gaussian.py

Columns: b = ln(shape/mean), y = ln(t/mean), tail, then the value and its derivatives in y, b, yy, yb, bb, by the textbook's
F = Phi(2 s sinh(y/2)) + exp(2 phi) Phi(-2 s cosh(y/2)), s = sqrt(phi), phi = exp(b), and numerical differentiation.
"""
import pathlib

import mpmath as mp

mp.mp.dps = 80


def cdf(y, b):
    phi = mp.exp(b)
    s = mp.sqrt(phi)
    return mp.ncdf(2 * s * mp.sinh(y / 2)) + mp.exp(2 * phi) * mp.ncdf(-2 * s * mp.cosh(y / 2))


def main():
    lines = ['# /usr/bin/python3 tests/golden/generate_inverse_gaussian.py', 'b,y,tail,f,y1,b1,yy,yb,bb']
    for b in ('-1.375', '-1.5', '-3', '-7', '-20'):
        for y in ('0', '-0.0625', '-0.75', '-1.25', '-3', '-6', '-12', '-22.5'):
            at = (mp.mpf(y), mp.mpf(b))
            for tail in ('cdf', 'sf'):
                value = (lambda y, b: mp.log(cdf(y, b))) if tail == 'cdf' else (lambda y, b: mp.log(1 - cdf(y, b)))
                f = value(*at)
                if f < -700 or (tail == 'sf' and f > -mp.mpf('1e-40')):
                    continue
                jet = [f] + [mp.diff(value, at, n) for n in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2))]
                lines.append(','.join([b, y, tail] + [mp.nstr(x, 25) for x in jet]))
    path = pathlib.Path(__file__).parent / 'inverse_gaussian.csv'
    path.write_text('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
