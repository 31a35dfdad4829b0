// Standard normal law, the kernel of normal, lognormal and Birnbaum-Saunders lives.
//
// Both tails come from the Mills ratio M(z) = S(z)/phi(z): above 0 by a rational function of 1/M - z, which
// cancels nothing, below by erfc.
//
//   d log S/dz = -1/M,   d2 log S/dz2 = -(1/M)(1/M - z)
//
// Source   Abramowitz & Stegun 26.2.14; Meeker & Escobar (1998), section 4.5.
// Checked  tests/laws, tests/core/kernels_test.cpp (50-digit values on |z| <= 1e8).

#pragma once

#include <cmath>

#include "core/kernels/gaussian_tail.hpp"
#include "core/kernels/taylor.hpp"
#include "core/numeric/log_math.hpp"

namespace relia {

struct Gaussian {
  static Taylor2 log_pdf(double z) noexcept { return {-0.5 * z * z - kHalfLog2Pi, -z, -1.0}; }

  static Taylor2 log_sf(double z) noexcept {
    if (z >= 0.0) {
      const double excess = mills_excess(z), inverse_mills = z + excess;  // 1/M - z and 1/M
      return {-0.5 * z * z - kHalfLog2Pi - std::log(inverse_mills), -inverse_mills, -inverse_mills * excess};
    }
    const double c = 0.5 * std::erfc(-z * kSqrtHalf), r = std::exp(-0.5 * z * z - kHalfLog2Pi) / (1.0 - c);
    return {std::log1p(-c), -r, -r * (r - z)};
  }

  static Taylor2 log_cdf(double z) noexcept {
    const Taylor2 t = log_sf(-z);
    return {t.f, -t.d1, t.d2};
  }

  static double quantile_log_sf(double log_s) noexcept { return -quantile_log_cdf(log_s); }
  /// Newton on log F from a rough start; Halley's correction makes three steps enough everywhere.
  static double quantile_log_cdf(double log_f) noexcept;

 private:
  static constexpr double kSqrtHalf = 0.70710678118654752440;
};

inline double Gaussian::quantile_log_cdf(double log_f) noexcept {
  if (log_f == -kInfinity) return -kInfinity;
  if (log_f == 0.0) return kInfinity;
  // By symmetry work in the lower half: l = log of the smaller tail.
  const bool upper = log_f > -kLn2;
  const double l = upper ? log1mexp(log_f) : log_f;
  // Start: Winitzki-like tail approximation; near the centre linear.
  double z =
      l < -1.5 ? -std::sqrt(std::fmax(0.0, -2.0 * (l + std::log(std::sqrt(-2.0 * l + 1.0)) + 0.3))) : (l + kLn2) * 0.9;
  for (int i = 0; i < 8; ++i) {
    const Taylor2 t = log_cdf(z);
    const double e = t.f - l, step = e / t.d1;
    const double halley = step / (1.0 - 0.5 * step * t.d2 / t.d1);
    z -= halley;
    if (std::fabs(halley) < 1e-9 * (1.0 + std::fabs(z))) {
      const Taylor2 u = log_cdf(z);
      z -= (u.f - l) / u.d1;
      break;
    }
  }
  return upper ? -z : z;
}

}  // namespace relia
