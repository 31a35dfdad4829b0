#include "cli/verdict.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "cli/messages.hpp"

namespace relia::cli {
namespace {

bool has_estimates(const FitReport& report) {
  return std::any_of(report.models.begin(), report.models.end(),
                     [](const ModelResult& m) { return carries_estimates(m.convergence.status); });
}

bool is_bad(const FitReport& report) {
  return !report.models.empty() && report.models.front().convergence.status == FitStatus::bad_data;
}

// One line for each reason, naming the distributions it holds for.
std::vector<std::string> why_not_estimable(const FitReport& report) {
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
  std::vector<std::string> out;
  for (const auto& [reason, names] : reasons) {
    out.push_back(fmt::format("{}no estimate for {}: {}", group_prefix(report), fmt::join(names, ", "), reason));
  }
  return out;
}

std::vector<std::string> unmet_requirements(const FitReport& report) {
  std::vector<std::string> out;
  for (const RequirementResult& r : report.requirements) {
    if (r.met) continue;
    const std::string found = r.bound == r.bound
                                  ? fmt::format("the bound at level {:g} is {:.6g}", r.confidence, r.bound)
                                  : fmt::format("no bound at level {:g}: {}", r.confidence, r.reason);
    out.push_back(fmt::format("{}requirement not met: {}: {}", group_prefix(report), r.expression, found));
  }
  return out;
}

}  // namespace

std::string group_prefix(const FitReport& report) {
  return report.group_column.empty() ? std::string() : fmt::format("{}={}: ", report.group_column, report.group);
}

void Verdict::Messages::add(std::vector<std::string> lines) {
  if (lines.empty()) return;
  ++total;
  if (of_report.size() < kShown) of_report.push_back(std::move(lines));
}

void Verdict::Messages::append(Messages later) {
  total += later.total;
  for (std::vector<std::string>& lines : later.of_report) {
    if (of_report.size() < kShown) of_report.push_back(std::move(lines));
  }
}

void Verdict::add(const FitReport& report) {
  ++reports_;
  if (has_estimates(report)) {
    ++with_estimates_;
  } else {
    no_estimates_.add(why_not_estimable(report));
  }
  if (is_bad(report)) ++bad_;
  std::vector<std::string> unmet = unmet_requirements(report);
  if (!unmet.empty()) ++unmet_;
  requirements_.add(std::move(unmet));
}

void Verdict::add(const FitReport& report, std::vector<std::string> warnings) {
  for (std::string& warning : warnings) warning = group_prefix(report) + warning;
  warnings_.add(std::move(warnings));
  add(report);
}

void Verdict::append(Verdict later) {
  reports_ += later.reports_;
  bad_ += later.bad_;
  with_estimates_ += later.with_estimates_;
  unmet_ += later.unmet_;
  warnings_.append(std::move(later.warnings_));
  no_estimates_.append(std::move(later.no_estimates_));
  requirements_.append(std::move(later.requirements_));
}

// Whole numbers, and texts behind their length, each followed by a space.
std::string Verdict::packed() const {
  std::string out = fmt::format("{} {} {} {} ", reports_, bad_, with_estimates_, unmet_);
  for (const Messages* messages : {&warnings_, &no_estimates_, &requirements_}) {
    out += fmt::format("{} {} ", messages->total, messages->of_report.size());
    for (const std::vector<std::string>& lines : messages->of_report) {
      out += fmt::format("{} ", lines.size());
      for (const std::string& line : lines) out += fmt::format("{} {}", line.size(), line);
    }
  }
  return out;
}

Verdict Verdict::unpacked(std::string_view text) {
  const auto number = [&text] {
    std::size_t value = 0;
    const char* const end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return value;
  };
  Verdict out;
  for (std::size_t* count : {&out.reports_, &out.bad_, &out.with_estimates_, &out.unmet_}) *count = number();
  for (Messages* messages : {&out.warnings_, &out.no_estimates_, &out.requirements_}) {
    messages->total = number();
    messages->of_report.resize(number());
    for (std::vector<std::string>& lines : messages->of_report) {
      lines.resize(number());
      for (std::string& line : lines) {
        const std::size_t length = number();
        line = text.substr(0, length);
        text.remove_prefix(length);
      }
    }
  }
  return out;
}

void Verdict::print_list(const Messages& messages, bool warning, const char* what) const {
  const auto print = [&](const std::string& line) { warning ? print_warning(line) : print_error(line); };
  for (const std::vector<std::string>& lines : messages.of_report) {
    for (const std::string& line : lines) print(line);
  }
  const std::size_t more = messages.total - messages.of_report.size();
  if (more > 0) print(fmt::format("… and {} more {} {}", more, more == 1 ? "group" : "groups", what));
}

ExitCode Verdict::print() const {
  // The answer itself is already printed.
  print_list(warnings_, true, "with warnings");
  print_list(no_estimates_, false, "without an estimate");
  if (with_estimates_ == 0) return all_bad() ? kBadInput : kNotEstimable;
  print_list(requirements_, false, "that do not meet a requirement");
  return unmet_ == 0 ? kDone : kRequirementNotMet;
}

}  // namespace relia::cli
