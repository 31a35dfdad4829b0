// The picture of a coverage study.

#pragma once

#include <relia/coverage.hpp>

#include "cli/pictures.hpp"

namespace relia::cli {

/// The picture of the first target, and the page with one for each: coverage against the number of units, the study
/// again at a quarter, a half, twice and four times as many.
/// @param report  the study itself, whose numbers stand at its own n
[[nodiscard]] MadePictures coverage_pictures(const PictureOptions& wanted,
                                             const CoverageReport& report,
                                             const OutputOptions& output);

}  // namespace relia::cli
