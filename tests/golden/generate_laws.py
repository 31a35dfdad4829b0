#!/usr/bin/python3
"""Writes laws.csv: log f, log S and log F of every life law on its axis u, in 50 digits, with the condition of each.

Usage: /usr/bin/python3 tests/golden/generate_laws.py

Columns: law (contract name), theta (working coordinates, ';' between them), u, then for log_pdf, log_sf and log_cdf the
value and its condition: |value| + sum of |argument * d value / d argument| over u - mu, sigma and the shape, which is
what an evaluation that is backward stable in its arguments may lose a few units of. Tails are integrals of the density at
50 digits where no closed form exists; the closed forms used elsewhere differ from the program's.
"""
import pathlib

import mpmath as mp

mp.mp.dps = 50
HERE = pathlib.Path(__file__).parent


def text(x):
    return '-inf' if x == -mp.inf else mp.nstr(x, 20, min_fixed=0, max_fixed=0)


def tail_integral(log_density, z, side):
    """log of the integral of exp(log_density) from z to the end of the line on `side`."""
    top = log_density(z)
    # Panels whose ends lie where the density has fallen by set amounts, found by doubling and bisection.
    points, fall_at = [mp.mpf(0)], lambda s: top - log_density(z + side * s)
    for target in (0.5, 2, 5, 10, 20, 35, 55, 80, 115, 150):
        low = points[-1]
        high = low + (low if low > 0 else mp.mpf('1e-30'))
        while fall_at(high) < target:
            low, high = high, 2 * high
        for _ in range(30):
            middle = (low + high) / 2
            if fall_at(middle) < target:
                low = middle
            else:
                high = middle
        points.append(high)
    total = mp.quad(lambda s: mp.exp(log_density(z + side * s) - top), points)
    return top + mp.log(total)


def shape_law(log_density, z, mode):
    """(log f, log S, log F) by integrating on the side away from the mode."""
    with mp.workdps(70):
        f = log_density(z)
    if z >= mode:
        log_s = tail_integral(log_density, z, 1)
        return f, log_s, mp.log1p(-mp.exp(log_s))
    log_f = tail_integral(log_density, z, -1)
    return f, mp.log1p(-mp.exp(log_f)), log_f


def log_gamma_density(lam):
    if lam == 0:
        return lambda w: -w * w / 2 - mp.log(2 * mp.pi) / 2
    with mp.workdps(120):
        k = 1 / lam**2
        c = mp.log(abs(lam)) + k * mp.log(k) - k - mp.loggamma(k)

    def density(w):
        x = lam * w
        if abs(x) < mp.mpf('1e-3'):
            with mp.workdps(mp.mp.dps + 60):
                return c - (mp.expm1(x) - x) / lam**2
        return c - (mp.expm1(x) - x) / lam**2

    return density


def kernel_sev(z):
    w = mp.exp(z)
    return z - w, -w, mp.log1p(-mp.exp(-w)) if w > 1 else mp.log(-mp.expm1(-w))


def kernel_lev(z):
    f, s, c = kernel_sev(-z)
    return f, c, s


def kernel_normal(z):
    upper = lambda x: mp.log(mp.erfc(x / mp.sqrt(2)) / 2) if x > 0 else mp.log1p(-mp.erfc(-x / mp.sqrt(2)) / 2)
    return -z * z / 2 - mp.log(2 * mp.pi) / 2, upper(z), upper(-z)


def kernel_logistic(z):
    s, c = -mp.log1p(mp.exp(z)), -mp.log1p(mp.exp(-z))
    return s + c, s, c


def location_scale(kernel):
    def law(theta, u):
        sigma = mp.exp(theta[1]) if len(theta) > 1 else mp.mpf(1)
        f, s, c = kernel((u - theta[0]) / sigma)
        return f - mp.log(sigma), s, c

    return law


def gengamma(theta, u):
    sigma, lam = mp.exp(theta[1]), theta[2]
    f, s, c = shape_law(log_gamma_density(lam), (u - theta[0]) / sigma, 0)
    return f - mp.log(sigma), s, c


