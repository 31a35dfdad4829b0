// The exit code that a set of answers earns, and what standard error says with it.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>

#include "cli/exit_code.hpp"

namespace relia::cli {

/// "supplier=A: " with --by, otherwise empty.
[[nodiscard]] std::string group_prefix(const FitReport& report);

/// kNotEstimable when no answer carries estimates, kRequirementNotMet when a requirement is not met; prints why.
[[nodiscard]] ExitCode print_verdict(const std::vector<const FitReport*>& reports);

}  // namespace relia::cli
