#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include <relia/life_table.hpp>

namespace relia {

double LifeTable::exit_at(std::size_t i) const noexcept {
  return exit.empty() ? std::numeric_limits<double>::infinity() : exit[i];
}

const Column* LifeTable::find(const std::string& name) const noexcept {
  for (const Column& c : columns) {
    if (c.name == name) return &c;
  }
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (const Column& c : columns) {
    if (std::equal(c.name.begin(), c.name.end(), name.begin(), name.end(), same)) return &c;
  }
  return nullptr;
}

LifeCounts count_by_kind(const LifeTable& table) {
  LifeCounts out;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const auto c = static_cast<std::uint64_t>(table.count_at(i));
    if (c == 0) continue;
    out.n += c;
    ++out.rows;
    const double lo = table.lower[i], up = table.upper[i];
    if (lo == up) {
      out.failures += c;
    } else if (std::isinf(up)) {
      out.right_censored += c;
    } else if (lo == 0.0) {
      out.left_censored += c;
    } else {
      out.interval_censored += c;
    }
    if (table.entry_at(i) > 0.0 || !std::isinf(table.exit_at(i))) out.truncated += c;
  }
  return out;
}

std::uint64_t line_of(const LifeTable& table, std::size_t row) noexcept {
  return table.line.empty() ? row + 2 : table.line[row];
}

}  // namespace relia