def gamma(theta, u):
    return gengamma([theta[0], -theta[1] / 2, mp.exp(-theta[1] / 2)], u)


def inverse_gaussian(theta, u):
    phi = mp.exp(theta[1])
    density = lambda y: theta[1] / 2 - mp.log(2 * mp.pi) / 2 - phi * (mp.cosh(y) - 1) - y / 2
    return shape_law(density, u - theta[0], -mp.asinh(1 / (2 * phi)))


def birnbaum_saunders(theta, u):
    h, shape = (u - theta[0]) / 2, mp.exp(theta[1])
    f, s, c = kernel_normal(2 * mp.sinh(h) / shape)
    return f + mp.log(mp.cosh(h) / shape), s, c


def from_hazard(log_hazard, cumulative):
    return log_hazard - cumulative, -cumulative, mp.log1p(-mp.exp(-cumulative)) if cumulative > 1 else mp.log(
        -mp.expm1(-cumulative))


def gompertz(theta, u):
    rate, growth, t = mp.exp(theta[0]), theta[1], mp.exp(u)
    h = rate * (mp.expm1(growth * t) / growth if growth != 0 else t)
    return from_hazard(theta[0] + growth * t + u, h)


def exponential_2p(theta, u):
    h = (u - theta[1]) / mp.exp(theta[0])
    return from_hazard(-theta[0], h)


def threshold(kernel):
    def law(theta, u):
        xi, r = theta[2], (u - theta[0]) / mp.exp(theta[1])
        with mp.workdps(80):
            z = mp.log1p(xi * r) / xi if xi != 0 else r
        f, s, c = kernel(z)
        return f - theta[1] - xi * z, s, c

    return law


