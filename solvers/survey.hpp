// A coarse look over the whole parameter space, for data whose plotted points mislead.
//
// log L is evaluated - not climbed - on a grid that the ages themselves span: places of the life at ages of the rows,
// spreads from the least gap between two ages to several times their range, thresholds between all ages at which
// log L bends, mixture components on every run of neighbouring failures. Climbs then start from the most promising
// points. A grid point costs one pass over the rows, a climb ten to a hundred.

#pragma once

#include <cstddef>
#include <vector>

#include "solvers/mle_search.hpp"

namespace relia {

/// Starting points in theta: the `most` highest points that are not each other's neighbours on the grid, highest first;
/// of mixtures and threshold forms also cuts of the ages and peaks along the threshold; and random ones (scatter.hpp).
/// @pre a sample of one cell without covariates
[[nodiscard]] std::vector<std::vector<double>> survey(
    const MleSearch& search, const Likelihood& likelihood, const Space& space, Engine engine, std::size_t most);

/// The highest point of a two-parameter law on truncated rows among lives that lie before or beyond all ages, in theta;
/// empty when there is none. What a window shows of such a life is its tail alone: log L may rise for ever there, to a
/// height that has to be known.
/// @pre a sample of one cell without covariates
[[nodiscard]] std::vector<double> highest_far_out(const MleSearch& search,
                                                  const Likelihood& likelihood,
                                                  const Space& space);

}  // namespace relia
