// Competing failure modes: each exact failure has one mode, and the first mode to strike ends the unit.
//
// With independent modes the likelihood factors: each mode is fitted alone, seeing the failures of the others as
// right-censored. The system is the series of the modes, R = product of R_m; its bounds profile over the
// parameters of all modes together.
//
// Source   Nelson (1982), chapter 5; Meeker & Escobar (1998), chapter 15.
// Checked  the certified competing-risks problems; tests/solvers/competing_modes_test.cpp.

#pragma once

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

/// @throws UsageError (no such column), BadData (a failure with an empty mode)
[[nodiscard]] std::unique_ptr<CompetingFit> fit_competing_modes(const std::shared_ptr<const Distribution>& distribution,
                                                                const LifeTable& table,
                                                                const FitOptions& options,
                                                                Engine engine);

void fill_competing_metrics(const CompetingFit& fit, const FitOptions& options, bool with_bounds, ModelResult& model);

/// The system's quantity for a requirement.
[[nodiscard]] Quantity competing_requirement(const CompetingFit& fit,
                                             const Requirement& requirement,
                                             const FitOptions& options);

}  // namespace relia
