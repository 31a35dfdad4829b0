#include "solvers/anderson_darling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/sort_times.hpp"
#include "core/parallel/for_each.hpp"

namespace relia {
namespace {

/// The integral over pieces on which the empirical F is constant.
class Statistic {
 public:
  /// Up to a time with these tails of the fitted law.
  void piece(double log_f, double log_s) {
    if (c > 0.0) sum_ += c * c * (log_f - log_f_);
    if (one_minus_c > 0.0) sum_ -= one_minus_c * one_minus_c * (log_s - log_s_);
    // The difference of F from the tail in which it is sharper.
    sum_ -= log_s_ < -kLn2 ? std::exp(log_s_) * -std::expm1(log_s - log_s_)
                           : (log_f_ == -kInfinity ? std::exp(log_f) : std::exp(log_f_) * std::expm1(log_f - log_f_));
    log_f_ = log_f;
    log_s_ = log_s;
  }
  [[nodiscard]] double sum() const noexcept { return sum_; }
  double c = 0.0, one_minus_c = 1.0;  ///< the empirical F of the next piece

 private:
  double sum_ = 0.0, log_f_ = -kInfinity, log_s_ = 0.0;
};

}  // namespace

bool has_anderson_darling(const LifeCounts& counts) noexcept {
  return counts.left_censored + counts.interval_censored + counts.truncated == 0 && counts.failures > 0;
}

void AgesInOrder::Column::add(double time, double count) {
  if (with_counts) {
    weighted.push_back({time, count});
  } else {
    plain.push_back(time);
  }
}

void AgesInOrder::Column::prepare(std::size_t rows, bool counted) {
  with_counts = counted;
  if (counted) {
    weighted.reserve(rows);
  } else {
    plain.reserve(rows);
  }
}

void AgesInOrder::Column::sort(bool resident) {
  if (with_counts) {
    std::sort(weighted.begin(), weighted.end(), [](const Row& a, const Row& b) { return a.time < b.time; });
  } else if (resident) {
    sort_times(plain);
  } else {
    std::sort(plain.begin(), plain.end());
  }
}

AgesInOrder::AgesInOrder(const RowBlocks& rows, const LifeCounts& counts) {
  const bool weighted = counts.n != rows.rows() || counts.n != counts.rows;
  failed.prepare(static_cast<std::size_t>(std::min(counts.failures, rows.rows())), weighted);
  suspended.prepare(static_cast<std::size_t>(std::min(counts.right_censored, rows.rows())), weighted);
  LifeTable scratch;
  for (std::size_t b = 0; b < rows.blocks(); ++b) {
    const RowView block = rows.block(b, scratch);
    for (std::size_t i = 0; i < block.rows(); ++i) {
      const double c = block.count_at(i);
      if (c == 0.0) continue;
      (block.lower[i] == block.upper[i] ? failed : suspended).add(block.lower[i], c);
      if (block.lower[i] > last) last = block.lower[i];
    }
  }
  failed.sort(rows.resident());
  suspended.sort(rows.resident());
}

bool has_anderson_darling(const LifeCounts& counts, std::uint64_t rows) noexcept {
  return has_anderson_darling(counts) && rows <= kMostSortedRows;
}

double anderson_darling(
    const AgesInOrder& ages, const LifeCounts& counts, const LifeView& view, const Eigen::VectorXd& phi, int threads) {
  const AgesInOrder::Column &failed = ages.failed, &suspended = ages.suspended;
  const double last_time = ages.last;
  // Tails are worked out chunk by chunk on all threads, and added up in order.
  constexpr std::size_t kChunk = 4096, kBatch = 16 * kChunk;
  const int used = failed.size() < 2 * kChunk ? 1 : threads;
  struct Step {
    double at_risk, failures;
  };
  std::vector<double> u /* ages until a batch is full */,
      log_f(std::min(kBatch, std::max<std::size_t>(1, failed.size()))), log_s(log_f.size());
  std::vector<Step> steps;
  Statistic statistic;
  KaplanMeierSteps km;
  const auto flush = [&] {
    if (u.empty()) return;
    view.axis().to_u(u, u);
    const auto chunk = [&](std::size_t k) {
      const std::size_t from = k * kChunk, size = std::min(kChunk, u.size() - from);
      view.tails(phi, std::span<const double>(u).subspan(from, size), std::span(log_f).subspan(from, size),
                 std::span(log_s).subspan(from, size));
    };
    const std::size_t chunks = (u.size() + kChunk - 1) / kChunk;
    for_each_part(chunks, used, chunk);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      statistic.piece(log_f[i], log_s[i]);
      km.step(steps[i].at_risk, steps[i].failures);
      statistic.c = km.failure_probability();
      statistic.one_minus_c = km.survival();
    }
    u.clear();
    steps.clear();
  };
  auto at_risk = static_cast<double>(counts.n);
  double last_failure = 0.0;
  std::size_t s = 0;
  for (std::size_t f = 0; f < failed.size();) {
    const double t = failed.time(f);
    for (; s < suspended.size() && suspended.time(s) < t; ++s) at_risk -= suspended.count(s);
    double d = 0.0;
    for (; f < failed.size() && failed.time(f) == t; ++f) d += failed.count(f);
    u.push_back(t);
    steps.push_back({at_risk, d});
    at_risk -= d;
    last_failure = t;
    if (u.size() == kBatch) flush();
  }
  flush();
  if (counts.right_censored == 0) {
    statistic.piece(0.0, -kInfinity);  // nothing of the empirical S is left
  } else if (last_time > last_failure) {
    const std::array<double, 1> last = {view.axis().to_u(last_time)};
    view.tails(phi, last, std::span(log_f).first(1), std::span(log_s).first(1));
    statistic.piece(log_f[0], log_s[0]);
  }
  return static_cast<double>(counts.n) * statistic.sum();
}

}  // namespace relia
