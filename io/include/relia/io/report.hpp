// Renderers of one FitReport. All print the same numbers; none computes any.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>

namespace relia::io {

enum class Language { english, chinese };

/// How text for people is set.
struct TextStyle {
  bool colour = false;  ///< ANSI sequences allowed
  Language language = Language::english;
};

/// What an engineer reads on a terminal; lines end in '\n'.
[[nodiscard]] std::string render_text(const FitReport& report, const TextStyle& style);

/// The contract's JSON ("relia.fit/1"), one object and a line end, pretty-printed or (with --by) on one line;
/// numbers read back to the same double, absent numbers are null.
[[nodiscard]] std::string render_json(const FitReport& report, bool one_line);

/// Appends render_json(report, true).
void append_json_line(std::string& out, const FitReport& report);

/// One row a number; see csv_header(). Absent numbers are empty cells.
[[nodiscard]] std::string render_csv(const FitReport& report);

/// "group,distribution,rank,mode,quantity,name,argument,given,estimate,std_error,lower,upper,status" and a line
/// end; quantity is parameter, derived, fit, mean, quantile, reliable_life, reliability, failure_probability,
/// hazard, conditional, residual_quantile or requirement.
[[nodiscard]] std::string csv_header();

/// CSV with one row a group and model: a column for every number, named by its quantity (shape, shape_std_error,
/// shape_lower, shape_upper, …, B10, …, "R(1000)", …), after group, distribution, rank, status and the counts;
/// `reason`, the last, says why there are no estimates. Of best and all only the first model has a row.
class WideCsv {
 public:
  /// @param outline  Fitter::outline() of the call: its models say which columns there are
  explicit WideCsv(const FitReport& outline);
  [[nodiscard]] std::string header() const;
  void append(std::string& out, const FitReport& report) const;

 private:
  std::vector<std::string> parameters_;  ///< and derived quantities, of all models
  std::vector<std::string> columns_;
};

/// What `warnings` of the JSON says: warnings of the call, of each model, and why bounds are null. CSV has no
/// place for them.
[[nodiscard]] std::vector<std::string> all_warnings(const FitReport& report);

}  // namespace relia::io
