// One exponential among several that the compiler computes side by side, and the instruction sets to compile for.
//
// Accuracy  within 2 ulp on [-708, 709], 0 below and infinite above.
// Checked   tests/core/row_sums_test.cpp.

#pragma once

#include <bit>
#include <cstdint>

#include "core/numeric/log_math.hpp"

// Functions so marked are compiled for each instruction set and chosen at load time. Sanitizers do not support that.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define RELIA_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define RELIA_CLONES
#endif

namespace relia {

/// e^x without branches: x = n ln 2 + r, |r| <= ln 2 / 2, e^r by its Taylor polynomial of degree 13 (remainder below
/// 5e-18), n added to the exponent. Cody-Waite splitting of ln 2 after Tang (1989), ACM TOMS 15, 144-157.
[[gnu::always_inline]] inline double exp_lane(double x) noexcept {
  constexpr double kMagic = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer in the low bits
  constexpr double kLog2e = 1.44269504088896340736;
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  const double clamped = x < -708.0 ? -708.0 : x > 709.0 ? 709.0 : x;
  const double shifted = clamped * kLog2e + kMagic;
  const double n = shifted - kMagic;
  const double r = (clamped - n * kLn2High) - n * kLn2Low;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  const std::uint64_t exponent = std::bit_cast<std::uint64_t>(shifted) << 52;
  const double y = std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + exponent);
  return x < -708.0 ? 0.0 : x > 709.0 ? kInfinity : y;
}

}  // namespace relia
