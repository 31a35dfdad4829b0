// Kaplan-Meier, Nelson-Aalen and Fleming-Harrington: step functions at the failure times.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "core/nonparametric/confidence_bands.hpp"
#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/nelson_aalen.hpp"
#include "core/nonparametric/report_builder.hpp"

namespace relia {
namespace {

/// Half-widths of the band on the scale of log S: critical value times standard error, as a function of the variance
/// v of log S: scale * sqrt(v) pointwise and for equal precision, scale * (1 + n v) for Hall-Wellner.
struct Band {
  bool hall_wellner = false;
  double scale = 0;
  double units = 0;
  std::size_t first = 0, last = 0;  ///< points first … last carry the band

  [[nodiscard]] double half(double v) const { return hall_wellner ? scale * (1 + units * v) : scale * std::sqrt(v); }
};

/// False (and a refusal) when the data cannot carry the band asked for.
bool make_band(const BuildContext& context,
               const RiskTable& risk,
               const std::vector<double>& survival,
               const std::vector<double>& log_variance,
               Band& band,
               NonparametricReport& report) {
  const NonparametricOptions& o = context.options;
  band.scale = context.z;
  band.last = risk.size() - 1;
  if (o.band == "pointwise") return true;
  band.hall_wellner = o.band == "hall-wellner";
  if (band.hall_wellner && risk.entries) {
    refuse(report, "a Hall-Wellner band needs one number of units, which data with entry ages have not",
           "use --band equal-precision");
    return false;
  }
  // from the first failure to the last one before the estimate reaches 0
  while (band.first < risk.size() && risk.time[band.first] < (std::isnan(o.band_from) ? 0.0 : o.band_from))
    ++band.first;
  std::size_t end = risk.size();
  while (end > band.first && (!(survival[end - 1] > 0) || !std::isfinite(log_variance[end - 1]) ||
                              risk.time[end - 1] > (std::isnan(o.band_to) ? risk.last_time : o.band_to))) {
    --end;
  }
  if (end == band.first) {
    refuse(report, "there is no failure time with an estimate above 0 in the range of the band",
           "widen --band-from and --band-to, or ask for pointwise bounds");
    return false;
  }
  band.last = end - 1;
  band.units = risk.units;
  const auto share = [&](double v) { return band.units * v / (1 + band.units * v); };
  // The step in force at --band-from may have begun before it.
  const double lowest = log_variance[band.first], highest = log_variance[band.last];
  if (band.hall_wellner) {
    const double from = std::isnan(o.band_from) ? 0.0 : share(lowest);
    report.critical_value = hall_wellner_critical_value(o.confidence, from, share(highest));
    band.scale = report.critical_value / std::sqrt(band.units);
  } else {
    report.critical_value = equal_precision_critical_value(o.confidence, highest / lowest);
    band.scale = report.critical_value;
  }
  report.band_from = band.hall_wellner && std::isnan(o.band_from) ? 0.0 : risk.time[band.first];
  report.band_to = risk.time[band.last];
  return true;
}

void bound_curve(const BuildContext& context,
                 const Band& band,
                 const std::vector<double>& log_variance,
                 SurvivalCurve& curve) {
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, curve.time.size(), 4096), [&](const auto& range) {
    for (std::size_t i = range.begin(); i < range.end(); ++i) {
      if (i < band.first || i > band.last) continue;
      const SurvivalBounds b = transformed_bounds(context.transform, curve.survival[i], curve.failure_probability[i],
                                                  band.half(log_variance[i]));
      curve.lower[i] = b.lower;
      curve.upper[i] = b.upper;
      curve.failure_at_lower[i] = b.failure_at_lower;
      curve.failure_at_upper[i] = b.failure_at_upper;
    }
  });
}

/// -log of a survival bound whose complement is known to full accuracy.
double hazard_of(double s, double f) {
  if (std::isnan(s)) return kAbsent;
  return s == 0.0 ? kAbsent : f < 0.5 ? -std::log1p(-f) : -std::log(s);
}

void warn(const RiskTable& risk, const std::vector<double>& survival, NonparametricReport& report) {
  if (risk.first_entry > 0) {
    report.warnings.push_back("every unit entered late: the estimate is for units that live to the first entry age");
  }
  const auto zero = std::find(survival.begin(), survival.end(), 0.0);
  if (zero != survival.end() && zero + 1 != survival.end()) {
    report.warnings.push_back(
        "all units under observation failed before others entered: the estimate is 0 from there on and says nothing "
        "about the later entrants; consider --method turnbull or a later origin");
  }
}

}  // namespace

