// Exponential life after a failure-free time.
//
//   S(t) = exp{-(t - threshold)/scale},  t > threshold
//
// theta = (ln scale, threshold) in units of the axis. The likelihood rises in the threshold up to the first
// failure, so the maximum is usually on that boundary.
//
// Source   Lawless (2003), Statistical Models and Methods for Lifetime Data, section 4.1.
// Checked  tests/laws; the certified problems.

#pragma once

#include <cmath>

#include "core/distributions/distribution.hpp"

namespace relia {

class Exponential2p final : public Distribution {
 public:
  [[nodiscard]] std::string name() const override { return "exponential-2p"; }
  [[nodiscard]] std::string title() const override { return "Exponential (2-parameter)"; }
  [[nodiscard]] bool log_axis() const override { return false; }
  [[nodiscard]] bool positive() const override { return true; }
  [[nodiscard]] int size() const override { return 2; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"scale", BoundScale::log}, {"threshold", BoundScale::identity}};
  }
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override;
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i == 1 ? std::exp(theta[0]) : 1.0;
  }
  [[nodiscard]] double quantile(std::span<const double> theta, double log_sf, double log_cdf) const override;
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;
};

}  // namespace relia
