// Generalized gamma life (Prentice's parametrization).
//
//   ln t = mu + sigma w,  w log-gamma with shape lambda (log_gamma_density.hpp)
//
// lambda = 1 Weibull, lambda -> 0 lognormal, lambda = sigma gamma, lambda = -1 Frechet. theta = (mu, log sigma,
// lambda).
//
// Source   Meeker & Escobar (1998), section 5.4.
// Checked  tests/laws; the certified problems.

#pragma once

#include <cmath>

#include "core/distributions/distribution.hpp"

namespace relia {

class GeneralizedGamma final : public Distribution {
 public:
  [[nodiscard]] std::string name() const override { return "gengamma"; }
  [[nodiscard]] std::string title() const override { return "Generalized gamma"; }
  [[nodiscard]] bool log_axis() const override { return true; }
  [[nodiscard]] int size() const override { return 3; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"mu", BoundScale::identity}, {"sigma", BoundScale::log}, {"lambda", BoundScale::identity}};
  }
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  /// E[T] = e^mu E[e^{sigma w}], which exists for 1/lambda + sigma > 0 (lambda > 0) or sigma |lambda| < 1.
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override;
  [[nodiscard]] double smooth_length(std::span<const double> theta) const override {
    return std::exp(theta[1]) / std::fmax(1.0, std::fabs(theta[2]));  // one of z or of lambda z
  }
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i == 0 ? std::exp(theta[1]) : 1.0;
  }
  [[nodiscard]] double rounding(std::span<const double> theta) const override {
    return std::fabs(theta[2]) < 90.0 ? 0.0 : 2.4e-13 * theta[2] * theta[2];  // the gamma law's
  }
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;
};

}  // namespace relia
