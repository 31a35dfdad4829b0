#include "cli/verdict.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/messages.hpp"

namespace relia::cli {
namespace {

bool has_estimates(const FitReport& report) {
  return std::any_of(report.models.begin(), report.models.end(),
                     [](const ModelResult& m) { return carries_estimates(m.convergence.status); });
}

// One line for each reason, naming the distributions it holds for.
void print_why_not_estimable(const FitReport& report) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const ModelResult& m : report.models) {
    if (carries_estimates(m.convergence.status)) continue;
    const Convergence& c = m.convergence;
    std::string reason = to_string(c.status);
    if (!c.reason.empty()) reason += ": " + c.reason;
    if (!c.advice.empty()) reason += ' ' + c.advice;
    const auto same = std::find_if(reasons.begin(), reasons.end(), [&](const auto& r) { return r.first == reason; });
    if (same == reasons.end()) {
      reasons.push_back({reason, {m.distribution}});
    } else {
      same->second.push_back(m.distribution);
    }
  }
  for (const auto& [reason, names] : reasons) {
    print_error(fmt::format("{}no estimate for {}: {}", group_prefix(report), fmt::join(names, ", "), reason));
  }
}

void print_unmet_requirements(const FitReport& report) {
  for (const RequirementResult& r : report.requirements) {
    if (r.met) continue;
    const std::string found = r.bound == r.bound
                                  ? fmt::format("the bound at level {:g} is {:.6g}", r.confidence, r.bound)
                                  : fmt::format("no bound at level {:g}: {}", r.confidence, r.reason);
    print_error(fmt::format("{}requirement not met: {}: {}", group_prefix(report), r.expression, found));
  }
}

bool all_met(const FitReport& report) {
  return std::all_of(report.requirements.begin(), report.requirements.end(), [](const auto& r) { return r.met; });
}

}  // namespace

std::string group_prefix(const FitReport& report) {
  return report.group_column.empty() ? std::string() : fmt::format("{}={}: ", report.group_column, report.group);
}

ExitCode print_verdict(const std::vector<const FitReport*>& reports) {
  // The answer itself is already printed.
  for (const FitReport* report : reports) {
    if (!has_estimates(*report)) print_why_not_estimable(*report);
  }
  if (std::none_of(reports.begin(), reports.end(), [](const FitReport* r) { return has_estimates(*r); })) {
    return kNotEstimable;
  }
  for (const FitReport* report : reports) print_unmet_requirements(*report);
  return std::all_of(reports.begin(), reports.end(), [](const FitReport* r) { return all_met(*r); })
             ? kDone
             : kRequirementNotMet;
}

}  // namespace relia::cli
