// The masses that maximise the likelihood of a TurnbullSupport.

#pragma once

#include <string>
#include <vector>

#include "core/nonparametric/turnbull_support.hpp"

namespace relia {

struct TurnbullMasses {
  std::vector<double> mass;      ///< one a column, sum 1, exactly 0 off the support
  std::vector<double> gradient;  ///< d log L / d mass_j minus the multiplier, per unit: 0 on the support, <= 0 off it
  double violation = 0;          ///< largest departure from that
  double least_window = 1;       ///< smallest probability of a truncation window
  double log_likelihood = 0;
  int iterations = 0;  ///< Newton steps
  bool converged = false;
};

/// Grows the support from a smallest covering set by the columns where the gradient is largest, with a projected
/// Newton method on each; dense Cholesky up to a thousand columns, preconditioned conjugate gradients above.
[[nodiscard]] TurnbullMasses maximize_turnbull(const TurnbullSupport& support);

}  // namespace relia
