// Limited failure population (defective subpopulation): only a fraction p can fail.
//
//   F(t) = p F0(t)
//
// theta = (theta of F0, logit p). Any distribution may stand inside.
//
// Source   Meeker & Escobar (1998), section 11.5.2.
// Checked  tests/laws; the certified problem ic_lfp.

#pragma once

#include <memory>

#include "core/distributions/distribution.hpp"

namespace relia {

class LimitedFailure final : public Distribution {
 public:
  explicit LimitedFailure(std::shared_ptr<const Distribution> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] const Distribution& inner() const noexcept { return *inner_; }
  [[nodiscard]] std::string name() const override { return inner_->name(); }
  [[nodiscard]] std::string title() const override { return inner_->title() + ", limited failure population"; }
  [[nodiscard]] bool log_axis() const override { return inner_->log_axis(); }
  [[nodiscard]] bool positive() const override { return inner_->positive(); }
  [[nodiscard]] int size() const override { return inner_->size() + 1; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override;
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  bool mean(const Axis&, std::span<const double>, Term&) const override { return false; }
  [[nodiscard]] double log_total(std::span<const double> theta) const override;
  [[nodiscard]] double quantile(std::span<const double> theta, double log_sf, double log_cdf) const override;
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i + 1 < size() ? inner_->unit(theta.first(theta.size() - 1), i) : 1.0;
  }
  [[nodiscard]] bool can_gather() const override { return inner_->can_gather(); }
  [[nodiscard]] double rounding(std::span<const double> theta) const override {
    return inner_->rounding(theta.first(theta.size() - 1));
  }
  [[nodiscard]] bool regular(std::span<const double> theta) const override {
    return inner_->regular(theta.first(theta.size() - 1));
  }
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;

 private:
  std::shared_ptr<const Distribution> inner_;
};

}  // namespace relia
