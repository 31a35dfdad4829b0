// Normal life: F(t) = Phi((t - mu)/sigma), not cut at zero.
//
// Source   Meeker & Escobar (1998), chapter 4.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale_forms.hpp"
#include "core/kernels/gaussian.hpp"

namespace relia {

class Normal final : public MuSigmaDistribution<Gaussian> {
 public:
  [[nodiscard]] std::string name() const override { return "normal"; }
  [[nodiscard]] std::string title() const override { return "Normal"; }
  [[nodiscard]] bool log_axis() const override { return false; }
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    location_scale_mean(axis, theta, 0.0, 0.0, 0.0, out);
    return true;
  }
};

}  // namespace relia
