// Rank regression: a straight line through the plotted points on the distribution's paper.
//
// x = ln t (t on the line axis), z = F^-1 of the plotting position in standard form. RRX minimizes horizontal
// distances, x = mu + sigma z; RRY vertical ones, z = (x - mu)/sigma. The exponential's line is t = scale y through
// the origin, y = -ln(1 - F).
//
// Source   Nelson (1982), Applied Life Data Analysis, chapter 3; Abernethy, The New Weibull Handbook, chapter 2.
// Checked  tests/solvers/rank_and_distance_test.cpp; the certified rank regressions.

#pragma once

#include <string>
#include <vector>

#include <relia/life_table.hpp>

#include "core/distributions/distribution.hpp"

namespace relia {

struct RankFit {
  bool estimable = false;
  std::string reason, advice;
  std::vector<double> theta;
  double correlation = kNaN, r_squared = kNaN;
};

/// True when the distribution has a straight line on its paper.
[[nodiscard]] bool has_probability_paper(const Distribution& distribution);

/// @pre exact and right-censored rows only, no truncation
[[nodiscard]] RankFit rank_regression(
    const LifeTable& table, const Distribution& distribution, const Axis& axis, bool on_x, bool benard);

}  // namespace relia
