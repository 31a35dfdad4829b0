// The JSON of a fit before it is printed, for reports that are a fit with more to say.

#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <relia/io/report.hpp>

namespace relia::io {

using Json = nlohmann::ordered_json;

/// The object of "relia.fit/1".
[[nodiscard]] Json fit_object(const FitReport& report);
/// `out` with estimate, std_error, lower, upper and reasons.
[[nodiscard]] Json with_quantity(Json out, const Quantity& quantity);
[[nodiscard]] Json parameter_object(const NamedQuantity& parameter);
[[nodiscard]] Json convergence_object(const Convergence& convergence);
void put_counts(Json& out, const LifeCounts& counts);
/// Text of a value, pretty or on one line, with its line end; names that are not UTF-8 are replaced.
[[nodiscard]] std::string dumped(const Json& value, bool one_line);

}  // namespace relia::io
