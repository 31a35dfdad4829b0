// The data types alone, without solvers and files.

#include <limits>

#include <relia/life_table.hpp>

int main() {
  relia::LifeTable table;
  table.lower = {100.0, 200.0};
  table.upper = {100.0, std::numeric_limits<double>::infinity()};
  const relia::LifeCounts counts = relia::count_by_kind(table);
  return counts.failures == 1 && counts.right_censored == 1 ? 0 : 1;
}
