// Frechet life: F(t) = exp(-exp(-(ln t - mu)/sigma)).
//
// Source   Meeker & Escobar (1998), chapter 4.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale_forms.hpp"
#include "core/kernels/smallest_extreme.hpp"
#include "core/numeric/special.hpp"

namespace relia {

class Frechet final : public MuSigmaDistribution<LargestExtreme> {
 public:
  [[nodiscard]] std::string name() const override { return "frechet"; }
  [[nodiscard]] std::string title() const override { return "Frechet"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  /// ln E[T] = mu + ln Gamma(1 - sigma), for sigma < 1.
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    const double x = 1.0 - std::exp(theta[1]);
    if (!(x > 0.0)) return false;
    location_scale_mean(axis, theta, log_gamma(x), -digamma(x), trigamma(x), out);
    return true;
  }
};

}  // namespace relia
