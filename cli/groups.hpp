// --by: one table becomes one for every value of a column.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <relia/life_table.hpp>

namespace relia::cli {

/// The rows of a table by the value of a column, groups in order of first appearance, rows in their order.
class Grouping {
 public:
  /// With an empty `column` all rows are one group. The table must outlive the grouping.
  /// @throws UsageError when there is no such column
  Grouping(const LifeTable& table, const std::string& column);

  [[nodiscard]] std::size_t size() const noexcept { return first_.size() - 1; }
  /// Value of the column; empty cells are a group of their own.
  [[nodiscard]] std::string label(std::size_t group) const;
  [[nodiscard]] std::span<const std::uint32_t> rows(std::size_t group) const noexcept;
  /// Makes `out` the table of a group, in the memory that it has.
  /// @param with_columns  besides the lives
  void take(std::size_t group, bool with_columns, LifeTable& out) const;

 private:
  const LifeTable& table_;
  const Column* by_ = nullptr;
  std::vector<std::uint32_t> order_;  ///< rows, those of a group together
  std::vector<std::size_t> first_;    ///< of each group in order_, and the end
};

struct Group {
  std::string label;
  LifeTable table;
};

/// All groups as tables of their own.
/// @throws UsageError when there is no such column
[[nodiscard]] std::vector<Group> split_by(LifeTable table, const std::string& column);

}  // namespace relia::cli
