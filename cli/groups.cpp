#include "cli/groups.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>

namespace relia::cli {
namespace {

using Rows = std::span<const std::uint32_t>;

template <class T>
void pick(const std::vector<T>& all, Rows rows, std::vector<T>& out) {
  out.clear();
  if (all.empty()) return;
  out.reserve(rows.size());
  for (const std::uint32_t i : rows) out.push_back(all[i]);
}

// The levels that occur, so that many groups of a column of many levels do not each carry all of them.
Column picked(const Column& all, Rows rows) {
  Column out{.name = all.name, .unit = all.unit, .type = all.type, .numbers = {}, .codes = {}, .levels = {}};
  pick(all.numbers, rows, out.numbers);
  if (all.type != Column::Type::text) return out;
  std::unordered_map<std::uint32_t, std::uint32_t> place;
  out.codes.reserve(rows.size());
  for (const std::uint32_t i : rows) {
    const auto [it, is_new] = place.try_emplace(all.codes[i], static_cast<std::uint32_t>(out.levels.size()));
    if (is_new) out.levels.push_back(all.levels[all.codes[i]]);
    out.codes.push_back(it->second);
  }
  return out;
}

std::string label_of(const Column& column, std::size_t row) {
  if (column.type == Column::Type::text) return column.levels[column.codes[row]];
  const double value = column.numbers[row];
  return std::isnan(value) ? std::string() : fmt::format("{}", value);
}

constexpr std::uint32_t kNoGroup = std::numeric_limits<std::uint32_t>::max();

// The group of every row, and their number. Text has codes; numbers are told apart by their bits, every NaN (an empty
// cell) being one.
std::uint32_t number_groups(const Column& by, std::vector<std::uint32_t>& group) {
  std::uint32_t groups = 0;
  if (by.type == Column::Type::text) {
    std::vector<std::uint32_t> of_code(by.levels.size(), kNoGroup);
    for (std::size_t i = 0; i < group.size(); ++i) {
      std::uint32_t& g = of_code[by.codes[i]];
      if (g == kNoGroup) g = groups++;
      group[i] = g;
    }
    return groups;
  }
  std::unordered_map<std::uint64_t, std::uint32_t> place;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const double value = by.numbers[i];
    const std::uint64_t key =
        std::isnan(value) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(value == 0.0 ? 0.0 : value);
    const auto [it, is_new] = place.try_emplace(key, groups);
    if (is_new) ++groups;
    group[i] = it->second;
  }
  return groups;
}

}  // namespace

Grouping::Grouping(const LifeTable& table, const std::string& column) : table_(table) {
  const std::size_t rows = table.rows();
  if (rows >= kNoGroup) throw UsageError(fmt::format("--by takes at most {} rows", kNoGroup - 1));
  std::vector<std::uint32_t> group(rows, 0);
  std::uint32_t groups = 1;
  if (!column.empty()) {
    by_ = table.find(column);
    if (by_ == nullptr) {
      std::vector<std::string> names;
      for (const Column& c : table.columns) names.push_back(c.name);
      throw UsageError(names.empty() ? fmt::format("--by: the data have no column '{}' besides the lives", column)
                                     : fmt::format("--by: the data have no column '{}'; they have {}", column,
                                                   fmt::join(names, ", ")));
    }
    groups = number_groups(*by_, group);
  }
  // Counting sort: stable, one pass to count and one to place.
  first_.assign(groups + std::size_t{1}, 0);
  for (const std::uint32_t g : group) ++first_[g + std::size_t{1}];
  for (std::size_t g = 0; g < groups; ++g) first_[g + 1] += first_[g];
  std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
  order_.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) order_[next[group[i]]++] = static_cast<std::uint32_t>(i);
}

std::span<const std::uint32_t> Grouping::rows(std::size_t group) const noexcept {
  return std::span(order_).subspan(first_[group], first_[group + 1] - first_[group]);
}

std::string Grouping::label(std::size_t group) const {
  return by_ == nullptr ? std::string() : label_of(*by_, rows(group).front());
}

void Grouping::take(std::size_t group, bool with_columns, LifeTable& out) const {
  const Rows of_group = rows(group);
  pick(table_.lower, of_group, out.lower);
  pick(table_.upper, of_group, out.upper);
  pick(table_.count, of_group, out.count);
  pick(table_.entry, of_group, out.entry);
  pick(table_.exit, of_group, out.exit);
  pick(table_.line, of_group, out.line);
  out.columns.clear();
  if (with_columns) {
    for (const Column& c : table_.columns) out.columns.push_back(picked(c, of_group));
  }
  out.provenance = table_.provenance;
}

std::vector<Group> split_by(LifeTable table, const std::string& column) {
  std::vector<Group> groups;
  if (column.empty()) {
    groups.push_back({.label = {}, .table = std::move(table)});
    return groups;
  }
  const Grouping grouping(table, column);
  for (std::size_t g = 0; g < grouping.size(); ++g) {
    groups.push_back({.label = grouping.label(g), .table = {}});
    grouping.take(g, true, groups.back().table);
  }
  return groups;
}

}  // namespace relia::cli
