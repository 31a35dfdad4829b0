#include "core/nonparametric/sort_times.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>

namespace relia {
namespace {

// Below this many rows the histograms cost more than the comparisons they save.
constexpr std::size_t kRadixFrom = 4096;
constexpr int kDigitBits = 11;
constexpr int kPasses = 6;  // 66 bits >= 64
constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;

/// A key whose unsigned order is the order of the doubles.
std::uint64_t key_of(double t) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(t + 0.0);
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}
double time_of(std::uint64_t key) noexcept {
  return std::bit_cast<double>((key >> 63) != 0 ? key & ~(std::uint64_t{1} << 63) : ~key);
}
std::size_t digit(std::uint64_t key, int pass) noexcept {
  return static_cast<std::size_t>(key >> (pass * kDigitBits)) & (kBuckets - 1);
}

std::uint64_t key_of_row(std::uint64_t row) noexcept {
  return row;
}

struct Weighted {
  std::uint64_t key;
  double weight;
};
std::uint64_t key_of_row(const Weighted& row) noexcept {
  return row.key;
}

/// Least significant digit first, stable; passes in which all rows share one digit are left out.
template <class Row>
void radix_sort(std::unique_ptr<Row[]>& rows, std::size_t n) {
  auto counts = std::make_unique<std::array<std::array<std::size_t, kBuckets>, kPasses>>();
  for (auto& pass : *counts) pass.fill(0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t key = key_of_row(rows[i]);
    for (int p = 0; p < kPasses; ++p) ++(*counts)[static_cast<std::size_t>(p)][digit(key, p)];
  }
  std::unique_ptr<Row[]> other(new Row[n]);
  for (int p = 0; p < kPasses; ++p) {
    auto& start = (*counts)[static_cast<std::size_t>(p)];
    if (start[digit(key_of_row(rows[0]), p)] == n) continue;
    std::size_t sum = 0;
    for (std::size_t& s : start) {
      const std::size_t c = s;
      s = sum;
      sum += c;
    }
    for (std::size_t i = 0; i < n; ++i) other[start[digit(key_of_row(rows[i]), p)]++] = rows[i];
    std::swap(rows, other);
  }
}

}  // namespace

void sort_times(std::vector<double>& times) {
  const std::size_t n = times.size();
  for (double& t : times) t += 0.0;
  if (std::is_sorted(times.begin(), times.end())) return;
  if (n < kRadixFrom) {
    std::sort(times.begin(), times.end());
    return;
  }
  std::unique_ptr<std::uint64_t[]> keys(new std::uint64_t[n]);
  for (std::size_t i = 0; i < n; ++i) keys[i] = key_of(times[i]);
  radix_sort(keys, n);
  for (std::size_t i = 0; i < n; ++i) times[i] = time_of(keys[i]);
}

void sort_times(std::vector<double>& times, std::vector<double>& weights) {
  const std::size_t n = times.size();
  for (double& t : times) t += 0.0;
  if (std::is_sorted(times.begin(), times.end())) return;
  std::unique_ptr<Weighted[]> rows(new Weighted[n]);
  for (std::size_t i = 0; i < n; ++i) rows[i] = {key_of(times[i]), weights[i]};
  if (n < kRadixFrom) {
    std::stable_sort(rows.get(), rows.get() + n, [](const Weighted& a, const Weighted& b) { return a.key < b.key; });
  } else {
    radix_sort(rows, n);
  }
  for (std::size_t i = 0; i < n; ++i) {
    times[i] = time_of(rows[i].key);
    weights[i] = rows[i].weight;
  }
}

}  // namespace relia
