// Where the climbs of a fit begin.

#pragma once

#include <vector>

#include "core/likelihood/likelihood.hpp"

namespace relia {

/// Starting points in theta of the whole likelihood, the most likely first.
/// @param many look around them too: truncation hides part of the life, so that plotted points mislead
[[nodiscard]] std::vector<std::vector<double>> starting_points(const Likelihood& likelihood, bool many);

}  // namespace relia
