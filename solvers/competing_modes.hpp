// Competing failure modes: each exact failure has one mode, and the first mode to strike ends the unit.
//
// With independent modes the likelihood factors: each mode is fitted alone, seeing the failures of the others as
// right-censored. The system is the series of the modes, R = product of R_m; its bounds profile over the
// parameters of all modes together.
//
// Source   Nelson (1982), chapter 5; Meeker & Escobar (1998), chapter 15.
// Checked  the certified competing-risks problems; tests/solvers/competing_modes_test.cpp.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <relia/fit.hpp>

#include "solvers/model_fit.hpp"

namespace relia {

struct CompetingFit {
  struct Mode {
    std::string name;
    LifeTable table;
    std::unique_ptr<ModelFit> fit;
  };
  std::vector<Mode> modes;
  Convergence convergence;
  double log_likelihood = kAbsent;
};

/// One mode's view of the data: the failures of the others are suspensions.
struct ModeTable {
  std::string name;
  LifeTable table;
};

/// In text order; empty, with its verdict, when the data do not determine modes.
/// @throws UsageError (no such column), BadData (a failure with an empty mode)
[[nodiscard]] std::vector<ModeTable> split_by_mode(const LifeTable& table,
                                                   const FitOptions& options,
                                                   Convergence& verdict);

/// Adds a mode's fit to the verdict of all: passes and log L are sums, and the first mode without a regular maximum
/// gives the verdict, its reason and its advice.
void join_mode(const std::string& name, const Estimate& mode, Convergence& all, double& log_likelihood);

/// Fits with parameters of their own, put together.
struct JointPart {
  const Estimate* estimate;
  Objective objective;
};

/// The joint problem: phi one after another, log L the sum, covariance block by block.
[[nodiscard]] BoundContext joint_context(std::vector<JointPart> parts, const FitOptions& options);

/// @throws UsageError (no such column), BadData (a failure with an empty mode)
[[nodiscard]] std::unique_ptr<CompetingFit> fit_competing_modes(const std::shared_ptr<const Distribution>& distribution,
                                                                const LifeTable& table,
                                                                const FitOptions& options,
                                                                Engine engine);

void fill_competing_metrics(const CompetingFit& fit, const FitOptions& options, bool with_bounds, ModelResult& model);

/// A quantity of the system at each of `ages`.
[[nodiscard]] std::vector<Quantity> competing_quantities(
    const CompetingFit& fit,
    const std::vector<double>& ages,
    const FitOptions& options,
    const std::function<std::unique_ptr<Target>(const LifeView&, double)>& target);

/// The system's quantity for a requirement.
[[nodiscard]] Quantity competing_requirement(const CompetingFit& fit,
                                             const Requirement& requirement,
                                             const FitOptions& options);

}  // namespace relia
