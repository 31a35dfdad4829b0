// Exponential life: constant hazard 1/scale.
//
//   S(t) = exp(-t/scale),  t > 0
//
// ln T is smallest-extreme-value with mu = ln(scale), sigma = 1; theta = (mu).
//
// Source   Meeker & Escobar (1998), section 4.4.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale.hpp"
#include "core/kernels/smallest_extreme.hpp"

namespace relia {

class Exponential final : public LocationScaleDistribution<SmallestExtreme, true> {
 public:
  [[nodiscard]] std::string name() const override { return "exponential"; }
  [[nodiscard]] std::string title() const override { return "Exponential"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override { return {{"scale", BoundScale::log}}; }
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override {
    eta[0].reset(1, std::log(axis.scale) + theta[0]);
    eta[0].d(0) = 1.0;
  }
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override {
    theta[0] = eta[0] - std::log(axis.scale);
    return true;
  }
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    out.reset(1, std::log(axis.scale) + theta[0]);
    out.d(0) = 1.0;
    return true;
  }
};

}  // namespace relia
