// Inverse Gaussian life: first passage of a Wiener process with drift.
//
//   density sqrt(shape/(2 pi t^3)) exp{-shape (t - mean)^2 / (2 mean^2 t)},  t > 0
//
// With y = ln(t/mean) and phi = shape/mean the density of y is sqrt(phi/(2 pi)) exp{-phi (cosh y - 1) - y/2},
// log-concave; tails by integration of it, since the textbook difference of two normal terms loses all digits
// in the right tail. theta = (ln mean, ln phi).
//
// Source   Chhikara & Folks (1989), The Inverse Gaussian Distribution, chapter 2.
// Checked  tests/laws; the certified problems.

#pragma once

#include <cmath>

#include "core/distributions/distribution.hpp"

namespace relia {

class InverseGaussian final : public Distribution {
 public:
  [[nodiscard]] std::string name() const override { return "inverse-gaussian"; }
  [[nodiscard]] std::string title() const override { return "Inverse Gaussian"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  [[nodiscard]] int size() const override { return 2; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"mean", BoundScale::log}, {"shape", BoundScale::log}};
  }
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override;
  [[nodiscard]] double smooth_length(std::span<const double> theta) const override {
    return std::fmin(1.0, std::exp(-0.5 * theta[1]));
  }
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i == 0 ? std::fmin(1.0, std::exp(-0.5 * theta[1])) : 1.0;
  }
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;
};

}  // namespace relia
