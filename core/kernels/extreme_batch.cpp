#include "core/kernels/extreme_batch.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/numeric/log_math.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define RELIA_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define RELIA_CLONES
#endif

namespace relia {
namespace {

constexpr std::size_t kLanes = 8;

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

struct Lanes {
  double count[kLanes] = {}, z[kLanes] = {}, w[kLanes] = {}, zw[kLanes] = {}, zzw[kLanes] = {};
};

[[gnu::always_inline]] inline void add_eight(
    const double* u, const double* c, double mu, double inverse, Lanes& a) noexcept {
  for (std::size_t k = 0; k < kLanes; ++k) {
    const double z = (u[k] - mu) * inverse, w = c[k] * exp_lane(z), zw = z * w;
    a.count[k] += c[k];
    a.z[k] += c[k] * z;
    a.w[k] += w;
    a.zw[k] += zw;
    a.zzw[k] += z * zw;
  }
}

RELIA_CLONES void run(const double* u, const double* c, std::size_t n, double mu, double inverse, Lanes& out) noexcept {
  static constexpr double kOnes[kLanes] = {1, 1, 1, 1, 1, 1, 1, 1};
  Lanes a;
  std::size_t i = 0;
  if (c == nullptr) {
    for (; i + kLanes <= n; i += kLanes) add_eight(u + i, kOnes, mu, inverse, a);
  } else {
    for (; i + kLanes <= n; i += kLanes) add_eight(u + i, c + i, mu, inverse, a);
  }
  if (i < n) {
    // The tail in lanes of its own: a count of 0 at z = 0 adds nothing.
    double tail_u[kLanes], tail_c[kLanes];
    for (std::size_t k = 0; k < kLanes; ++k) {
      tail_u[k] = i + k < n ? u[i + k] : mu;
      tail_c[k] = i + k < n ? (c == nullptr ? 1.0 : c[i + k]) : 0.0;
    }
    add_eight(tail_u, tail_c, mu, inverse, a);
  }
  out = a;
}

RELIA_CLONES void exp_all(const double* x, double* out, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) out[i] = exp_lane(x[i]);
}

double total(const double* lanes) noexcept {
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

}  // namespace

ExtremeSums extreme_sums(std::span<const double> u,
                         std::span<const double> count,
                         double mu,
                         double inverse_sigma) noexcept {
  Lanes a;
  run(u.data(), count.empty() ? nullptr : count.data(), u.size(), mu, inverse_sigma, a);
  return {total(a.count), total(a.z), total(a.w), total(a.zw), total(a.zzw)};
}

void vector_exp(std::span<const double> x, std::span<double> out) noexcept {
  exp_all(x.data(), out.data(), x.size());
}

}  // namespace relia
