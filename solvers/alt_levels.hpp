// Every tested level by itself: individual fits, and the likelihood-ratio tests that the regression rests on.
//
//   lack of fit     log L of a location a level (shape as in the model) against log L of the model
//   common shape    log L of a location and a shape a level against log L of a location a level, over the levels
//                   that can be fitted alone; where the model's shape is not common, the model against the same
//                   model with a common shape
//
// A level without failures adds its supremum, 0, to the saturated log L.
// Source   Nelson (1990), Accelerated Testing, chapter 5; Meeker & Escobar (1998), section 19.2.

#pragma once

#include <vector>

#include <relia/alt.hpp>

#include "solvers/alt_fit.hpp"

namespace relia {

/// The rows of one level.
[[nodiscard]] LifeTable table_of_level(const LifeTable& table, const AltDesign& design, std::size_t level);

/// Fills extra.levels and extra.tests.
/// @pre the fit carries estimates
void analyse_levels(const AltFit& fit, const LifeTable& table, const AltOptions& options, AltModel& extra);

}  // namespace relia
