// The innermost intervals of a table and, for every distinct event and window, which of them it covers.

#pragma once

#include <cstdint>
#include <vector>

#include <relia/life_table.hpp>

namespace relia {

/// Rows that cover the innermost intervals first … last, with the sum of their counts.
struct CoverRow {
  std::uint32_t first, last;
  double count;
};

struct TurnbullSupport {
  std::vector<double> lower, upper;  ///< innermost intervals (lower, upper], or the point lower == upper
  std::vector<CoverRow> events;      ///< distinct, count > 0
  std::vector<CoverRow> windows;     ///< distinct truncation windows that do not cover everything
  double units = 0;                  ///< sum of counts of the rows that say anything (event smaller than window)
  double units_truncated = 0;        ///< sum of counts in `windows`
};

[[nodiscard]] TurnbullSupport turnbull_support(const LifeTable& table);

}  // namespace relia
