// Gompertz life: the hazard grows (or falls) exponentially with age.
//
//   hazard = rate exp(growth t),  S(t) = exp{-rate (e^{growth t} - 1)/growth},  t > 0
//
// growth < 0 is allowed; then a fraction exp(rate/growth) never fails. theta = (ln rate', growth'), in units of
// the axis.
//
// Source   Marshall & Olkin (2007), Life Distributions, chapter 10.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/distribution.hpp"

namespace relia {

class Gompertz final : public Distribution {
 public:
  [[nodiscard]] std::string name() const override { return "gompertz"; }
  [[nodiscard]] std::string title() const override { return "Gompertz"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  [[nodiscard]] int size() const override { return 2; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"rate", BoundScale::log}, {"growth", BoundScale::identity}};
  }
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  /// E[T] = integral of S, for growth >= 0.
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override;
  [[nodiscard]] double log_total(std::span<const double> theta) const override;
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;
};

}  // namespace relia
