#include "core/kernels/extreme_batch.hpp"

#include <cstddef>

#include "core/kernels/exp_lane.hpp"

namespace relia {
namespace {

constexpr std::size_t kLanes = 8;

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