void build_steps(const BuildContext& context, NonparametricReport& report) {
  const NonparametricOptions& o = context.options;
  if (report.data.left_censored > 0 || report.data.interval_censored > 0) {
    return refuse(report, o.method + " takes exact and right-censored lives; these data hold intervals",
                  "use --method turnbull");
  }
  if (!exact_or_right_censored(context.table)) {
    return refuse(report, o.method + " cannot take an upper truncation", "use --method turnbull");
  }
  RiskTable risk = risk_table(context.table);
  const std::size_t n = risk.size();
  const bool product_limit = o.method == "kaplan-meier";
  SurvivalCurve curve;
  curve.begin = risk.first_entry;
  curve.end = risk.last_time;
  std::vector<double> log_variance, hazard, hazard_error;
  KaplanMeier km;
  if (product_limit) {
    km = kaplan_meier(risk);
    log_variance = km.greenwood;
    curve.survival = km.survival;
    curve.failure_probability = km.failure_probability;
  } else {
    CumulativeHazard h = o.method == "nelson-aalen" ? nelson_aalen(risk) : fleming_harrington(risk);
    log_variance = std::move(h.variance);
    hazard = std::move(h.hazard);
    for (const double x : hazard) {
      curve.survival.push_back(std::exp(-x));
      curve.failure_probability.push_back(-std::expm1(-x));
    }
    for (const double v : log_variance) hazard_error.push_back(std::sqrt(v));
  }
  curve.time = risk.time;
  for (auto* v : {&curve.lower, &curve.upper, &curve.failure_at_lower, &curve.failure_at_upper}) v->assign(n, kAbsent);
  curve.std_error.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    curve.std_error[i] = curve.survival[i] > 0 ? curve.survival[i] * std::sqrt(log_variance[i]) : kAbsent;
  }
  report.band = o.band;
  Band band;
  if (n > 0 && o.bounds == "wald") {
    if (!make_band(context, risk, curve.survival, log_variance, band, report)) return;
    bound_curve(context, band, log_variance, curve);
  } else if (n > 0 && o.bounds == "lr") {
    LikelihoodBounds b = likelihood_bounds(risk, km, context.z);
    for (std::size_t i = 0; i < n; ++i) {
      curve.failure_at_lower[i] = 1.0 - b.lower[i];
      curve.failure_at_upper[i] = 1.0 - b.upper[i];
    }
    curve.lower = std::move(b.lower);
    curve.upper = std::move(b.upper);
  }
  warn(risk, curve.survival, report);
  if (n == 0) report.warnings.push_back("no unit failed: the estimate is 1 up to the last age observed");

  read_off(context, curve, report);
  report.tau = std::isnan(o.tau) ? risk.last_time : o.tau;
  report.has_restricted_mean = true;
  report.restricted_mean = restricted_mean(curve, log_variance, report.tau, context.z, context.sides, context.bounded);

  put(report, "time", std::move(risk.time));
  put(report, "at_risk", std::move(risk.at_risk));
  put(report, "failures", std::move(risk.failures));
  if (product_limit) {
    put(report, "survival", curve.survival);
    put(report, "std_error", curve.std_error);
    put(report, "lower", side(curve.lower, context.sides.lower));
    put(report, "upper", side(curve.upper, context.sides.upper));
    return;
  }
  std::vector<double> low(n), high(n);
  for (std::size_t i = 0; i < n; ++i) {
    low[i] = hazard_of(curve.upper[i], curve.failure_at_upper[i]);
    high[i] = hazard_of(curve.lower[i], curve.failure_at_lower[i]);
  }
  put(report, "cumulative_hazard", std::move(hazard));
  put(report, "std_error", std::move(hazard_error));
  put(report, "lower", side(low, context.sides.lower));
  put(report, "upper", side(high, context.sides.upper));
  put(report, "survival", curve.survival);
  put(report, "survival_lower", side(curve.lower, context.sides.lower));
  put(report, "survival_upper", side(curve.upper, context.sides.upper));
}

}  // namespace relia
