// A coverage study in the forms that are printed. It lives beside the command, as nothing else makes one.

#pragma once

#include <string>

#include <relia/coverage.hpp>

namespace relia::cli {

[[nodiscard]] std::string coverage_text(const CoverageReport& report, bool chinese);
/// "relia.coverage/1".
[[nodiscard]] std::string coverage_json(const CoverageReport& report);
/// "target,truth,bounds,coverage,…", one row a target and kind.
[[nodiscard]] std::string coverage_csv(const CoverageReport& report);

}  // namespace relia::cli
