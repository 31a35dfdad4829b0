// One logarithm among several that the compiler computes side by side.
//
//   x = 2^k m, m in [sqrt(1/2), sqrt(2));  f = m - 1, s = f/(2 + f), log m = log((1 + s)/(1 - s)) = f - f^2/2 + s
//   (f^2/2 + R(s^2))
//
// R(w) = 2w/3 + 2w^2/5 + ... by a polynomial of degree 8 (Chebyshev interpolation on |s| <= 0.1724 in 40 digits, error
// below 3e-18 w). ln 2 is split, so that k ln2 is exact in its high part. The arrangement is that of Ng (FreeBSD msun,
// e_log.c, 1993).
//
// Accuracy  within 1 ulp.
// Checked   tests/core/log_lane_test.cpp (80-bit arithmetic).

#pragma once

#include <bit>
#include <cstdint>

namespace relia {

/// log(1 + f) + k ln 2 for f in [sqrt(1/2) - 1, sqrt(2) - 1).
[[gnu::always_inline]] inline double log1p_lane(double f, double k) noexcept {
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  const double s = f / (2.0 + f), w = s * s, half = 0.5 * f * f;
  double r = 0.13100721383503491392;
  r = r * w + 0.13267418596474883398;
  r = r * w + 0.15386290534658991988;
  r = r * w + 0.18181794700897799585;
  r = r * w + 0.22222222400447757297;
  r = r * w + 0.28571428570764450117;
  r = r * w + 0.40000000000000941266;
  r = r * w + 0.66666666666666666448;
  return k * kLn2High - ((half - (s * (half + r * w) + k * kLn2Low)) - f);
}

/// log(t/scale) for t and scale whose quotient is a normal number. Where t is near the scale from (t - scale)/scale,
/// which is exact but for one rounding.
[[gnu::always_inline]] inline double log_quotient_lane(double t, double scale) noexcept {
  constexpr std::uint64_t kOne = 0x3FF0000000000000, kRootHalf = 0x3FE6A09E667F3BCD;  // bits of 1 and of sqrt(1/2)
  constexpr std::uint64_t kTwo52 = 0x4330000000000000;                                // bits of 2^52
  const double d = (t - scale) / scale;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(t / scale);
  const std::uint64_t biased = (bits + (kOne - kRootHalf)) >> 52;
  const double k = std::bit_cast<double>(biased | kTwo52) - (4503599627370496.0 + 1023.0);
  const double m = std::bit_cast<double>(bits - (biased << 52) + kOne);
  const bool near = d > -0.29 && d < 0.41;
  return log1p_lane(near ? d : m - 1.0, near ? 0.0 : k);
}

}  // namespace relia
