// Loglogistic life: F(t) = 1/(1 + exp(-(ln t - mu)/sigma)).
//
// Source   Meeker & Escobar (1998), chapter 4.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale_forms.hpp"
#include "core/kernels/logistic.hpp"
#include "core/numeric/special.hpp"

namespace relia {

class Loglogistic final : public MuSigmaDistribution<Logistic> {
 public:
  [[nodiscard]] std::string name() const override { return "loglogistic"; }
  [[nodiscard]] std::string title() const override { return "Loglogistic"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  /// ln E[T] = mu + ln Gamma(1 + sigma) + ln Gamma(1 - sigma), for sigma < 1.
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    const double s = std::exp(theta[1]);
    if (!(s < 1.0)) return false;
    location_scale_mean(axis, theta, log_gamma(1.0 + s) + log_gamma(1.0 - s), digamma(1.0 + s) - digamma(1.0 - s),
                        trigamma(1.0 + s) + trigamma(1.0 - s), out);
    return true;
  }
};

}  // namespace relia
