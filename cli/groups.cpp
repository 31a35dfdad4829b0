#include "cli/groups.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>

namespace relia::cli {
namespace {

using Rows = std::vector<std::size_t>;

template <class T>
std::vector<T> picked(const std::vector<T>& all, const Rows& rows) {
  std::vector<T> out;
  if (all.empty()) return out;
  out.reserve(rows.size());
  for (const std::size_t i : rows) out.push_back(all[i]);
  return out;
}

LifeTable picked(const LifeTable& all, const Rows& rows) {
  LifeTable out;
  out.lower = picked(all.lower, rows);
  out.upper = picked(all.upper, rows);
  out.count = picked(all.count, rows);
  out.entry = picked(all.entry, rows);
  out.exit = picked(all.exit, rows);
  out.line = picked(all.line, rows);
  for (const Column& c : all.columns) {
    out.columns.push_back({.name = c.name,
                           .unit = c.unit,
                           .type = c.type,
                           .numbers = picked(c.numbers, rows),
                           .codes = picked(c.codes, rows),
                           .levels = c.levels});
  }
  out.provenance = all.provenance;
  return out;
}

std::string label_of(const Column& column, std::size_t row) {
  if (column.type == Column::Type::text) return column.levels[column.codes[row]];
  const double value = column.numbers[row];
  return value == value ? fmt::format("{}", value) : std::string();
}

}  // namespace

std::vector<Group> split_by(LifeTable table, const std::string& column) {
  std::vector<Group> groups;
  if (column.empty()) {
    groups.push_back({.label = {}, .table = std::move(table)});
    return groups;
  }
  const Column* const by = table.find(column);
  if (by == nullptr) {
    std::vector<std::string> names;
    for (const Column& c : table.columns) names.push_back(c.name);
    throw UsageError(names.empty() ? fmt::format("--by: the data have no column '{}' besides the lives", column)
                                   : fmt::format("--by: the data have no column '{}'; they have {}", column,
                                                 fmt::join(names, ", ")));
  }
  std::unordered_map<std::string, std::size_t> place;
  std::vector<std::string> labels;
  std::vector<Rows> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const std::string label = label_of(*by, i);
    const auto [it, is_new] = place.try_emplace(label, labels.size());
    if (is_new) {
      labels.push_back(label);
      rows.emplace_back();
    }
    rows[it->second].push_back(i);
  }
  for (std::size_t g = 0; g < labels.size(); ++g)
    groups.push_back({.label = labels[g], .table = picked(table, rows[g])});
  return groups;
}

}  // namespace relia::cli
