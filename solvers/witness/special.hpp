// Special functions of the witness, each with first and second derivatives, for any number type.
//
// Sources  Mills ratio, incomplete gamma: Abramowitz & Stegun 26.2.10, 26.2.14, 6.5.29, 6.5.31;
//          log gamma: Stirling's series, A&S 6.1.40; double-exponential quadrature: Takahasi & Mori (1974).

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "solvers/witness/dual.hpp"

namespace relia::witness {

/// A function of one variable: value and two derivatives.
template <class R>
struct Uni {
  R f, d1, d2;
};

template <class R, int N>
Dual<R, N> apply(const Dual<R, N>& x, const Uni<R>& u) {
  return chain(x, u.f, u.d1, u.d2);
}

/// Bits of the number type; how far series must go.
template <class R>
inline constexpr int kBits = std::numeric_limits<R>::digits;

template <class R>
const R& pi() {
  static const R value = [] {
    using std::atan;
    return R(4) * atan(R(1));
  }();
  return value;
}

/// log sqrt(2 pi)
template <class R>
const R& log_sqrt_two_pi() {
  static const R value = [] {
    using std::log;
    return log(R(2) * pi<R>()) / R(2);
  }();
  return value;
}

/// log(1 - exp(-u)), u > 0.
template <class R>
Uni<R> log1mexp(const R& u) {
  using std::exp;
  using std::expm1;
  using std::log;
  using std::log1p;
  const R f = u < R(0.6) ? log(-expm1(-u)) : log1p(-exp(-u));
  const R e = exp(-u), d1 = e / -expm1(-u);
  return {f, d1, -d1 * (R(1) + d1)};
}

/// log(1 - exp(-e^z)): the distribution function of the smallest extreme value. Exact also where e^z underflows.
template <class R>
Uni<R> log_cdf_sev(const R& z) {
  using std::exp;
  using std::expm1;
  using std::log;
  const R x = exp(z);
  if (x < std::numeric_limits<R>::epsilon() / R(4)) return {z - x / R(2), R(1), -x / R(2)};
  const R f = log1mexp(x).f;
  if (!(x < R(600))) {  // also where e^z overflows
    const R s = exp(z - x);
    return {f, s, s - exp(R(2) * z - x)};
  }
  const R r = x / expm1(x);
  return {f, r, r * (R(1) + x / expm1(-x))};
}

/// log(1 + e^z)
template <class R>
Uni<R> softplus(const R& z) {
  using std::exp;
  using std::log1p;
  const R e = exp(z > R(0) ? -z : z);
  const R big = R(1) / (R(1) + e), small = e * big;
  return {(z > R(0) ? z : R(0)) + log1p(e), z > R(0) ? big : small, big * small};
}

/// h(x) - x for the normal hazard h = phi / (1 - Phi), x > 0, by its continued fraction 1/(x+ 2/(x+ 3/(x+ ...
template <class R>
R normal_hazard_excess(const R& x) {
  using std::ceil;
  const double xd = static_cast<double>(x);
  const double reach = (kBits<R> * 0.6931 + 8.0) / (2.828 * xd);
  const int terms = 12 + static_cast<int>(reach * reach);
  R t = R(0);
  for (int j = terms; j >= 1; --j) t = R(j) / (x + t);
  return t;
}

/// log(1 - Phi(x)) for any x.
template <class R>
Uni<R> log_normal_sf(const R& x) {
  using std::erfc;
  using std::exp;
  using std::log;
  using std::log1p;
  constexpr bool wide = kBits < R >> 64;
  const R cut = wide ? R(3) : R(5);
  if (x > cut) {
    const R k = normal_hazard_excess(x), h = x + k;
    return {-x * x / R(2) - log_sqrt_two_pi<R>() - log(h), -h, -h * k};
  }
  const R log_phi = -x * x / R(2) - log_sqrt_two_pi<R>();
  R f;
  if (x < -cut) {
    const R m = -x;
    f = log1p(-exp(log_phi) / (m + normal_hazard_excess(m)));
  } else if constexpr (wide) {
    R term = x, sum = x;
    for (int n = 1; n < 400; ++n) {
      term *= x * x / R(2 * n + 1);
      sum += term;
      if (term < R(0) ? -term < std::numeric_limits<R>::epsilon() : term < std::numeric_limits<R>::epsilon()) break;
    }
    f = log(R(0.5) - exp(log_phi) * sum);
  } else {
    f = x < R(0) ? log1p(-erfc(-x / std::sqrt(R(2))) / R(2)) : log(erfc(x / std::sqrt(R(2))) / R(2));
  }
  const R h = exp(log_phi - f);
  return {f, -h, -h * (h - x)};
}

/// log Gamma(a), a > 0, with digamma and trigamma: Stirling's series after a shift to large argument.
template <class R>
Uni<R> log_gamma(const R& a);

/// s(k) = log Gamma(k) - (k - 1/2) log k + k - log sqrt(2 pi), Stirling's remainder, for large k.
template <class R>
Uni<R> stirling_remainder(const R& k);

/// B_2n / (2n (2n-1)), n = 1 ...: coefficients of Stirling's series.
template <class R>
const std::vector<R>& stirling_coefficients() {
  static const std::vector<R> table = [] {
    constexpr std::size_t count = kBits < R >> 64 ? 44 : 10;
    // Bernoulli numbers through the tangent numbers, which are integers: no cancellation.
    std::vector<R> t(count + 1, R(0));
    t[1] = R(1);
    for (std::size_t k = 2; k <= count; ++k) t[k] = R(static_cast<int>(k) - 1) * t[k - 1];
    for (std::size_t k = 2; k <= count; ++k)
      for (std::size_t j = k; j <= count; ++j)
        t[j] = R(static_cast<int>(j - k)) * t[j - 1] + R(static_cast<int>(j - k) + 2) * t[j];
    std::vector<R> c(count);
    R four = R(1);
    for (std::size_t n = 1; n <= count; ++n) {
      four *= R(4);
      const R two_n = R(static_cast<int>(2 * n));
      const R b = two_n * t[n] / (four * (four - R(1)));
      c[n - 1] = (n % 2 == 1 ? b : -b) / (two_n * (two_n - R(1)));
    }
    return c;
  }();
  return table;
}

template <class R>
Uni<R> stirling_remainder(const R& k) {
  const auto& c = stirling_coefficients<R>();
  const R w = R(1) / k, w2 = w * w;
  R f = R(0), d1 = R(0), d2 = R(0);
  for (std::size_t n = c.size(); n-- > 0;) {
    const R m = R(static_cast<int>(2 * n) + 1);
    f = f * w2 + c[n];
    d1 = d1 * w2 - m * c[n];
    d2 = d2 * w2 + m * (m + R(1)) * c[n];
  }
  return {f * w, d1 * w2, d2 * w2 * w};
}

template <class R>
Uni<R> log_gamma(const R& a) {
  using std::log;
  constexpr int from = kBits < R >> 64 ? 40 : (kBits < R >> 53 ? 16 : 10);
  R k = a, product = R(1), s1 = R(0), s2 = R(0);
  while (k < R(from)) {
    product *= k;
    const R w = R(1) / k;
    s1 += w;
    s2 += w * w;
    k += R(1);
  }
  const R lk = log(k), w = R(1) / k;
  const Uni<R> s = stirling_remainder(k);
  return {(k - R(0.5)) * lk - k + log_sqrt_two_pi<R>() + s.f - log(product), lk - w / R(2) + s.d1 - s1,
          w + w * w / R(2) + s.d2 + s2};
}

/// Nodes x and weights w of the integral from 0 to infinity of a function that falls at least like exp(-x):
/// x = exp(t - exp(-t)), trapezoidal rule in t.
template <class R>
const std::vector<std::pair<R, R>>& decaying_nodes() {
  static const std::vector<std::pair<R, R>> nodes = [] {
    using std::exp;
    constexpr bool wide = kBits < R >> 64;
    const R step = wide ? R(1) / R(40) : (kBits<R> > 53 ? R(1) / R(12) : R(1) / R(10));
    const double reach = kBits<R> * 0.6931 + 5.0;
    std::vector<std::pair<R, R>> list;
    for (int i = -400; i < 800; ++i) {
      const R t = R(i) * step;
      const double td = static_cast<double>(t);
      const double log_x = td - std::exp(-td);
      if (log_x < -reach || log_x > std::log(1.2 * reach)) continue;
      const R e = exp(-t), x = exp(t - e);
      list.emplace_back(x, step * x * (R(1) + e));
    }
    return list;
  }();
  return nodes;
}

/// exp(x) - 1 - x over x^2, with two derivatives.
template <class R>
Uni<R> second_exponential_remainder(const R& x) {
  using std::exp;
  if (x < R(1) && x > R(-1)) {
    constexpr int terms = kBits < R >> 64 ? 44 : 22;
    static const std::vector<R> c = [] {
      std::vector<R> list;
      R factorial = R(1);
      for (int n = 2; n < terms + 2; ++n) {
        factorial *= R(n);
        list.push_back(R(1) / factorial);
      }
      return list;
    }();
    R f = R(0), d1 = R(0), half_d2 = R(0);
    for (std::size_t n = c.size(); n-- > 0;) {
      half_d2 = half_d2 * x + d1;
      d1 = d1 * x + f;
      f = f * x + c[n];
    }
    return {f, d1, R(2) * half_d2};
  }
  const R e = exp(x), w = R(1) / x, f = (e - R(1) - x) * w * w;
  const R d1 = (e - R(1)) * w * w - R(2) * f * w;
  const R d2 = e * w * w - R(2) * (e - R(1)) * w * w * w - R(2) * d1 * w + R(2) * f * w * w;
  return {f, d1, d2};
}

/// log of the density of w = (log T - mu) / sigma of the generalized gamma law, analytic in lambda also at 0:
/// -log sqrt(2 pi) - s(lambda^-2) - w^2 phi(lambda w). Variables: w, lambda.
template <class R>
Dual<R, 2> gengamma_log_density_small(const R& w, const R& lambda) {
  // s(k) in powers of lambda: c_1 lambda^2 + c_2 lambda^6 + ...
  const auto& c = stirling_coefficients<R>();
  const R l2 = lambda * lambda, l4 = l2 * l2;
  R s = R(0), s1 = R(0), s2 = R(0);
  for (std::size_t n = c.size(); n-- > 0;) {
    const R m = R(static_cast<int>(4 * n) + 2);
    s = s * l4 + c[n];
    s1 = s1 * l4 + m * c[n];
    s2 = s2 * l4 + m * (m - R(1)) * c[n];
  }
  const R x = lambda * w;
  const Uni<R> u = second_exponential_remainder(x);
  Dual<R, 2> d(-log_sqrt_two_pi<R>() - s * l2 - w * w * u.f);
  d.g = {-w * (R(2) * u.f + x * u.d1), -s1 * lambda - w * w * w * u.d1};
  const R w2 = w * w;
  d.h = {-(R(2) * u.f + R(4) * x * u.d1 + x * x * u.d2), -w2 * (R(3) * u.d1 + x * u.d2), -s2 - w2 * w2 * u.d2};
  return d;
}

/// The complement: log(1 - e^x) of a log-probability x <= 0.
template <class R, int N>
Dual<R, N> complement(const Dual<R, N>& x) {
  return apply(-x, log1mexp<R>(-x.v));
}

/// log P(a, e^l) or log Q(a, e^l), regularised incomplete gamma functions. Variables: a, l.
template <class R>
Dual<R, 2> log_incomplete_gamma(const R& a, const R& l, bool upper) {
  using std::exp;
  using std::expm1;
  using std::log;
  using D1 = Dual<R, 1>;
  // Where e^l, its square or a product of both leave the range of R: Q is nothing, P everything. What a window so far
  // out divides by is not nothing: the quotient is a number.
  if (l > R(kBits < R >> 64 ? 1e17 : 600.0)) {
    return Dual<R, 2>(upper ? -std::numeric_limits<R>::infinity() : R(0));
  }
  const R x = exp(l);
  const R eps = std::numeric_limits<R>::epsilon();
  const D1 da = D1::variable(a, 0);
  const Uni<R> lg = log_gamma(a);
  // log of the density of log X, and the pair (a, l) derivatives from the a-derivatives alone
  const D1 log_density = chain(da, a * l - x - lg.f, l - lg.d1, -lg.d2);
  const auto complete = [&](const D1& tail, bool is_upper) {
    Dual<R, 2> r(tail.v);
    R e = exp(log_density.v - tail.v);
    if (is_upper) e = -e;
    r.g = {tail.g[0], e};
    r.h = {tail.h[0], e * (log_density.g[0] - tail.g[0]), e * (a - x - e)};
    return r;
  };
  const auto lower_series = [&] {  // P = density / a * sum x^n / ((a+1) ... (a+n))
    D1 term(R(1)), sum(R(1));
    for (int n = 1; n < 100000; ++n) {
      term = term * (x / (da + R(n)));
      sum += term;
      if (term.v < eps * sum.v && R(n) > x) break;
    }
    return log_density - log(da) + log(sum);
  };
  const auto upper_fraction = [&] {  // Q = density * 1/(x+1-a- 1(1-a)/(x+3-a- ..., modified Lentz
    const R tiny = R(1e-290);
    D1 b = x + R(1) - da;
    D1 c(R(1) / tiny), d = R(1) / b, f = d;
    constexpr int limit = kBits < R >> 64 ? 4000 : 600;
    for (int n = 1; n < limit; ++n) {
      const D1 an = R(-n) * (R(n) - da);
      b = b + R(2);
      d = an * d + b;
      if (d.v == R(0)) d = d + tiny;
      c = b + an / c;
      if (c.v == R(0)) c = c + tiny;
      d = R(1) / d;
      const D1 delta = d * c;
      f = f * delta;
      // For whole a the value ends early but its derivatives go on, so these are asked too.
      const auto small = [&](const R& y, int units) { return y < R(units) * eps && y > -R(units) * eps; };
      if (small(delta.v - R(1), 2) && small(delta.g[0], 8) && small(delta.h[0], 32)) break;
    }
    return log_density + log(f);
  };
  if (x >= a + R(1) && (kBits<R> <= 64 || x > R(12))) {
    const auto q = complete(upper_fraction(), true);
    return upper ? q : complement(q);
  }
  const D1 p = lower_series();
  if (!upper) return complete(p, false);
  if (kBits < R >> 64 || p.v < R(-0.5)) return complete(complement(p), true);
  if (x >= R(1)) return complete(upper_fraction(), true);
  // a small and x < 1: Q = -(expm1(A) + T + expm1(A) T), A = a l - log Gamma(1+a), T = sum (-x)^n a / ((a+n) n!)
  const D1 big = chain(da, a * l - lg.f - log(a), l - lg.d1 - R(1) / a, -lg.d2 + R(1) / (a * a));
  const D1 em = chain(big, expm1(big.v), exp(big.v), exp(big.v));
  D1 t(R(0));
  R power = R(1);
  for (int n = 1; n < 60; ++n) {
    power *= -x / R(n);
    t += power * (da / (da + R(n)));
  }
  return complete(log(-(em + t + em * t)), true);
}

/// log F or log S of w for the generalized gamma law. Variables: w, lambda.
template <class R>
Dual<R, 2> gengamma_log_tail(const R& w, const R& lambda, bool upper) {
  using std::exp;
  using std::log;
  const R cut = kBits<R> > 64 ? R(0.06) : R(0.15);
  if (lambda > cut || lambda < -cut) {
    const R il = R(1) / lambda, k = il * il;
    const R absolute = lambda > R(0) ? lambda : -lambda;
    const R l = lambda * w - R(2) * log(absolute);
    const auto t = log_incomplete_gamma(k, l, (lambda > R(0)) == upper);
    Dual<R, 2> dk(k), dl(l);
    dk.g = {R(0), R(-2) * k * il};
    dk.h = {R(0), R(0), R(6) * k * k};
    dl.g = {lambda, w - R(2) * il};
    dl.h = {R(0), R(1), R(2) * k};
    return chain2(dk, dl, t.v, t.g[0], t.g[1], t.h[0], t.h[1], t.h[2]);
  }
  // Integrate the density away from its mode at w = 0; the other side is the complement.
  const bool outward_upper = w >= R(0);
  const R x = lambda * w;
  const R slope = [&] {
    using std::expm1;
    const R ax = x < R(0) ? -x : x;
    const R s = ax < R(1e-8) ? w : expm1(x) / lambda;
    return s < R(0) ? -s : s;
  }();
  const R length = slope > R(1) ? R(1) / slope : R(1);
  const auto base = gengamma_log_density_small(w, lambda);
  R i0 = R(0), i1 = R(0), i2 = R(0);
  for (const auto& [node, weight] : decaying_nodes<R>()) {
    const R u = outward_upper ? w + length * node : w - length * node;
    const auto d = gengamma_log_density_small(u, lambda);
    const R e = weight * exp(d.v - base.v);
    const R dl = d.g[1];
    i0 += e;
    i1 += e * dl;
    i2 += e * (d.h[2] + dl * dl);
  }
  Dual<R, 2> tail(base.v + log(length * i0));
  const R g = i1 / i0;
  const R e = outward_upper ? -R(1) / (length * i0) : R(1) / (length * i0);  // d log tail / dw
  tail.g = {e, g};
  tail.h = {e * (base.g[0] - e), e * (base.g[1] - g), i2 / i0 - g * g};
  return outward_upper == upper ? tail : complement(tail);
}

/// log(M(a) - M(b)), b > a >= 0, M Mills' ratio. Variables: a, b.
template <class R>
Dual<R, 2> log_mills_difference(const R& a, const R& b) {
  using std::exp;
  using std::expm1;
  using std::log;
  const R delta = b - a;
  R i0 = R(0), ia = R(0), ib = R(0), iaa = R(0), ibb = R(0);
  if (delta > R(0.25) * (R(1) + a)) {
    const auto mills = [](const R& x) {
      const Uni<R> s = log_normal_sf(x);
      const R m = R(-1) / s.d1;
      // M' = xM - 1 = -M (h - x); h - x = d2 / d1
      const R m1 = -m * (s.d2 / s.d1);
      return Uni<R>{m, m1, m + x * m1};
    };
    const Uni<R> ma = mills(a), mb = mills(b);
    i0 = ma.f - mb.f;
    ia = ma.d1;
    ib = -mb.d1;
    iaa = ma.d2;
    ibb = -mb.d2;
  } else {
    // M(a) - M(b) = integral of exp(-a s - s^2/2) (1 - exp(-(b-a) s)) ds: no cancellation
    const R length = a > R(1) ? R(1) / a : R(1);
    for (const auto& [node, weight] : decaying_nodes<R>()) {
      const R s = length * node;
      const R ea = weight * exp(-s * (a + s / R(2)));
      const R eb = ea * exp(-delta * s);
      i0 -= ea * expm1(-delta * s);
      ia -= ea * s;
      ib += eb * s;
      iaa += ea * s * s;
      ibb -= eb * s * s;
    }
    i0 *= length;
    ia *= length;
    ib *= length;
    iaa *= length;
    ibb *= length;
  }
  Dual<R, 2> r(log(i0));
  const R ga = ia / i0, gb = ib / i0;
  r.g = {ga, gb};
  r.h = {iaa / i0 - ga * ga, -ga * gb, ibb / i0 - gb * gb};
  return r;
}

/// log(e^x + e^y)
template <class R, int N>
Dual<R, N> log_sum(const Dual<R, N>& x, const Dual<R, N>& y) {
  return x.v > y.v ? x + apply(y - x, softplus<R>(y.v - x.v)) : y + apply(x - y, softplus<R>(x.v - y.v));
}

}  // namespace relia::witness
