// Renderers of one NonparametricReport. All print the same numbers; none computes any.

#pragma once

#include <string>
#include <vector>

#include <relia/io/report.hpp>
#include <relia/nonparametric.hpp>

namespace relia::io {

/// What an engineer reads on a terminal. Of more than 60 points the text shows some spread over the curve and says
/// so; JSON and CSV have all.
[[nodiscard]] std::string render_text(const NonparametricReport& report, const TextStyle& style);

/// The contract's JSON ("relia.nonparametric/1"), one object and a line end, pretty-printed or (with --by) on one
/// line; numbers read back to the same double, absent numbers are null.
[[nodiscard]] std::string render_json(const NonparametricReport& report, bool one_line);

/// One row a number with its bounds, after csv_header(report); absent numbers are empty cells.
[[nodiscard]] std::string render_csv(const NonparametricReport& report);

/// "group,record,name,argument,estimate,std_error,lower,upper" and the columns that the method adds, and a line
/// end. `record` is survival (kaplan-meier, turnbull, life-table), cumulative_hazard or median_rank for the points,
/// else quantile, reliability, failure_probability or restricted_mean. The argument of a point is its time, for
/// intervals their upper end.
[[nodiscard]] std::string csv_header(const std::string& method);

/// What `warnings` of the JSON says: those of the call, and why estimates and bounds are null.
[[nodiscard]] std::vector<std::string> all_warnings(const NonparametricReport& report);

}  // namespace relia::io
