// --by with many groups: fitted on all threads, printed in their order, never all in memory.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <relia/fit.hpp>

#include "cli/groups.hpp"
#include "cli/verdict.hpp"

namespace relia::cli {

/// The fit of one group; bad data of a group of several are its verdict and nobody else's.
/// @throws BadData when there are no groups
[[nodiscard]] FitReport fit_group(Fitter& fitter, const LifeTable& table, const std::string& by, std::string label);

struct GroupSink {
  /// Appends a report as it is printed and takes up its verdict. Called on several threads at once.
  std::function<void(FitReport& report, bool first, std::string& out, Verdict& verdict)> render;
  /// Takes what was rendered, in the order of the groups, and the verdict of all groups so far.
  std::function<void(std::string_view text, const Verdict& so_far)> write;
  std::function<void(std::size_t done)> progress;
};

/// The text does not depend on the number of threads, nor on that of ranks (options.processes), each of which fits its
/// part of the groups; the first alone calls write() and progress(), and has the verdict.
/// @param threads  0: all cores
/// @throws on all ranks, what the fit of the first group that failed threw
[[nodiscard]] Verdict fit_groups(
    const Grouping& groups, const std::string& by, FitOptions options, int threads, const GroupSink& sink);

}  // namespace relia::cli
