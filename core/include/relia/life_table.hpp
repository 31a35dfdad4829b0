// Life data as the engineer recorded them: one row a record, one column a quantity.
//
// Every record is an interval: the life T of `count` units lies in [lower, upper], and the units
// are in the sample only because T lies in (entry, exit].
//
//   lower == upper   exact failure          upper == +inf    right-censored (suspended) at lower
//   lower == 0 < upper < inf  left-censored at upper         lower < upper  interval-censored
//
// No status code survives the reader.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace relia {

/// A column that is not part of the life itself: a stress, a group, a failure mode, a note.
struct Column {
  enum class Type { number, text };
  std::string name;  ///< header as written, UTF-8
  std::string unit;  ///< empty when nothing says
  Type type = Type::number;
  std::vector<double> numbers;       ///< Type::number: one a row; NaN where the cell was empty
  std::vector<std::uint32_t> codes;  ///< Type::text: one a row, index into levels
  std::vector<std::string> levels;   ///< Type::text: distinct values in order of first appearance; "" = empty cell

  [[nodiscard]] std::size_t rows() const noexcept { return type == Type::number ? numbers.size() : codes.size(); }
};

/// Where a table came from.
struct Provenance {
  std::string name;       ///< file, "-" or STORE.h5:NAME as the user wrote it
  std::string sha256;     ///< of the source bytes, 64 hex digits
  std::string time_unit;  ///< h, d, cycle, km …; empty when nothing says; never converted
  /// Header of the column that holds an exact failure's age, for messages.
  std::string age_column = "lower";
};

/// Sums of counts by kind of record. Left-truncated and right-truncated units count in `truncated` too.
struct LifeCounts {
  std::uint64_t n = 0, failures = 0, right_censored = 0, left_censored = 0, interval_censored = 0;
  std::uint64_t truncated = 0;
  std::uint64_t rows = 0;  ///< records with a count above 0
};

/// The table. Readers fill the vectors; check_life_table() says whether they keep the contract.
///
/// Shapes  lower, upper: one a row. count: one a row, or empty (all 1). entry, exit: one a row, or empty
///         (0 and +inf). line: physical line of each row in its source, or empty. columns[i]: one a row.
/// Units   times in provenance.time_unit, counts are whole numbers >= 0 (sum below 2^53).
struct LifeTable {
  std::vector<double> lower, upper;
  std::vector<double> count;
  std::vector<double> entry, exit;
  std::vector<std::uint32_t> line;
  std::vector<Column> columns;
  Provenance provenance;

  [[nodiscard]] std::size_t rows() const noexcept { return lower.size(); }
  [[nodiscard]] double count_at(std::size_t i) const noexcept { return count.empty() ? 1.0 : count[i]; }
  [[nodiscard]] double entry_at(std::size_t i) const noexcept { return entry.empty() ? 0.0 : entry[i]; }
  [[nodiscard]] double exit_at(std::size_t i) const noexcept;
  /// The column of that name (exact, then without regard to case), or nullptr.
  [[nodiscard]] const Column* find(const std::string& name) const noexcept;
};

/// Sums of counts by kind. `failures` counts exact failures only.
[[nodiscard]] LifeCounts count_by_kind(const LifeTable& table);

/// Physical line of a row for messages; row + 2 when the source had no lines.
[[nodiscard]] std::uint64_t line_of(const LifeTable& table, std::size_t row) noexcept;

}  // namespace relia
