// How bounds by resampling were made, in words.

#pragma once

#include <string>

#include <relia/fit_result.hpp>
#include <relia/io/report.hpp>

namespace relia::io {

/// "bootstrap (random weights, BCa, 2000 replicates, seed 1)".
[[nodiscard]] std::string how_resampled(const Resampling& resampling, Language language);

}  // namespace relia::io
