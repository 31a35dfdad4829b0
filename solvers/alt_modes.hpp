// Competing failure modes in an accelerated test: every mode follows the stress by itself, and life at use is the
// series of the modes.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <relia/alt.hpp>

#include "solvers/alt_fit.hpp"

namespace relia {

struct AltModes {
  struct Mode {
    std::string name;
    LifeTable table;
    std::unique_ptr<AltFit> fit;
  };
  std::vector<Mode> modes;
  Convergence convergence;
  double log_likelihood = kAbsent;
  int free_parameters = 0;
};

/// @throws UsageError (no such column, a held name that is no parameter), BadData (a failure with an empty mode)
[[nodiscard]] std::unique_ptr<AltModes> fit_alt_modes(const std::shared_ptr<const Distribution>& distribution,
                                                      const LifeTable& table,
                                                      const AltDesign& design,
                                                      const AltOptions& options);

/// Parameters of every mode and, with `use`, the lives of every mode and of the system there.
void fill_alt_modes(const AltModes& modes, const UseCondition* use, const FitOptions& asked, ModelResult& model);

/// The system's quantity at use for a requirement.
[[nodiscard]] Quantity alt_modes_requirement(const AltModes& modes,
                                             const UseCondition& use,
                                             const Requirement& requirement,
                                             const FitOptions& asked);

}  // namespace relia
