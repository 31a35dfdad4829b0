// The actuarial (life-table) estimate of grouped data.
//
// In each interval (lower, upper] the units withdrawn inside it count as exposed for half of it:
//   exposed n' = n - w/2,  q = d/n',  S(upper) = S(lower) (1 - q),  Var S by Greenwood with n'.
// A unit suspended exactly at `upper` has survived the whole interval and is fully exposed.
// Hazard at the midpoint 2q / (width (2 - q)), density S(lower) q / width, with the standard errors of Gehan (1969).

#pragma once

#include <string>
#include <vector>

#include <relia/life_table.hpp>

namespace relia {

struct Actuarial {
  std::vector<double> lower, upper;
  std::vector<double> at_risk;    ///< alive and in the study at `lower`
  std::vector<double> withdrawn;  ///< suspended in (lower, upper]
  std::vector<double> failures, exposed;
  std::vector<double> conditional_failure_probability;  ///< q; NaN when nobody is exposed
  std::vector<double> survival, failure_probability;    ///< at upper
  std::vector<double> greenwood;                        ///< sum of q/(n'(1-q))
  std::vector<double> hazard, hazard_std_error, density, density_std_error;
  std::string refused;  ///< why there is no life table; empty when there is one
};

/// Ends of intervals taken from the data: every inspection time of interval- and left-censored rows; where there is
/// none, multiples of a round number, about ten of them (then `chosen` is set).
[[nodiscard]] std::vector<double> life_table_breaks(const LifeTable& table, bool& chosen);

/// @param breaks  ascending, the first 0, the last at or beyond every age in the data
[[nodiscard]] Actuarial actuarial(const LifeTable& table, const std::vector<double>& breaks);

}  // namespace relia
