// Forward-mode second-order automatic differentiation: a value with its gradient and Hessian in N variables.
//
// The witness writes each law as its textbook formula and lets this type do the calculus, so that no hand-made
// derivative of the fitting code can be repeated here by mistake.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace relia::witness {

/// Value v, gradient g, Hessian h (lower triangle, row by row) of an expression in N variables.
template <class R, int N>
struct Dual {
  static constexpr std::size_t kN = N;
  static constexpr std::size_t kH = kN * (kN + 1) / 2;
  R v{};
  std::array<R, kN> g{};
  std::array<R, kH> h{};

  Dual() = default;
  Dual(const R& value) : v(value) {}

  /// The i-th variable.
  static Dual variable(const R& value, std::size_t i) {
    Dual d(value);
    d.g[i] = R(1);
    return d;
  }

  Dual& operator+=(const Dual& o) {
    v += o.v;
    for (std::size_t i = 0; i < kN; ++i) g[i] += o.g[i];
    for (std::size_t i = 0; i < kH; ++i) h[i] += o.h[i];
    return *this;
  }
  Dual& operator-=(const Dual& o) {
    v -= o.v;
    for (std::size_t i = 0; i < kN; ++i) g[i] -= o.g[i];
    for (std::size_t i = 0; i < kH; ++i) h[i] -= o.h[i];
    return *this;
  }
  Dual& operator*=(const R& c) {
    v *= c;
    for (auto& x : g) x *= c;
    for (auto& x : h) x *= c;
    return *this;
  }

  friend Dual operator+(Dual a, const Dual& b) { return a += b; }
  friend Dual operator-(Dual a, const Dual& b) { return a -= b; }
  friend Dual operator+(Dual a, const R& c) {
    a.v += c;
    return a;
  }
  friend Dual operator+(const R& c, Dual a) {
    a.v += c;
    return a;
  }
  friend Dual operator-(Dual a, const R& c) {
    a.v -= c;
    return a;
  }
  friend Dual operator-(const R& c, const Dual& a) { return c + (-a); }
  friend Dual operator-(Dual a) {
    a.v = -a.v;
    for (auto& x : a.g) x = -x;
    for (auto& x : a.h) x = -x;
    return a;
  }
  friend Dual operator*(Dual a, const R& c) { return a *= c; }
  friend Dual operator*(const R& c, Dual a) { return a *= c; }
  friend Dual operator/(Dual a, const R& c) { return a *= R(1) / c; }
  friend Dual operator*(const Dual& a, const Dual& b) {
    Dual r(a.v * b.v);
    std::size_t k = 0;
    for (std::size_t i = 0; i < kN; ++i) {
      r.g[i] = a.v * b.g[i] + a.g[i] * b.v;
      for (std::size_t j = 0; j <= i; ++j, ++k)
        r.h[k] = a.v * b.h[k] + a.h[k] * b.v + a.g[i] * b.g[j] + a.g[j] * b.g[i];
    }
    return r;
  }
  friend Dual operator/(const Dual& a, const Dual& b) {
    const R w = R(1) / b.v;
    return a * chain(b, w, -w * w, R(2) * w * w * w);
  }
  friend Dual operator/(const R& c, const Dual& b) {
    const R w = R(1) / b.v;
    return chain(b, c * w, -c * w * w, R(2) * c * w * w * w);
  }

  /// f(x) from its value and two derivatives at x.v.
  friend Dual chain(const Dual& x, const R& f, const R& f1, const R& f2) {
    Dual r(f);
    std::size_t k = 0;
    for (std::size_t i = 0; i < kN; ++i) {
      r.g[i] = f1 * x.g[i];
      const R s = f2 * x.g[i];
      for (std::size_t j = 0; j <= i; ++j, ++k) r.h[k] = f1 * x.h[k] + s * x.g[j];
    }
    return r;
  }
  friend Dual exp(const Dual& x) {
    using std::exp;
    const R e = exp(x.v);
    return chain(x, e, e, e);
  }
  friend Dual log(const Dual& x) {
    using std::log;
    const R w = R(1) / x.v;
    return chain(x, log(x.v), w, -w * w);
  }
  friend Dual sqrt(const Dual& x) {
    using std::sqrt;
    const R s = sqrt(x.v), w = R(1) / (R(2) * s);
    return chain(x, s, w, -w / (R(2) * x.v));
  }
};

/// f(x, y) from its value and derivatives.
template <class R, int N>
Dual<R, N> chain2(const Dual<R, N>& x,
                  const Dual<R, N>& y,
                  const R& f,
                  const R& fx,
                  const R& fy,
                  const R& fxx,
                  const R& fxy,
                  const R& fyy) {
  Dual<R, N> r(f);
  std::size_t k = 0;
  for (std::size_t i = 0; i < Dual<R, N>::kN; ++i) {
    r.g[i] = fx * x.g[i] + fy * y.g[i];
    for (std::size_t j = 0; j <= i; ++j, ++k)
      r.h[k] = fx * x.h[k] + fy * y.h[k] + fxx * x.g[i] * x.g[j] + fxy * (x.g[i] * y.g[j] + x.g[j] * y.g[i]) +
               fyy * y.g[i] * y.g[j];
  }
  return r;
}

}  // namespace relia::witness
