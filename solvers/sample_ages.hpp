// The ages of a sample as those who look for starting points see them.

#pragma once

#include <utility>
#include <vector>

#include "core/distributions/distribution.hpp"
#include "core/sample/sample.hpp"

namespace relia {

/// Ages of the rows on the axis, distinct and rising, with counts.
struct Ages {
  std::vector<double> all;                          ///< every finite end of an event
  std::vector<std::pair<double, double>> failures;  ///< (inside of the event, count)
  std::vector<double> bends;                        ///< lower ends, censored ages, entries: where a tail begins
};

/// @pre a sample of one cell without covariates
[[nodiscard]] Ages ages_of(const Sample& sample);
/// Sorted, each value once.
void distinct(std::vector<double>& v);

/// What a plot would show of a life about `place` on the axis, `spread` wide between its levels of 20 and 80 %.
[[nodiscard]] PlotSummary summary_at(const PlotSummary& plot, double place, double spread);

/// Tails are integrals: a pass over the rows costs a hundred times what it does with others.
[[nodiscard]] bool slow_tails(const Distribution& distribution);

}  // namespace relia
