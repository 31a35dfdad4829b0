// Turnbull's estimate: masses on the innermost intervals.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>

#include "core/nonparametric/report_builder.hpp"
#include "core/nonparametric/turnbull.hpp"

namespace relia {
namespace {

std::string number(double x) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::general, 6);
  return {text, end.ptr};
}

/// Where the curve is known: at the ends of intervals with mass. Inside one it falls in an unknown way.
struct Known {
  bool inside = false;
  std::size_t interval = 0;
};
Known locate(const Turnbull& t, double age) {
  for (std::size_t j = 0; j < t.mass.size(); ++j) {
    if (t.mass[j] > 0 && t.lower[j] < age && age < t.upper[j]) return {true, j};
  }
  return {};
}

void read_quantiles(const BuildContext& context,
                    const Turnbull& t,
                    const SurvivalCurve& curve,
                    const std::vector<std::size_t>& interval,
                    NonparametricReport& report) {
  for (const double p : context.options.quantiles) {
    NonparametricQuantile q{curve_quantile(curve, p, context.sides, context.bounded), kAbsent, kAbsent};
    const auto interval_at = [&](double end) {
      const auto at = std::find(curve.time.begin(), curve.time.end(), end);
      return at == curve.time.end() ? nullptr : &interval[static_cast<std::size_t>(at - curve.time.begin())];
    };
    if (const std::size_t* j = interval_at(q.quantile.value.estimate)) {
      q.interval_lower = t.lower[*j];
      q.interval_upper = t.upper[*j];
    }
    // The curve may fall anywhere in the interval, so the lower bound is where the interval begins.
    if (const std::size_t* j = interval_at(q.quantile.value.lower)) q.quantile.value.lower = t.lower[*j];
    report.quantiles.push_back(std::move(q));
  }
}

void read_ages(const BuildContext& context,
               const Turnbull& t,
               const SurvivalCurve& curve,
               NonparametricReport& report) {
  for (const double age : context.options.at) {
    const Known known = locate(t, age);
    if (!known.inside) {
      report.reliability.push_back(curve_reliability(curve, age, context.sides, context.bounded));
      report.failure_probability.push_back(curve_failure_probability(curve, age, context.sides, context.bounded));
      continue;
    }
    const std::size_t j = known.interval;
    const double after = std::isinf(t.upper[j]) ? 0.0 : t.survival[j];
    AtTimeResult r;
    r.time = age;
    r.value.reason = "the data do not say how the estimate falls from " + number(t.survival[j] + t.mass[j]) + " to " +
                     number(after) + " between ages " + number(t.lower[j]) + " and " +
                     (std::isinf(t.upper[j]) ? std::string("infinity") : number(t.upper[j]));
    report.reliability.push_back(r);
    report.failure_probability.push_back(std::move(r));
  }
}

}  // namespace

void build_turnbull(const BuildContext& context, NonparametricReport& report) {
  Turnbull t = turnbull(context.table);
  report.convergence = t.convergence;
  if (!carries_estimates(t.convergence.status)) return;
  report.log_likelihood = t.log_likelihood;
  const std::size_t n = t.mass.size();

  // The curve as a step function at the upper ends of the intervals that carry mass and end.
  SurvivalCurve curve;
  std::vector<std::size_t> interval;
  std::vector<double> low(n, kAbsent), high(n, kAbsent), survival(n), error(n);
  curve.end = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const bool ends = !std::isinf(t.upper[j]);
    survival[j] = ends ? t.survival[j] : kAbsent;
    error[j] = ends && t.survival[j] > 0 ? t.std_error[j] : kAbsent;
    SurvivalBounds b{kAbsent, kAbsent, kAbsent, kAbsent};
    if (context.bounded && ends && !std::isnan(error[j])) {
      b = transformed_bounds(context.transform, t.survival[j], t.failure_probability[j],
                             context.z * t.std_error[j] / t.survival[j]);
    }
    low[j] = b.lower;
    high[j] = b.upper;
    curve.end = std::max(curve.end, ends ? t.upper[j] : t.lower[j]);
    if (!ends || t.mass[j] == 0.0) continue;
    interval.push_back(j);
    curve.time.push_back(t.upper[j]);
    curve.survival.push_back(t.survival[j]);
    curve.failure_probability.push_back(t.failure_probability[j]);
    curve.std_error.push_back(error[j]);
    curve.lower.push_back(b.lower);
    curve.upper.push_back(b.upper);
    curve.failure_at_lower.push_back(b.failure_at_lower);
    curve.failure_at_upper.push_back(b.failure_at_upper);
  }
  if (context.bounded && !t.std_error_reason.empty()) {
    report.warnings.push_back("no standard errors and no bounds: " + t.std_error_reason);
  }
  if (!t.uniqueness_examined) {
    report.warnings.push_back("too many intervals carry mass to examine whether the masses are the only solution");
  }
  if (std::find(t.unique.begin(), t.unique.end(), std::uint8_t{0}) != t.unique.end()) {
    report.warnings.push_back(
        "masses marked unique: false are not determined: other values have the same likelihood, which is the highest");
  }
  if (report.data.truncated > 0) {
    report.warnings.push_back(
        "with truncation the likelihood may have several maxima; the gradient condition certifies the one reported");
  }
  read_quantiles(context, t, curve, interval, report);
  read_ages(context, t, curve, report);

  std::vector<double> upper = t.upper, unique(n);
  for (double& x : upper) {
    if (std::isinf(x)) x = kAbsent;
  }
  for (std::size_t j = 0; j < n; ++j) unique[j] = t.unique[j] ? 1.0 : 0.0;
  put(report, "lower", std::move(t.lower));
  put(report, "upper", std::move(upper));
  put(report, "mass", std::move(t.mass));
  put(report, "survival", std::move(survival));
  put(report, "std_error", std::move(error));
  put(report, "survival_lower", side(low, context.sides.lower));
  put(report, "survival_upper", side(high, context.sides.upper));
  put(report, "unique", std::move(unique), PointSeries::Kind::truth);
}

}  // namespace relia
