// Lognormal life: F(t) = Phi((ln t - mu)/sigma).
//
// Source   Meeker & Escobar (1998), chapter 4.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale_forms.hpp"
#include "core/kernels/gaussian.hpp"

namespace relia {

class Lognormal final : public MuSigmaDistribution<Gaussian> {
 public:
  [[nodiscard]] std::string name() const override { return "lognormal"; }
  [[nodiscard]] std::string title() const override { return "Lognormal"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  /// ln E[T] = mu + sigma^2/2.
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    const double sigma = std::exp(theta[1]);
    location_scale_mean(axis, theta, 0.5 * sigma * sigma, sigma, 1.0, out);
    return true;
  }
};

}  // namespace relia
