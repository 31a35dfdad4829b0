// What every analysis that fits distributions to a table does alike.

#pragma once

#include <memory>
#include <vector>

#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>
#include <relia/row_blocks.hpp>

#include "core/distributions/distribution.hpp"
#include "core/sample/block_sums.hpp"

namespace relia {

/// A failure at age 0 has no place in a life on the positive axis.
/// @throws BadData when one of the distributions is positive and such a failure exists
void refuse_zero_failures(const LifeTable& table, const std::vector<std::shared_ptr<const Distribution>>& chosen);

/// AIC, AICc and BIC from log L, k and n (the sum of counts).
void set_criteria(ModelResult& model, double n);

/// Source, counts and ages of the data. Positive lives: as refuse_zero_failures().
/// @throws BadData
void describe_data(const LifeTable& table, FitReport& report);
void describe_data(const RowBlocks& rows, const Workers& workers, bool positive, FitReport& report);

}  // namespace relia
