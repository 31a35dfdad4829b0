// Turnbull's nonparametric maximum-likelihood estimate of the distribution of life from any mix of exact,
// interval-, left- and right-censored lives, each possibly truncated to a window.
//
//   log L = sum of count * [ log P(event) - log P(window) ]
//
// The likelihood depends on the distribution only through the masses of the innermost intervals (Turnbull, JRSS B 38
// (1976) 290-295; with truncation: Frydman, JRSS B 56 (1994) 71-74). The masses are found by Newton's method on an
// active set and certified by the gradient: with g_j the derivative of log L in mass j (scaled so that the total
// mass is 1) a maximum has g_j = 0 where there is mass and g_j <= 0 elsewhere. Without truncation log L is concave
// and this is necessary and sufficient; with truncation it certifies a stationary point.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>

namespace relia {

struct Turnbull {
  /// Innermost intervals (lower, upper], ascending; lower == upper is a point mass; lower is 0 for a left end
  /// at the origin, upper +inf for one without end.
  std::vector<double> lower, upper;
  std::vector<double> mass;                 ///< sum 1; exactly 0 where the estimate has none
  std::vector<double> survival;             ///< after the interval, to full relative accuracy
  std::vector<double> failure_probability;  ///< 1 - survival, likewise
  std::vector<std::uint8_t> unique;         ///< 0: other values of this mass have the same likelihood
  bool uniqueness_examined = true;          ///< false: too many intervals; `unique` is then only presumed
  std::vector<double> std_error;            ///< of survival, from the observed information on the support; NaN: none
  std::string std_error_reason;             ///< why there are none
  double log_likelihood = kAbsent;
  double gradient = kAbsent;  ///< largest violation of the gradient condition per unit
  Convergence convergence;
};

/// Precondition: every row's event meets its window (lower < upper after intersection, or an exact time inside).
[[nodiscard]] Turnbull turnbull(const LifeTable& table);

}  // namespace relia
