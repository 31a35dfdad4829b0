// Standardized log-gamma density, the kernel of gamma and generalized gamma lives (Prentice's form).
//
//   l(w; lambda) = C(lambda) - (e^x - 1 - x)/lambda^2,  x = lambda w
//   C(lambda)    = ln|lambda| + k ln k - k - ln Gamma(k),  k = lambda^-2
//
// lambda = 1: smallest extreme value; lambda -> 0: normal. Every piece is evaluated so that lambda = 0 is an
// ordinary point: (e^x-1-x)/x^2 and its derivatives by series, C by Stirling's series in lambda^2.
//
// Source   Prentice (1974), Biometrika 61, 539-544; Meeker & Escobar (1998), section 5.4.
// Checked  tests/core/shape_law_test.cpp.

#pragma once

#include "core/distributions/shape_law.hpp"

namespace relia {

class LogGammaDensity {
 public:
  explicit LogGammaDensity(double lambda) noexcept;
  [[nodiscard]] ShapeJet log_pdf(double w) const noexcept;
  /// The density seen from w; l(w) - l(w + d) = e^{lambda w} d^2 E0(lambda d) + d w E1(lambda w).
  class Tail {
   public:
    Tail(const LogGammaDensity& density, double w) noexcept;
    [[nodiscard]] double fall(double d) const noexcept;
    void falls(double side, FallGrid& grid) const noexcept;
    void add(double side, double centre, double half, TailSums& sums) const noexcept;

   private:
    double lambda_, w_, growth_, slope_, score_, c2_;
  };
  [[nodiscard]] Tail tail_from(double w) const noexcept { return {*this, w}; }
  [[nodiscard]] bool above_mode(double w) const noexcept { return w > 0.0; }
  [[nodiscard]] double longest() const noexcept { return kInfinity; }
  [[nodiscard]] double bend() const noexcept { return 2.0 / std::fmax(std::fabs(lambda_), 1e-3); }
  [[nodiscard]] double lambda() const noexcept { return lambda_; }

 private:
  double lambda_, c_, c1_, c2_;
};

/// E1 = (e^x - 1)/x and E0 = (e^x - 1 - x)/x^2 with their first two derivatives, and e^x.
struct ExponentialRemainders {
  double e0, e0_1, e0_2, e1, e1_1, e1_2, exp;
};
[[nodiscard]] ExponentialRemainders exponential_remainders(double x) noexcept;

}  // namespace relia
