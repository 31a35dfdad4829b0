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
#include <vector>

#include <relia/life_table.hpp>
#include <relia/row_blocks.hpp>

#include "core/numeric/log_math.hpp"
#include "solvers/life_view.hpp"

namespace relia {

/// Rows up to which quantities that need all ages in order are computed; never a matter of the memory there is.
inline constexpr std::uint64_t kMostSortedRows = 10'000'000;

/// Whether data with these counts have the statistic: no left or interval censoring, no truncation, a failure.
[[nodiscard]] bool has_anderson_darling(const LifeCounts& counts) noexcept;

/// The same, and no more rows than are put in order.
[[nodiscard]] bool has_anderson_darling(const LifeCounts& counts, std::uint64_t rows) noexcept;

/// Ages of failures and suspensions in rising order, which one fit needs once for all of its candidates: 8 bytes a row,
/// 16 with counts. Rows that are not in memory are sorted in place, which is slower than by digits but needs no second
/// copy.
struct AgesInOrder {
  /// @param counts  of the rows
  AgesInOrder(const RowBlocks& rows, const LifeCounts& counts);

  struct Column {
    struct Row {
      double time, count;
    };
    bool with_counts = false;  ///< else every row is one unit
    std::vector<double> plain;
    std::vector<Row> weighted;

    void prepare(std::size_t rows, bool counted);
    void add(double time, double count);
    void sort(bool resident);
    [[nodiscard]] std::size_t size() const noexcept { return with_counts ? weighted.size() : plain.size(); }
    [[nodiscard]] double time(std::size_t i) const noexcept { return with_counts ? weighted[i].time : plain[i]; }
    [[nodiscard]] double count(std::size_t i) const noexcept { return with_counts ? weighted[i].count : 1.0; }
  };
  Column failed, suspended;
  double last = -kInfinity;  ///< the last age of all
};

/// Only of data that have it.
/// @param counts   of the rows
/// @param threads  0: all cores; the result does not depend on it
[[nodiscard]] double anderson_darling(
    const AgesInOrder& ages, const LifeCounts& counts, const LifeView& view, const Eigen::VectorXd& phi, int threads);

}  // namespace relia
