// Two-parameter Weibull life.
//
//   S(t) = exp{-(t/scale)^shape},  t > 0
//
// ln T is smallest-extreme-value with mu = ln(scale), sigma = 1/shape, where all arithmetic happens.
//
// Units    scale: unit of the times (the 63.2 % life). shape: none; below 1 the hazard falls, above 1 it rises.
// Source   Meeker & Escobar (1998), section 4.8.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale_forms.hpp"
#include "core/kernels/smallest_extreme.hpp"
#include "core/numeric/special.hpp"

namespace relia {

class Weibull final : public LocationScaleDistribution<SmallestExtreme> {
 public:
  [[nodiscard]] std::string name() const override { return "weibull"; }
  [[nodiscard]] std::string title() const override { return "Weibull (2-parameter)"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"shape", BoundScale::log}, {"scale", BoundScale::log}};
  }
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override {
    eta[0].reset(2, -theta[1]);
    eta[0].d(1) = -1.0;
    eta[1].reset(2, std::log(axis.scale) + theta[0]);
    eta[1].d(0) = 1.0;
  }
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override {
    theta[0] = eta[1] - std::log(axis.scale);
    theta[1] = -eta[0];
    return true;
  }
  /// ln E[T] = mu + ln Gamma(1 + sigma).
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    const double x = 1.0 + std::exp(theta[1]);
    location_scale_mean(axis, theta, log_gamma(x), digamma(x), trigamma(x), out);
    return true;
  }
};

}  // namespace relia
