#include "solvers/fit_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include <relia/error.hpp>

namespace relia {

namespace {

/// All failures at age 0 as errors, in the order of the rows.
[[noreturn]] void refuse_zero_failures(const RowBlocks& data) {
  DataErrors errors;
  LifeTable scratch;
  for (std::size_t b = 0; b < data.blocks(); ++b) {
    const RowView rows = data.block(b, scratch);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      if (!(rows.count_at(i) > 0.0 && rows.lower[i] == 0.0 && rows.upper[i] == 0.0)) continue;
      errors.add({data.provenance().name, rows.line_at(i), data.provenance().age_column,
                  "a failure at time 0 has no place in a life on the positive axis; treat units dead on arrival apart, "
                  "or give the interval in which they failed (lower empty, upper the first inspection)"});
    }
  }
  throw BadData(std::move(errors));
}

/// Counts and ages of some rows.
struct Described {
  LifeCounts counts;
  double last = 0.0, first_failure = kInfinity, last_failure = 0.0;
  bool zero_failure = false;

  static constexpr std::size_t kNumbers = 11;
  void put(std::span<double> out) const {
    const auto number = [](std::uint64_t n) { return static_cast<double>(n); };  // counts sum below 2^53
    const std::array<double, kNumbers> numbers = {number(counts.n),
                                                  number(counts.failures),
                                                  number(counts.right_censored),
                                                  number(counts.left_censored),
                                                  number(counts.interval_censored),
                                                  number(counts.truncated),
                                                  number(counts.rows),
                                                  last,
                                                  first_failure,
                                                  last_failure,
                                                  zero_failure ? 1.0 : 0.0};
    std::copy(numbers.begin(), numbers.end(), out.begin());
  }
  void add(std::span<const double> part) {
    std::uint64_t* const sums[] = {
        &counts.n,         &counts.failures, &counts.right_censored, &counts.left_censored, &counts.interval_censored,
        &counts.truncated, &counts.rows};
    for (std::size_t i = 0; i < 7; ++i) *sums[i] += static_cast<std::uint64_t>(part[i]);
    last = std::fmax(last, part[7]);
    first_failure = std::fmin(first_failure, part[8]);
    last_failure = std::fmax(last_failure, part[9]);
    zero_failure = zero_failure || part[10] != 0.0;
  }
};

Described described(const RowView& rows) {
  Described out;
  const bool windows = !rows.entry.empty() || !rows.exit.empty();
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto c = static_cast<std::uint64_t>(rows.count_at(i));
    if (c == 0) continue;
    const double lo = rows.lower[i], up = rows.upper[i];
    out.counts.n += c;
    ++out.counts.rows;
    (lo == up         ? out.counts.failures
     : std::isinf(up) ? out.counts.right_censored
     : lo == 0.0      ? out.counts.left_censored
                      : out.counts.interval_censored) += c;
    if (windows && (rows.entry_at(i) > 0.0 || !std::isinf(rows.exit_at(i)))) out.counts.truncated += c;
    if (lo > out.last) out.last = lo;
    if (std::isinf(up)) continue;
    if (up > out.last) out.last = up;
    if (up < out.first_failure) out.first_failure = up;
    if (up > out.last_failure) out.last_failure = up;
    out.zero_failure = out.zero_failure || up == 0.0;
  }
  return out;
}

}  // namespace

void refuse_zero_failures(const LifeTable& table, const std::vector<std::shared_ptr<const Distribution>>& chosen) {
  if (std::none_of(chosen.begin(), chosen.end(), [](const auto& d) { return d->positive(); })) return;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.upper[i] == 0.0 && table.count_at(i) > 0.0) refuse_zero_failures(TableBlocks(table));
  }
}

void set_criteria(ModelResult& m, double n) {
  const double k = m.free_parameters, l = m.log_likelihood;
  m.aic = 2.0 * k - 2.0 * l;
  m.aicc = n - k - 1.0 > 0.0 ? m.aic + 2.0 * k * (k + 1.0) / (n - k - 1.0) : kAbsent;
  m.bic = k * std::log(n) - 2.0 * l;
}

void describe_data(const LifeTable& table, FitReport& report) {
  describe_data(TableBlocks(table), {}, false, report);
}

void describe_data(const RowBlocks& rows, const Workers& workers, bool positive, FitReport& report) {
  Pool<LifeTable> pool;
  const std::vector<double> parts =
      block_parts(rows.blocks(), Described::kNumbers, workers, [&](std::size_t block, std::span<double> part) {
        const Pool<LifeTable>::Loan scratch(pool);
        described(rows.block(block, *scratch)).put(part);
      });
  Described all;
  for (std::size_t from = 0; from < parts.size(); from += Described::kNumbers) {
    all.add(std::span<const double>(parts).subspan(from, Described::kNumbers));
  }
  if (positive && all.zero_failure) refuse_zero_failures(rows);
  report.source = rows.provenance();
  report.data = all.counts;
  report.last_time = all.last;
  report.first_failure = std::isfinite(all.first_failure) ? all.first_failure : kAbsent;
  report.last_failure = std::isfinite(all.first_failure) ? all.last_failure : kAbsent;
}

}  // namespace relia
