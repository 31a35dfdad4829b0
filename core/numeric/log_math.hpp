// Sums and differences of numbers known by their logarithms.

#pragma once

#include <cmath>
#include <limits>

namespace relia {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kLn2 = 0.693147180559945309417;
inline constexpr double kHalfLog2Pi = 0.918938533204672741780;

/// log(1 - exp(x)) for x <= 0, full relative accuracy at both ends (Maechler 2012, Rmpfr note on log1mexp).
inline double log1mexp(double x) noexcept {
  return x > -kLn2 ? std::log(-std::expm1(x)) : std::log1p(-std::exp(x));
}

/// log(exp(a) + exp(b)).
inline double log_sum_exp(double a, double b) noexcept {
  const double hi = a > b ? a : b, lo = a > b ? b : a;
  return hi == -kInfinity ? -kInfinity : hi + std::log1p(std::exp(lo - hi));
}

/// log(exp(a) - exp(b)) for a >= b.
inline double log_diff_exp(double a, double b) noexcept {
  return b == -kInfinity ? a : a + log1mexp(b - a);
}

}  // namespace relia
