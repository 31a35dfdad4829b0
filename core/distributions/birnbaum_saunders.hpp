// Birnbaum-Saunders (fatigue) life.
//
//   F(t) = Phi((sqrt(t/scale) - sqrt(scale/t))/shape) = Phi(x),  x = 2 sinh((ln t - ln scale)/2)/shape
//
// theta = (ln scale, ln shape).
//
// Source   Meeker & Escobar (1998), section 5.12; Birnbaum & Saunders (1969), J. Appl. Prob. 6, 319-327.
// Checked  tests/laws; the certified problems.

#pragma once

#include <cmath>

#include "core/distributions/distribution.hpp"

namespace relia {

class BirnbaumSaunders final : public Distribution {
 public:
  [[nodiscard]] std::string name() const override { return "birnbaum-saunders"; }
  [[nodiscard]] std::string title() const override { return "Birnbaum-Saunders"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  [[nodiscard]] int size() const override { return 2; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"shape", BoundScale::log}, {"scale", BoundScale::log}};
  }
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  /// E[T] = scale (1 + shape^2/2).
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override;
  [[nodiscard]] double smooth_length(std::span<const double> theta) const override {
    return std::fmin(1.0, std::exp(theta[1]));
  }
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i == 0 ? std::fmin(1.0, std::exp(theta[1])) : 1.0;
  }
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;
};

}  // namespace relia
