// Standard smallest-extreme-value law, the kernel of Weibull, exponential and Gumbel (minimum) lives.
//
//   S(z) = exp(-w),  f(z) = w exp(-w),  w = e^z
//
// Source   Meeker & Escobar (1998), Statistical Methods for Reliability Data, section 4.6.
// Checked  tests/laws (differences, both tails), tests/core/kernels_test.cpp (50-digit values).

#pragma once

#include <cmath>

#include "core/kernels/taylor.hpp"
#include "core/numeric/log_math.hpp"

namespace relia {

struct SmallestExtreme {
  static Taylor2 log_pdf(double z) noexcept {
    const double w = std::exp(z);
    return {z - w, 1.0 - w, -w};
  }
  static Taylor2 log_sf(double z) noexcept {
    const double w = std::exp(z);
    return {-w, -w, -w};
  }
  /// d log F/dz = r = w/(e^w - 1); the second derivative r(1 - w - r) loses all digits as w -> 0, so its
  /// factor comes from the Bernoulli series there (next term below 1e-18 at w = 0.1).
  static Taylor2 log_cdf(double z) noexcept {
    const double w = std::exp(z);
    if (w < 0.1) {
      const double w2 = w * w;
      const double r = 1.0 - w / 2 + w2 / 12 * (1.0 - w2 / 60 * (1.0 - w2 / 42 * (1.0 - w2 / 40)));
      const double s = -w / 2 - w2 / 12 * (1.0 - w2 / 60 * (1.0 - w2 / 42 * (1.0 - w2 / 40)));
      // log F = z + log((1-e^-w)/w), the second part again a short series.
      const double c = -w / 2 + w2 / 24 * (1.0 - w2 / 120 * (1.0 - w2 / 63 * (1.0 - w2 * 3.0 / 160)));
      return {z + c, r, r * s};
    }
    if (w > 700.0) return {log1mexp(-w), 0.0, 0.0};  // F = 1 to the last bit; w itself may have overflowed
    const double r = w / std::expm1(w);
    return {log1mexp(-w), r, r * (1.0 - w - r)};
  }
  static double quantile_log_sf(double log_s) noexcept { return std::log(-log_s); }
  static double quantile_log_cdf(double log_f) noexcept { return std::log(-log1mexp(log_f)); }
};

using LargestExtreme = Mirrored<SmallestExtreme>;

}  // namespace relia
