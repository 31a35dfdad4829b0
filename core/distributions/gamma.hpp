// Gamma life.
//
//   density t^(shape-1) exp(-t/scale) / (scale^shape Gamma(shape)),  t > 0,  mean = shape scale
//
// It is the generalized gamma with lambda = sigma = shape^(-1/2) and mu = ln(mean), which is how it is computed:
// shapes of 1e10 are as ordinary as shapes of one. theta = (ln mean, ln shape).
//
// Source   Meeker & Escobar (1998), section 5.2.
// Checked  tests/laws; the certified problems.

#pragma once

#include <cmath>

#include "core/distributions/distribution.hpp"

namespace relia {

class Gamma final : public Distribution {
 public:
  [[nodiscard]] std::string name() const override { return "gamma"; }
  [[nodiscard]] std::string title() const override { return "Gamma"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  [[nodiscard]] int size() const override { return 2; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"shape", BoundScale::log}, {"scale", BoundScale::log}};
  }
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override;
  [[nodiscard]] double smooth_length(std::span<const double> theta) const override {
    return std::fmin(1.0, std::exp(-0.5 * theta[1]));  // the generalized gamma's
  }
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i == 0 ? std::fmin(1.0, std::exp(-0.5 * theta[1])) : 1.0;
  }
  /// A shape of e^50 = 5e21 is a spread of 1.4e-11 of the age: tails of a narrower one cannot be summed in 50 digits.
  [[nodiscard]] bool regular(std::span<const double> theta) const override { return theta[1] < 50.0; }
  /// Of a small shape the curvature in it is what large terms in lambda leave: 2e-5 of it was rounding at 2e-9.
  [[nodiscard]] double rounding(std::span<const double> theta) const override {
    return theta[1] > -9.0 ? 0.0 : 2.4e-13 * std::exp(-theta[1]);
  }
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;
};

}  // namespace relia
