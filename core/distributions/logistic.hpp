// Logistic life: F(t) = 1/(1 + exp(-(t - mu)/sigma)).
//
// Source   Meeker & Escobar (1998), chapter 4.
// Checked  tests/laws; the certified problems.

#pragma once

#include "core/distributions/location_scale_forms.hpp"
#include "core/kernels/logistic.hpp"

namespace relia {

class LogisticLife final : public MuSigmaDistribution<Logistic> {
 public:
  [[nodiscard]] std::string name() const override { return "logistic"; }
  [[nodiscard]] std::string title() const override { return "Logistic"; }
  [[nodiscard]] bool log_axis() const override { return false; }
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    location_scale_mean(axis, theta, 0.0, 0.0, 0.0, out);
    return true;
  }
};

}  // namespace relia