LAWS = {
    'exponential': (location_scale(kernel_sev), [['0.25']], ['-40', '-3', '-0.5', '0.25', '1.75', '3', '14']),
    'weibull': (location_scale(kernel_sev), [['0.3', '-0.7'], ['-0.1', '2.5'], ['1.5', '-5']],
                ['-30', '-2', '-0.1', '0.29', '0.31', '1.4', '1.52', '5', '60']),
    'gumbel': (location_scale(kernel_sev), [['0.3', '-0.7']], ['-30', '-2', '0.31', '2', '6.5']),
    'gumbel-max': (location_scale(kernel_lev), [['0.3', '-0.7']], ['30', '-2', '0.31', '2', '-6.5']),
    'frechet': (location_scale(kernel_lev), [['0.3', '-0.7']], ['30', '-2', '0.31', '2', '-6.5']),
    'normal': (location_scale(kernel_normal), [['-0.2', '0.4'], ['0.75', '-3']], ['-2000', '-30', '-2', '0.7', '0.8', '2', '31', '2100']),
    'lognormal': (location_scale(kernel_normal), [['-0.2', '0.4']], ['-30', '-2', '-0.1', '0', '1', '2', '31', '70', '2100']),
    'logistic': (location_scale(kernel_logistic), [['-0.2', '0.4']], ['-900', '-30', '-2', '-0.1', '1', '31', '900']),
    'loglogistic': (location_scale(kernel_logistic), [['-0.2', '-1.4']], ['-200', '-30', '-2', '-0.1', '1', '31', '200']),
    'birnbaum-saunders': (birnbaum_saunders, [['0.1', '0.5'], ['0.1', '-4']], ['-12', '-3', '-0.2', '0.09', '0.3', '2', '12']),
    'gamma': (gamma, [['0.2', b] for b in ('-6.907755278982137', '-1.5', '-0.3', '0', '1.6', '4', '10', '27.631021115928547')],
              ['-40', '-3', '-0.5', '0.19', '0.2', '0.2000001', '0.5', '2', '5']),
    'gengamma': (gengamma, [['0.1', '-0.6', l] for l in ('-3', '-2', '-1', '-0.3', '-1e-6', '0', '1e-6', '0.2', '0.34', '0.36', '0.7',
                                                         '1', '2', '3')],
                 ['-30', '-4', '-1', '0', '0.1', '0.4', '1.2', '3', '40']),
    'inverse-gaussian': (inverse_gaussian, [['0.1', b] for b in ('-5', '-1', '0.5', '3', '9', '20')],
                         ['-9', '-2', '-0.3', '0', '0.1', '0.1001', '0.4', '2', '6', '12']),
    'gompertz': (gompertz, [['-2', '1.3'], ['-0.4', '-0.8'], ['0.2', '1e-7'], ['0.2', '0'], ['-60', '50'], ['-300', '250']],
                 ['-30', '-3', '-0.5', '0.18', '0.3', '1.2', '2']),
    'exponential-2p': (exponential_2p, [['0.4', '-1.2']], ['-1.1999999', '-1', '0', '3', '60', '1000000']),
    'weibull-3p': (threshold(kernel_sev), [['0.2', '-0.3', x] for x in ('0.8', '0.1', '1e-4', '1e-9', '0', '-0.15')],
                   ['-0.7', '-0.5', '0', '0.2', '0.9', '2', '4']),
    'lognormal-3p': (threshold(kernel_normal), [['0.2', '-0.3', x] for x in ('0.8', '0.1', '1e-4', '1e-9', '0', '-0.15')],
                     ['-0.7', '-0.5', '0', '0.2', '0.9', '2', '4']),
    'loglogistic-3p': (threshold(kernel_logistic), [['0.2', '-0.3', x] for x in ('0.8', '0.1', '1e-9', '-0.15')],
                       ['-0.7', '-0.5', '0', '0.2', '0.9', '2', '4']),
}
# Far tails, down to exp(-1e6).
FAR = [('gamma', ['0.2', '4'], '9.8'), ('gamma', ['0.2', '10'], '-45'), ('gamma', ['0.2', '-6.907755278982137'], '20.6'),
       ('gengamma', ['0.1', '-0.6', '0'], '776.2'), ('gengamma', ['0.1', '-0.6', '0.2'], '14.6'), ('gengamma', ['0.1', '-0.6', '-0.2'], '-14.4'),
       ('gengamma', ['0.1', '-0.6', '1e-6'], '-770'), ('inverse-gaussian', ['0.1', '-5'], '19.5'), ('inverse-gaussian', ['0.1', '3'], '11.6'),
       ('inverse-gaussian', ['0.1', '3'], '-11.4')]


def condition(law, theta, u, index, value):
    if value == -mp.inf:
        return mp.mpf(0)
    total = abs(value)
    with mp.workdps(35):
        step = mp.mpf('1e-12')
        arguments = list(theta) + [u]
        for i in range(len(arguments)):
            # mu and u act through their difference; log sigma's own absolute error is what counts.
            size = max(abs(u - theta[0]), mp.mpf('1e-3')) if i in (0, len(arguments) - 1) else max(abs(arguments[i]), 1)
            moved = list(arguments)
            moved[i] += step * size
            total += abs(law(moved[:-1], moved[-1])[index] - value) / step
    return total


def main():
    with open(HERE / 'laws.csv', 'w') as out:
        out.write('# /usr/bin/python3 tests/golden/generate_laws.py\n')
        out.write('law,theta,u,log_pdf,condition,log_sf,condition,log_cdf,condition\n')
        cases = [(name, theta, u) for name, (_, thetas, points) in LAWS.items() for theta in thetas for u in points] + FAR
        for name, theta, u in cases:
            law = LAWS[name][0]
            exact_theta, exact_u = [mp.mpf(float(t)) for t in theta], mp.mpf(float(u))
            values = law(exact_theta, exact_u)
            cells = []
            for i, v in enumerate(values):
                cells += [text(v), mp.nstr(condition(law, exact_theta, exact_u, i, v), 4)]
            out.write(f"{name},{';'.join(repr(float(t)) for t in theta)},{float(u)!r},{','.join(cells)}\n")


main()
