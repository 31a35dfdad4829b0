#!/usr/bin/python3
"""Writes kernels.csv and remainders.csv: standard kernels and the pieces of the log-gamma density in 500 digits.

Usage: /usr/bin/python3 tests/golden/generate_kernels.py
Arguments are the doubles the tests read back; values carry 20 digits.
"""
import pathlib

import mpmath as mp

mp.mp.dps = 500  # differences such as 1 - w - r at w = e^-700 need them
HERE = pathlib.Path(__file__).parent


def text(x):
    return mp.nstr(x, 20, min_fixed=0, max_fixed=0)


def sev(z):
    w = mp.exp(z)
    r = w / mp.expm1(w)
    log_f = mp.log1p(-mp.exp(-w)) if z > 0 else mp.log(-mp.expm1(-w))
    return [(z - w, 1 - w, -w), (-w, -w, -w), (log_f, r, r * (1 - w - r))]


def gaussian(z):
    log_phi = -z * z / 2 - mp.log(2 * mp.pi) / 2

    def upper(x):
        log_s = mp.log(mp.erfc(x / mp.sqrt(2)) / 2) if x > 0 else mp.log1p(-mp.erfc(-x / mp.sqrt(2)) / 2)
        h = mp.exp(-x * x / 2 - mp.log(2 * mp.pi) / 2 - log_s)
        return log_s, -h, -h * (h - x)

    s, f = upper(z), upper(-z)
    return [(log_phi, -z, mp.mpf(-1)), s, (f[0], -f[1], f[2])]


def logistic(z):
    s, c = 1 / (1 + mp.exp(z)), 1 / (1 + mp.exp(-z))
    log_s, log_c = -mp.log1p(mp.exp(z)), -mp.log1p(mp.exp(-z))
    return [(log_s + log_c, s - c, -2 * s * c), (log_s, -c, -s * c), (log_c, s, -s * c)]


def mirrored(kernel):
    def turned(z):
        f, s, c = kernel(-z)
        turn = lambda t: (t[0], -t[1], t[2])
        return [turn(f), turn(c), turn(s)]

    return turned


CENTRE = ['-3', '-2.5', '-2.303', '-2.302', '-1', '-0.5', '-0.1', '-1e-3', '-1e-9', '0', '1e-9', '1e-3', '0.1', '0.3', '0.69', '1',
          '1.5', '2', '2.5', '3']
WIDE = ['5', '5.0000001', '6', '7.3', '8.9999', '9.1', '12', '19.9', '20.1', '37', '38.5', '50', '100', '1000', '1414.3', '1e4', '1e6',
        '99999999', '1e8', '1.0000001e8']
KERNELS = {
    'smallest_extreme': (sev, CENTRE + ['-700', '-300', '-100', '-50', '-36.7', '-20', '-5', '5', '6.5', '6.54', '6.6', '10', '13.8155', '709']),
    'largest_extreme': (mirrored(sev), CENTRE + ['700', '300', '100', '50', '36.7', '20', '5', '-5', '-6.5', '-6.54', '-6.6', '-10', '-13.8155', '-709']),
    'gaussian': (gaussian, CENTRE + WIDE + ['-' + z for z in WIDE]),
    'logistic': (logistic, CENTRE + ['5', '-5', '20', '-20', '36', '-36', '40', '-40', '700', '-700', '1e6', '-1e6']),
}


def remainders(x):
    e0 = lambda v: (mp.expm1(v) - v) / v**2 if v != 0 else mp.mpf(1) / 2
    e1 = lambda v: mp.expm1(v) / v if v != 0 else mp.mpf(1)
    if x == 0:
        return [mp.mpf(v) for v in ('0.5', mp.mpf(1) / 6, mp.mpf(1) / 12, 1, '0.5', mp.mpf(1) / 3, 1)]
    e0_1 = (e1(x) - 2 * e0(x)) / x
    e0_2 = (e0(x) + x * e0_1 - 3 * e0_1) / x
    return [e0(x), e0_1, e0_2, e1(x), e0(x) + x * e0_1, 2 * e0_1 + x * e0_2, mp.exp(x)]


def density_constant(lam):
    """C(lambda) = ln|lambda| + k ln k - k - ln Gamma(k) with its two derivatives."""
    if lam == 0:
        return [-mp.log(2 * mp.pi) / 2, mp.mpf(0), -mp.mpf(1) / 6]
    l = abs(lam)
    k, k1, k2 = 1 / l**2, -2 / l**3, 6 / l**4
    d = mp.log(k) - mp.psi(0, k)
    c = mp.log(l) + k * mp.log(k) - k - mp.loggamma(k)
    c1 = 1 / l + k1 * d
    c2 = -1 / l**2 + k2 * d + k1**2 * (1 / k - mp.psi(1, k))
    return [c, c1 if lam > 0 else -c1, c2]


def main():
    with open(HERE / 'kernels.csv', 'w') as out:
        out.write('# /usr/bin/python3 tests/golden/generate_kernels.py\n')
        out.write('kernel,function,z,f,d1,d2\n')
        for name, (kernel, points) in KERNELS.items():
            for z in points:
                x = mp.mpf(float(z))
                for function, values in zip(('log_pdf', 'log_sf', 'log_cdf'), kernel(x)):
                    out.write(f'{name},{function},{float(z)!r},' + ','.join(text(v) for v in values) + '\n')
    with open(HERE / 'remainders.csv', 'w') as out:
        out.write('# /usr/bin/python3 tests/golden/generate_kernels.py\n')
        out.write('what,x,v0,v1,v2,v3,v4,v5,v6\n')
        for x in ('0', '1e-100', '1e-12', '-1e-12', '1e-6', '-1e-3', '0.01', '-0.1', '0.3', '-0.5', '0.9', '-0.9', '0.999999', '-0.999999', '1',
                  '-1', '1.0000001', '-1.0000001', '1.5', '-1.5', '3', '-3', '10', '-10', '100', '-100', '700', '-700', '-1e6'):
            out.write(f'remainders,{float(x)!r},' + ','.join(text(v) for v in remainders(mp.mpf(float(x)))) + '\n')
        for x in ('0', '1e-9', '-1e-6', '1e-3', '0.01', '-0.05', '0.1', '0.2', '0.3', '-0.34', '0.3499', '0.35', '0.36', '-0.5', '0.7', '1', '-1',
                  '1.5', '2', '3', '-3', '10', '31.6', '100', '1000'):
            values = density_constant(mp.mpf(float(x)))
            out.write(f'density,{float(x)!r},' + ','.join(text(v) for v in values) + ',,,,\n')


main()
