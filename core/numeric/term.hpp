// A number with its gradient and Hessian in the working parameters of a life law.
//
// Fixed capacity and no heap, so that a term can live inside a pass over the data. Only the first n entries
// of the gradient and the lower triangle of the leading n x n block mean anything.

#pragma once

#include <array>
#include <cassert>
#include <cmath>

#include "core/numeric/log_math.hpp"

namespace relia {

inline constexpr int kMaxLawParameters = 20;

struct Term {
  double f = 0.0;
  int n = 0;
  std::array<double, kMaxLawParameters> g;
  std::array<double, kMaxLawParameters*(kMaxLawParameters + 1) / 2> h;

  Term() noexcept {}
  explicit Term(int size, double value = 0.0) noexcept { reset(size, value); }

  void reset(int size, double value = 0.0) noexcept {
    assert(size <= kMaxLawParameters);
    n = size;
    f = value;
    for (int i = 0; i < n; ++i) g[static_cast<std::size_t>(i)] = 0.0;
    for (int i = 0; i < n * (n + 1) / 2; ++i) h[static_cast<std::size_t>(i)] = 0.0;
  }

  double& d(int i) noexcept { return g[static_cast<std::size_t>(i)]; }
  [[nodiscard]] double d(int i) const noexcept { return g[static_cast<std::size_t>(i)]; }
  /// Second derivative; symmetric, either order of indices.
  double& dd(int i, int j) noexcept { return h[index(i, j)]; }
  [[nodiscard]] double dd(int i, int j) const noexcept { return h[index(i, j)]; }

  /// this += w * other (same size).
  void add(double w, const Term& o) noexcept {
    f += w * o.f;
    for (int i = 0; i < n; ++i) g[static_cast<std::size_t>(i)] += w * o.g[static_cast<std::size_t>(i)];
    for (int i = 0; i < n * (n + 1) / 2; ++i) h[static_cast<std::size_t>(i)] += w * o.h[static_cast<std::size_t>(i)];
  }

  /// Replaces the value x by phi(x), given phi, phi' and phi'' there.
  void compose(double phi, double d1, double d2) noexcept {
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) dd(i, j) = d1 * dd(i, j) + d2 * d(i) * d(j);
    }
    for (int i = 0; i < n; ++i) d(i) *= d1;
    f = phi;
  }

 private:
  static constexpr std::size_t index(int i, int j) noexcept {
    return static_cast<std::size_t>(i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i);
  }
};

/// out = log sum_k exp(terms[k]), all of one size; -inf terms add nothing.
inline void log_sum_exp(const Term* terms, int count, Term& out) noexcept {
  double top = -kInfinity;
  for (int k = 0; k < count; ++k) top = terms[k].f > top ? terms[k].f : top;
  out.reset(terms[0].n, top);
  if (top == -kInfinity) return;
  double sum = 0.0;
  for (int k = 0; k < count; ++k) sum += std::exp(terms[k].f - top);
  out.f = top + std::log(sum);
  for (int k = 0; k < count; ++k) {
    const double w = std::exp(terms[k].f - out.f);
    if (!(w > 0.0)) continue;
    const Term& t = terms[k];
    for (int i = 0; i < out.n; ++i) {
      out.d(i) += w * t.d(i);
      for (int j = 0; j <= i; ++j) out.dd(i, j) += w * (t.dd(i, j) + t.d(i) * t.d(j));
    }
  }
  for (int i = 0; i < out.n; ++i) {
    for (int j = 0; j <= i; ++j) out.dd(i, j) -= out.d(i) * out.d(j);
  }
}

/// out = `inner` with its parameters moved to places offset, offset + 1, … of n.
inline void embed(const Term& inner, int offset, int n, Term& out) noexcept {
  out.reset(n, inner.f);
  for (int i = 0; i < inner.n; ++i) {
    out.d(offset + i) = inner.d(i);
    for (int j = 0; j <= i; ++j) out.dd(offset + i, offset + j) = inner.dd(i, j);
  }
}

/// t := log(1 - exp(t)) for a log-probability t.
inline void log_complement(Term& t) noexcept {
  // Nothing to take away: derivatives that overflowed on the way to e^-745 must not come back as 0 * inf.
  if (!(t.f >= -745.0)) return t.reset(t.n);
  // d/dx log(1-e^x) = -e^x/(1-e^x) = -r;  second derivative = -r(1+r).
  const double r = 1.0 / std::expm1(-t.f);
  t.compose(log1mexp(t.f), -r, -r * (1.0 + r));
}

/// a := log(exp(a) - exp(b)), a.f >= b.f, same size.
inline void log_difference(Term& a, const Term& b) noexcept {
  const double x = b.f - a.f;
  if (b.f == -kInfinity || x < -745.0) return;
  const double value = a.f + log1mexp(x);
  // e^(b-f) and e^(a-f). However small q is, it multiplies derivatives of a logarithm that may be as large as 1/q.
  const double q = 1.0 / std::expm1(-x), p = 1.0 + q;
  // Second derivative p a'' - q b'' - p q (a'-b')(a'-b'): the textbook form, without its cancelling squares.
  for (int i = 0; i < a.n; ++i) {
    const double di = a.d(i) - b.d(i);
    for (int j = 0; j <= i; ++j) a.dd(i, j) = p * a.dd(i, j) - q * b.dd(i, j) - p * q * di * (a.d(j) - b.d(j));
  }
  for (int i = 0; i < a.n; ++i) a.d(i) = p * a.d(i) - q * b.d(i);
  a.f = value;
}

}  // namespace relia
