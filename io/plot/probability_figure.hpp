// Probability plots on the paper of each distribution.

#pragma once

#include <vector>

#include <relia/io/pictures.hpp>

namespace relia::io {

[[nodiscard]] Figure probability_figure(const std::vector<FitPicture>& populations, Language language);

}  // namespace relia::io
