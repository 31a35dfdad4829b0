// What a replicate of a bootstrap is made of: random weights of units, units drawn again, or lives of a fitted model.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <relia/fit.hpp>
#include <relia/life_table.hpp>

#include "core/distributions/distribution.hpp"
#include "core/numeric/philox.hpp"

namespace relia {

/// Weights of rows that stand for `units` units each, together n: gamma variates over their sum, each row's with the
/// number of its units as shape.
void draw_weights(std::span<const double> units, double n, RandomStream& random, std::span<double> weight);

/// How often each row comes up in n draws of a unit.
class CaseDraw {
 public:
  /// @throws UsageError for more than 2e7 units
  explicit CaseDraw(std::span<const double> units);
  void draw(RandomStream& random, std::span<double> weight) const;

 private:
  std::uint64_t n_ = 0;
  std::vector<std::uint32_t> row_;  ///< of each unit; empty: one a row
};

/// The plan that a sample shows, for tests of the fitted model.
struct ShownPlan {
  std::size_t n = 0;
  std::size_t failures = 0;    ///< type II: the test ends with this failure; n for complete data
  double censor_at = kAbsent;  ///< type I: the age at which it ends
};

/// @throws UsageError when the data show no plan and none is given, or do not agree with the one given
[[nodiscard]] ShownPlan shown_plan(const LifeTable& table, const BootstrapOptions& options);

}  // namespace relia
