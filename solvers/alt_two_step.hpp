// The classical graphical method by arithmetic: a line on probability paper for every level, then a line through the
// levels' locations.
//
//   1. rank regression of each level with two failures or more: location mu_i, scale sigma_i
//   2. mu_i on the terms of the link by least squares, weighted by the failures r_i of the level
//   3. common shape: sum r_i shape_i / sum r_i (sigma_i in place of shape_i except for the Weibull)
//
// Source   GB/T 2689.2 (graphical estimation for constant stress life tests); Nelson (1990), chapter 3.

#pragma once

#include <vector>

#include <relia/alt.hpp>

#include "solvers/alt_fit.hpp"

namespace relia {

struct TwoStep {
  Estimate estimate;
  double correlation = kAbsent, r_squared = kAbsent;  ///< of the line through the levels; one coefficient only
};

/// @pre nothing is held, one shape for all levels, a distribution with probability paper
[[nodiscard]] TwoStep two_step(const AltFit& fit, const LifeTable& table, bool on_x, bool benard);

/// Where maximum likelihood may begin: theta of the two-step estimate, or nothing where the levels have no lines. Of
/// shapes that follow the stress, or are each level's own, the levels' lines say what they can and the common shape
/// the rest.
[[nodiscard]] std::vector<std::vector<double>> two_step_starts(const AltFit& fit, const LifeTable& table);

}  // namespace relia
