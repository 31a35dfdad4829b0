// The actuarial life table.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

#include <relia/error.hpp>

#include "core/nonparametric/actuarial.hpp"
#include "core/nonparametric/report_builder.hpp"

namespace relia {
namespace {

constexpr double kMostIntervals = 1e6;

std::string number(double x) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, x);
  return {text, end.ptr};
}

std::vector<double> breaks_asked(const BuildContext& context, double last, NonparametricReport& report) {
  const NonparametricOptions& o = context.options;
  if (!o.breaks.empty()) {
    std::vector<double> out = o.breaks;
    if (out.front() > 0) out.insert(out.begin(), 0.0);
    if (out.back() < last) {
      throw UsageError("--breaks must reach the last age in the data, " + number(last));
    }
    return out;
  }
  if (!std::isnan(o.width)) {
    if (last / o.width > kMostIntervals) throw UsageError("--width makes more than a million intervals");
    std::vector<double> out{0.0};
    for (int k = 1; out.back() < last; ++k) out.push_back(k * o.width);
    return out;
  }
  bool chosen = false;
  std::vector<double> out = life_table_breaks(context.table, chosen);
  if (chosen && out.size() > 1) {
    report.warnings.push_back("the data name no inspection times: intervals of " + number(out[1]) +
                              " were chosen; --width or --breaks sets others");
  }
  return out;
}

}  // namespace

void build_life_table(const BuildContext& context, NonparametricReport& report) {
  if (report.data.truncated > 0) {
    return refuse(report, "a life table cannot take truncation windows",
                  "use --method kaplan-meier for entry ages, else --method turnbull");
  }
  const std::vector<double> breaks = breaks_asked(context, report.last_time, report);
  if (breaks.size() < 2) return refuse(report, "every age is 0", "a life table needs an age above 0");
  Actuarial table = actuarial(context.table, breaks);
  if (!table.refused.empty()) return refuse(report, table.refused, "use --method turnbull");

  const std::size_t n = table.upper.size();
  SurvivalCurve curve;
  curve.linear = true;
  curve.end = table.upper.back();
  curve.time = table.upper;
  curve.survival = table.survival;
  curve.failure_probability = table.failure_probability;
  for (auto* v : {&curve.lower, &curve.upper, &curve.failure_at_lower, &curve.failure_at_upper}) v->assign(n, kAbsent);
  for (std::size_t i = 0; i < n; ++i) {
    const double v = table.greenwood[i];
    curve.std_error.push_back(curve.survival[i] > 0 ? curve.survival[i] * std::sqrt(v) : kAbsent);
    if (!context.bounded) continue;
    const SurvivalBounds b = transformed_bounds(context.transform, curve.survival[i], curve.failure_probability[i],
                                                context.z * std::sqrt(v));
    curve.lower[i] = b.lower;
    curve.upper[i] = b.upper;
    curve.failure_at_lower[i] = b.failure_at_lower;
    curve.failure_at_upper[i] = b.failure_at_upper;
  }
  read_off(context, curve, report);
  put(report, "lower", std::move(table.lower));
  put(report, "upper", std::move(table.upper));
  put(report, "at_risk", std::move(table.at_risk));
  put(report, "withdrawn", std::move(table.withdrawn));
  put(report, "failures", std::move(table.failures));
  put(report, "exposed", std::move(table.exposed));
  put(report, "conditional_failure_probability", std::move(table.conditional_failure_probability));
  put(report, "survival", curve.survival);
  put(report, "std_error", curve.std_error);
  put(report, "survival_lower", side(curve.lower, context.sides.lower));
  put(report, "survival_upper", side(curve.upper, context.sides.upper));
  put(report, "hazard", std::move(table.hazard));
  put(report, "hazard_std_error", std::move(table.hazard_std_error));
  put(report, "density", std::move(table.density));
  put(report, "density_std_error", std::move(table.density_std_error));
}

}  // namespace relia
