// --certify: the digits to which a fit agrees with 50-digit arithmetic, beside its numbers.

#pragma once

#include <relia/fit.hpp>
#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>

namespace relia::cli {

/// @throws UsageError when the table is too long to be certified; asked before the fit
void refuse_uncertifiable(const LifeTable& table);

/// Recomputes every estimate of the report and writes the digits that agree into it, with a warning where the witness
/// finds something else.
void certify_fit(const LifeTable& table, const FitOptions& options, FitReport& report);

}  // namespace relia::cli
