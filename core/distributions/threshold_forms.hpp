// weibull-3p, lognormal-3p and loglogistic-3p: threshold.hpp with a kernel, names and a mean each.

#pragma once

#include "core/distributions/threshold.hpp"
#include "core/kernels/gaussian.hpp"
#include "core/kernels/logistic.hpp"
#include "core/kernels/smallest_extreme.hpp"
#include "core/numeric/special.hpp"

namespace relia {

/// S(t) = exp{-((t - threshold)/scale)^shape}, t > threshold.
class Weibull3p final : public ThresholdDistribution<SmallestExtreme, true> {
 public:
  [[nodiscard]] std::string name() const override { return "weibull-3p"; }
  [[nodiscard]] std::string title() const override { return "Weibull (3-parameter)"; }

 private:
  [[nodiscard]] bool standard_mean(double s, double& m, double& m1, double& m2) const override {
    const double psi = digamma(1.0 + s);
    m = std::exp(log_gamma(1.0 + s));
    m1 = m * psi;
    m2 = m * (psi * psi + trigamma(1.0 + s));
    return true;
  }
};

/// F(t) = Phi((ln(t - threshold) - mu)/sigma); the threshold may be negative.
class Lognormal3p final : public ThresholdDistribution<Gaussian, false> {
 public:
  [[nodiscard]] std::string name() const override { return "lognormal-3p"; }
  [[nodiscard]] std::string title() const override { return "Lognormal (3-parameter)"; }

 private:
  [[nodiscard]] bool standard_mean(double s, double& m, double& m1, double& m2) const override {
    m = std::exp(0.5 * s * s);
    m1 = s * m;
    m2 = (1.0 + s * s) * m;
    return true;
  }
};

/// F(t) = 1/(1 + exp(-(ln(t - threshold) - mu)/sigma)).
class Loglogistic3p final : public ThresholdDistribution<Logistic, false> {
 public:
  [[nodiscard]] std::string name() const override { return "loglogistic-3p"; }
  [[nodiscard]] std::string title() const override { return "Loglogistic (3-parameter)"; }

 private:
  [[nodiscard]] bool standard_mean(double s, double& m, double& m1, double& m2) const override {
    if (!(s < 1.0)) return false;
    const double d = digamma(1.0 + s) - digamma(1.0 - s);
    m = std::exp(log_gamma(1.0 + s) + log_gamma(1.0 - s));
    m1 = m * d;
    m2 = m * (d * d + trigamma(1.0 + s) + trigamma(1.0 - s));
    return true;
  }
};

}  // namespace relia
