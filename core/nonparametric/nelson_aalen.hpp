// Cumulative hazard from a risk table.
//
//   Nelson-Aalen        H(t) = sum d/n,  Var H = sum d/n^2             (Nelson 1972, Aalen 1978)
//   Fleming-Harrington  the d failures of a tie one after the other: sum over j < d of 1/(n-j) and 1/(n-j)^2
//                       (Fleming and Harrington 1984)

#pragma once

#include <vector>

#include "core/nonparametric/kaplan_meier.hpp"

namespace relia {

struct CumulativeHazard {
  std::vector<double> hazard, variance;  ///< just after each failure time
};
[[nodiscard]] CumulativeHazard nelson_aalen(const RiskTable& risk);
[[nodiscard]] CumulativeHazard fleming_harrington(const RiskTable& risk);

}  // namespace relia
