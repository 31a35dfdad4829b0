// Starting points of mixtures that part from a fit there is: of one life, or of a mixture found before.

#pragma once

#include <vector>

#include "core/distributions/mixture.hpp"

namespace relia {

/// Starts of two components that part from one life: side by side, and one narrower than the other.
/// @param whole  theta of the life
[[nodiscard]] std::vector<std::vector<double>> parted(const Distribution& inner, const std::vector<double>& whole);

/// Starts of one life beside another far below it that entry ages hide but for its tail.
[[nodiscard]] std::vector<std::vector<double>> with_hidden(const Distribution& inner, const std::vector<double>& whole);

/// Starts about a mixture found: one component moved, widened, narrowed, or given more or less of the whole.
[[nodiscard]] std::vector<std::vector<double>> moved_about(const Mixture& mixture, const std::vector<double>& theta);

}  // namespace relia
