// Johnson's adjusted ranks with median ranks, Benard's approximation and beta-binomial bounds.

#include <cmath>
#include <cstddef>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "core/nonparametric/plotting_positions.hpp"
#include "core/nonparametric/report_builder.hpp"

namespace relia {
namespace {

// One point a failure; a count of a million is a million points.
constexpr double kMostPoints = 5e6;

}  // namespace

void build_ranks(const BuildContext& context, NonparametricReport& report) {
  report.transform.clear();
  if (context.bounded) report.bounds = "beta-binomial";
  if (report.data.left_censored > 0 || report.data.interval_censored > 0) {
    return refuse(report, "ranks need exact and right-censored lives; these data hold intervals",
                  "use --method turnbull");
  }
  if (report.data.truncated > 0) {
    return refuse(report, "units with a truncation window have no rank",
                  "use --method kaplan-meier for entry ages, else --method turnbull");
  }
  if (static_cast<double>(report.data.failures) > kMostPoints) {
    return refuse(report, "ranks give one point a failure, and there are more than five million failures",
                  "use --method kaplan-meier");
  }
  const RiskTable risk = risk_table(context.table);
  const PlottingPositions positions = plotting_positions(johnson_ranks(risk), RankMethod::benard);
  const std::size_t n = positions.time.size();
  const double units = risk.units;
  std::vector<double> median(n), low(n, kAbsent), high(n, kAbsent);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, n, 256), [&](const auto& range) {
    for (std::size_t i = range.begin(); i < range.end(); ++i) {
      const double rank = positions.adjusted_rank[i];
      median[i] = median_rank(rank, units);
      if (!context.bounded) continue;
      low[i] = beta_binomial_bound(rank, units, context.low_p);
      high[i] = beta_binomial_bound(rank, units, context.high_p);
    }
  });
  SurvivalCurve curve;
  curve.end = risk.last_time;
  curve.time = positions.time;
  curve.failure_probability = median;
  curve.failure_at_lower = high;
  curve.failure_at_upper = low;
  curve.std_error.assign(n, kAbsent);
  const auto complement = [](const std::vector<double>& p) {
    std::vector<double> out;
    for (const double x : p) out.push_back(1.0 - x);
    return out;
  };
  curve.survival = complement(median);
  curve.lower = complement(high);
  curve.upper = complement(low);
  if (n == 0) report.warnings.push_back("no unit failed: there are no ranks");
  read_off(context, curve, report);
  put(report, "time", positions.time);
  put(report, "adjusted_rank", positions.adjusted_rank);
  put(report, "median_rank", std::move(median));
  put(report, "benard", positions.position);
  put(report, "lower", side(low, context.sides.lower));
  put(report, "upper", side(high, context.sides.upper));
}

}  // namespace relia
