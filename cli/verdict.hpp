// From finished fits to what is said on standard error and to the exit code.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <relia/fit_result.hpp>

#include "cli/exit_code.hpp"

namespace relia::cli {

/// "supplier=A: " for messages about one group; empty without groups.
[[nodiscard]] std::string group_prefix(const FitReport& report);

/// What the fits of one call come to, gathered report by report and part by part.
class Verdict {
 public:
  void add(const FitReport& report);
  /// @param warnings  those of the report where the answer has no place for them
  void add(const FitReport& report, std::vector<std::string> warnings);
  /// Takes up what was gathered of the reports that follow.
  void append(Verdict later);
  /// As a text for another process, and back.
  [[nodiscard]] std::string packed() const;
  [[nodiscard]] static Verdict unpacked(std::string_view text);
  /// There are reports, and all so far are of bad data.
  [[nodiscard]] bool all_bad() const noexcept { return reports_ > 0 && bad_ == reports_; }
  /// Prints warnings, why nothing could be estimated and which requirements are not met; each at most for
  /// `kShown` reports.
  [[nodiscard]] ExitCode print() const;

 private:
  static constexpr std::size_t kShown = 20;
  struct Messages {
    std::vector<std::vector<std::string>> of_report;
    std::size_t total = 0;
    void add(std::vector<std::string> lines);
    void append(Messages later);
  };
  void print_list(const Messages& messages, bool warning, const char* what) const;

  std::size_t reports_ = 0, bad_ = 0, with_estimates_ = 0, unmet_ = 0;
  Messages warnings_, no_estimates_, requirements_;
};

}  // namespace relia::cli
