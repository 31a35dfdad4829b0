// Anderson-Darling distance between the Kaplan-Meier estimate and a fitted life distribution.
//
//   A^2 = n * integral of (Fn - F)^2 / (F (1 - F)) dF  from 0 to F(last observed age), Fn = 1 - Kaplan-Meier
//
// A piece with Fn = c between F = a and F = b is c^2 ln(b/a) - (1-c)^2 ln((1-b)/(1-a)) - (b-a). For complete data
// the integral runs to 1 and is the classical statistic.
//
// Source   Anderson & Darling (1954), JASA 49, 765-769.
// Checked  tests/solvers/anderson_darling_test.cpp (against the classical sum).

#pragma once

#include <cstdint>

#include <relia/life_table.hpp>
#include <relia/row_blocks.hpp>

#include "solvers/life_view.hpp"

namespace relia {

/// Rows up to which quantities that need all ages in order are computed; never a matter of the memory there is.
inline constexpr std::uint64_t kMostSortedRows = 10'000'000;

/// Whether data with these counts have the statistic: no left or interval censoring, no truncation, a failure.
[[nodiscard]] bool has_anderson_darling(const LifeCounts& counts) noexcept;

/// NaN without it, and above kMostSortedRows. Needs 8 bytes a row, 16 with counts.
/// @param counts   of the rows
/// @param threads  0: all cores; the result does not depend on it
[[nodiscard]] double anderson_darling(
    const RowBlocks& rows, const LifeCounts& counts, const LifeView& view, const Eigen::VectorXd& phi, int threads);

}  // namespace relia
