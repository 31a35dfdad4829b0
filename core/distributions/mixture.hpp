// Mixture of K components of one family: several populations in one sample.
//
//   F(t) = sum_k p_k F_k(t),  sum p_k = 1
//
// theta = (ln(p_1/p_K) … ln(p_{K-1}/p_K), theta of F_1, …, theta of F_K).
//
// Source   Titterington, Smith & Makov (1985), Statistical Analysis of Finite Mixture Distributions.
// Checked  tests/laws; the certified mixtures.

#pragma once

#include <memory>

#include "core/distributions/distribution.hpp"

namespace relia {

class Mixture final : public Distribution {
 public:
  /// @pre components >= 2 and the parameters fit kMaxLawParameters
  Mixture(std::shared_ptr<const Distribution> inner, int components)
      : inner_(std::move(inner)), components_(components) {}

  [[nodiscard]] const Distribution& inner() const noexcept { return *inner_; }
  [[nodiscard]] int components() const noexcept { return components_; }
  [[nodiscard]] std::string name() const override { return inner_->name(); }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] bool log_axis() const override { return inner_->log_axis(); }
  [[nodiscard]] bool positive() const override { return inner_->positive(); }
  [[nodiscard]] int size() const override { return components_ * inner_->size() + components_ - 1; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override;
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override;
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override;
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override;
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override;
  [[nodiscard]] double log_total(std::span<const double> theta) const override;
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& plot) const override;

  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    const int first = components_ - 1, size = inner_->size();
    return i < first ? 1.0 : inner_->unit(component(theta, (i - first) / size), (i - first) % size);
  }
  [[nodiscard]] double rounding(std::span<const double> theta) const override {
    double most = 0.0;
    for (int k = 0; k < components_; ++k) most = std::fmax(most, inner_->rounding(component(theta, k)));
    return most;
  }

  /// Puts the components in order of their medians.
  void sort_components(std::span<double> theta) const;

  /// theta of component k, and the log of its weight.
  [[nodiscard]] std::span<const double> component(std::span<const double> theta, int k) const noexcept;
  [[nodiscard]] double log_weight(std::span<const double> theta, int k) const;

 private:
  std::shared_ptr<const Distribution> inner_;
  int components_;
};

}  // namespace relia
