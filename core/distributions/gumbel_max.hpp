// Largest-extreme-value life: F(t) = exp(-exp(-(t - mu)/sigma)).
//
// Source   Meeker & Escobar (1998), chapter 4.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale_forms.hpp"
#include "core/kernels/smallest_extreme.hpp"

namespace relia {

class GumbelMax final : public MuSigmaDistribution<LargestExtreme> {
 public:
  [[nodiscard]] std::string name() const override { return "gumbel-max"; }
  [[nodiscard]] std::string title() const override { return "Gumbel (largest extreme value)"; }
  [[nodiscard]] bool log_axis() const override { return false; }
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    constexpr double kEuler = 0.57721566490153286061;
    location_scale_mean(axis, theta, kEuler * std::exp(theta[1]), kEuler, 0.0, out);
    return true;
  }
};

}  // namespace relia
