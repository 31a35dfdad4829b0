#include "core/sample/merge_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/sample/sample.hpp"

namespace relia {
namespace {

constexpr std::size_t kFewRows = 64;
constexpr std::size_t kSampleRows = 2048;
/// More different rows than these no longer fit a core's caches with their index, and looking them up costs more than
/// the passes that are saved.
constexpr std::size_t kMostDistinct = std::size_t{1} << 16;

class RowKeys {
 public:
  explicit RowKeys(std::span<std::vector<double>* const> columns) : columns_(columns) {}

  [[nodiscard]] std::uint64_t hash(std::size_t row) const {
    std::uint64_t h = 0;
    for (const std::vector<double>* c : columns_) {
      h = (h ^ std::bit_cast<std::uint64_t>((*c)[row])) * 0x9E3779B97F4A7C15u;
      h ^= h >> 32;
    }
    return h;
  }
  [[nodiscard]] bool equal(std::size_t i, std::size_t j) const {
    return std::all_of(columns_.begin(), columns_.end(), [&](const std::vector<double>* c) {
      return std::bit_cast<std::uint64_t>((*c)[i]) == std::bit_cast<std::uint64_t>((*c)[j]);
    });
  }

 private:
  std::span<std::vector<double>* const> columns_;
};

/// Whether the different rows are likely to be few: among m rows drawn from D equally likely ones about m^2/(2 D) pairs
/// are equal, and unequal frequencies only make more.
bool few_distinct(const RowKeys& keys, std::size_t rows) {
  const std::size_t m = std::min(rows, kSampleRows);
  std::vector<std::uint64_t> seen(m);
  for (std::size_t i = 0; i < m; ++i) seen[i] = keys.hash(i * rows / m);
  std::sort(seen.begin(), seen.end());
  double pairs = 0.0;
  for (std::size_t i = 0; i < m;) {
    std::size_t j = i + 1;
    while (j < m && seen[j] == seen[i]) ++j;
    pairs += 0.5 * static_cast<double>(j - i) * static_cast<double>(j - i - 1);
    i = j;
  }
  const double limit = static_cast<double>(std::min(rows / 4, kMostDistinct));
  return m == rows ? pairs > 0.0 : static_cast<double>(m) * static_cast<double>(m) <= 2.0 * pairs * limit;
}

}  // namespace

bool merge_equal_rows(std::span<std::vector<double>* const> columns, std::vector<double>& count) {
  const std::size_t rows = columns.empty() ? 0 : columns.front()->size();
  if (rows < kFewRows) return false;
  const RowKeys keys(columns);
  if (!few_distinct(keys, rows)) return false;

  constexpr std::uint32_t kFree = 0xFFFFFFFFu;
  const std::size_t limit = std::min(rows / 4, kMostDistinct);
  std::vector<std::uint32_t> slots(4 * std::bit_ceil(limit + 1), kFree);
  const std::size_t mask = slots.size() - 1;
  // The table is not touched before it is known that merging pays: places of the distinct rows, and their sums.
  std::vector<std::size_t> first;
  std::vector<double> sum;
  std::uint32_t last = kFree;
  for (std::size_t i = 0; i < rows; ++i) {
    const double c = count.empty() ? 1.0 : count[i];
    if (last != kFree && keys.equal(i, first[last])) {
      sum[last] += c;
      continue;
    }
    std::size_t slot = static_cast<std::size_t>(keys.hash(i)) & mask;
    while (slots[slot] != kFree && !keys.equal(i, first[slots[slot]])) slot = (slot + 1) & mask;
    if (slots[slot] == kFree) {
      if (first.size() == limit) return false;
      slots[slot] = static_cast<std::uint32_t>(first.size());
      first.push_back(i);
      sum.push_back(0.0);
    }
    last = slots[slot];
    sum[last] += c;
  }
  for (std::vector<double>* column : columns) {
    for (std::size_t k = 0; k < first.size(); ++k) (*column)[k] = (*column)[first[k]];
    column->resize(first.size());
    column->shrink_to_fit();
  }
  count = std::move(sum);
  return true;
}

bool merge_equal_rows(Segment& s) {
  std::vector<std::vector<double>*> columns;
  for (std::vector<double>* column : {&s.a, &s.b, &s.width, &s.c, &s.d, &s.window}) {
    if (!column->empty()) columns.push_back(column);
  }
  return merge_equal_rows(columns, s.count);
}

}  // namespace relia
