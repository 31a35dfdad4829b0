// Plotting positions of failures among suspensions: Johnson's adjusted ranks, exact median ranks, Benard's
// approximation, beta-binomial bounds.
//
// Johnson, The Statistical Treatment of Fatigue Experiments (1964): after each suspension the increment of
// the ranks becomes (n + 1 - previous rank) / (1 + units from the present one on). Each failure of a tie or
// of a count has its own rank; failures precede suspensions at equal times.

#pragma once

#include <cstddef>
#include <vector>

#include "core/nonparametric/kaplan_meier.hpp"

namespace relia {

/// The failures at one time. Their ranks are evenly spaced: first, first + increment, …,
/// first + (count - 1) * increment. Held as a run, because a count may be a million.
struct RankRun {
  double time = 0;
  double count = 0;
  double first = 0;
  double increment = 0;
};

/// Adjusted ranks of all failures of a sample of n units, in ascending order of time.
struct JohnsonRanks {
  double n = 0;
  double failures = 0;
  std::vector<RankRun> runs;
};

/// Precondition: no entry ages (a late entrant has no rank).
[[nodiscard]] JohnsonRanks johnson_ranks(const RiskTable& risk);

/// x with I_x(a, b) = p, the quantile of the Beta(a, b) distribution, to full double accuracy.
/// Domain a, b > 0, 0 <= p <= 1.
[[nodiscard]] double beta_quantile(double a, double b, double p);

/// Median of Beta(rank, n - rank + 1), the exact median rank; `rank` may be fractional, 1 <= rank <= n.
[[nodiscard]] double median_rank(double rank, double n);

/// Benard's approximation (rank - 0.3) / (n + 0.4).
[[nodiscard]] double benard_rank(double rank, double n) noexcept;

/// One plotting position a failure, expanded from the runs.
struct PlottingPositions {
  std::vector<double> time, adjusted_rank, position;
};
enum class RankMethod { exact, benard };
[[nodiscard]] PlottingPositions plotting_positions(const JohnsonRanks& ranks, RankMethod method);

/// Beta-binomial quantiles of the failure probability at a rank: the p-quantile of Beta(rank, n - rank + 1).
[[nodiscard]] double beta_binomial_bound(double rank, double n, double p);

}  // namespace relia
