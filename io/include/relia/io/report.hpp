// Renderers of one FitReport. All print the same numbers; none computes any.

#pragma once

#include <string>

#include <relia/fit_result.hpp>

namespace relia::io {

/// What an engineer reads on a terminal. `colour`: ANSI sequences allowed.
[[nodiscard]] std::string render_text(const FitReport& report, bool colour);

/// The contract's JSON ("relia.fit/1"), one object, pretty-printed or (with --by) on one line; numbers read
/// back to the same double, absent numbers are null.
[[nodiscard]] std::string render_json(const FitReport& report, bool one_line);

/// One row a model and quantity: distribution,quantity,name,argument,estimate,std_error,lower,upper,status.
[[nodiscard]] std::string render_csv(const FitReport& report);

}  // namespace relia::io
