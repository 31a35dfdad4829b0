// --by: one table becomes one for every value of a column.

#pragma once

#include <string>
#include <vector>

#include <relia/life_table.hpp>

namespace relia::cli {

struct Group {
  std::string label;  ///< value of the column; empty cells are a group of their own
  LifeTable table;
};

/// In order of first appearance. With an empty `column` the one group is the whole table.
/// @throws UsageError when there is no such column
[[nodiscard]] std::vector<Group> split_by(LifeTable table, const std::string& column);

}  // namespace relia::cli
