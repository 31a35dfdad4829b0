// One fitted model that is asked at many places: what pictures draw and no table prints.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <relia/fit.hpp>
#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>

namespace relia {

/// The first distribution that `options` names, fitted once. Every quantity and bound is that of fit() with the same
/// options at that place; with competing modes that of the system. Without failures there are bounds and no estimates.
class FittedModel {
 public:
  /// @param table  must outlive the model
  /// @param known  what fit() found with these options, from which the same maximum is climbed; null: it is sought anew
  /// @throws UsageError, BadData as fit()
  FittedModel(const LifeTable& table, const FitOptions& options, const ModelResult* known = nullptr);
  ~FittedModel();
  FittedModel(FittedModel&&) noexcept;
  FittedModel& operator=(FittedModel&&) noexcept;

  /// Whether the fit carries estimates; without them every list below is empty.
  [[nodiscard]] bool usable() const noexcept;

  struct Mode {
    std::string name;
    std::vector<QuantileResult> lives;
  };

  /// Lives by which these parts have failed.
  [[nodiscard]] std::vector<QuantileResult> lives(const std::vector<double>& p, bool bounds) const;
  /// The same without bounds for every failure mode alone; nothing without --mode.
  [[nodiscard]] std::vector<Mode> lives_of_modes(const std::vector<double>& p) const;
  [[nodiscard]] std::vector<AtTimeResult> reliability(const std::vector<double>& ages, bool bounds) const;
  [[nodiscard]] std::vector<AtTimeResult> failure_probability(const std::vector<double>& ages, bool bounds) const;
  [[nodiscard]] std::vector<AtTimeResult> hazard(const std::vector<double>& ages, bool bounds) const;
  /// f(t), bounds on ln f for Wald, likelihood-ratio bounds of f itself. With one free parameter f need not be monotone
  /// in it; then the bounds are the least and the greatest density over the interval of that parameter. Nothing without
  /// failures.
  [[nodiscard]] std::vector<AtTimeResult> density(const std::vector<double>& ages, bool bounds) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace relia
