#include "cli/groups.hpp"

#include <bit>
#include <cmath>
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

// The levels that occur, so that many groups of a column of many levels do not each carry all of them.
Column picked(const Column& all, const Rows& rows) {
  Column out{.name = all.name,
             .unit = all.unit,
             .type = all.type,
             .numbers = picked(all.numbers, rows),
             .codes = {},
             .levels = {}};
  if (all.type != Column::Type::text) return out;
  std::unordered_map<std::uint32_t, std::uint32_t> place;
  out.codes.reserve(rows.size());
  for (const std::size_t i : rows) {
    const auto [it, is_new] = place.try_emplace(all.codes[i], static_cast<std::uint32_t>(out.levels.size()));
    if (is_new) out.levels.push_back(all.levels[all.codes[i]]);
    out.codes.push_back(it->second);
  }
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
  for (const Column& c : all.columns) out.columns.push_back(picked(c, rows));
  out.provenance = all.provenance;
  return out;
}

std::string label_of(const Column& column, std::size_t row) {
  if (column.type == Column::Type::text) return column.levels[column.codes[row]];
  const double value = column.numbers[row];
  return std::isnan(value) ? std::string() : fmt::format("{}", value);
}

// One number a distinct value: its code, or the bits of the double, with every NaN (an empty cell) as one.
std::uint64_t key_of(const Column& column, std::size_t row) {
  if (column.type == Column::Type::text) return column.codes[row];
  const double value = column.numbers[row];
  if (std::isnan(value)) return ~std::uint64_t{0};
  return std::bit_cast<std::uint64_t>(value == 0.0 ? 0.0 : value);
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
  std::unordered_map<std::uint64_t, std::size_t> place;
  std::vector<std::string> labels;
  std::vector<Rows> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto [it, is_new] = place.try_emplace(key_of(*by, i), labels.size());
    if (is_new) {
      labels.push_back(label_of(*by, i));
      rows.emplace_back();
    }
    rows[it->second].push_back(i);
  }
  for (std::size_t g = 0; g < labels.size(); ++g)
    groups.push_back({.label = labels[g], .table = picked(table, rows[g])});
  return groups;
}

}  // namespace relia::cli
