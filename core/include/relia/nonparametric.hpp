// Estimates that assume no distribution: Kaplan-Meier, Nelson-Aalen, Fleming-Harrington, Turnbull, Johnson's adjusted
// ranks with median ranks, the actuarial life table.
//
//   LifeTable, NonparametricOptions  ->  NonparametricReport
//
// A method that the data do not allow (Kaplan-Meier of interval-censored lives, say) is a result without estimates
// whose verdict names the method that fits.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>

namespace relia {

struct NonparametricOptions {
  std::string method = "kaplan-meier";            ///< see nonparametric_methods()
  std::string bounds = "wald";                    ///< wald (Greenwood, on `transform`), lr (Thomas-Grunkemeier), none
  std::string transform = "log-log";              ///< log-log, logit, log, plain, arcsine
  std::string band = "pointwise";                 ///< pointwise, equal-precision, hall-wellner
  double band_from = kAbsent, band_to = kAbsent;  ///< ages of the simultaneous band; absent: all of the curve
  std::string sides = "two";                      ///< two, lower, upper
  double confidence = 0.95;
  std::vector<double> quantiles = {0.01, 0.05, 0.1, 0.5};
  std::vector<double> at;      ///< ages
  double tau = kAbsent;        ///< limit of the restricted mean; absent: the last age observed
  std::vector<double> breaks;  ///< life table: ends of the intervals
  double width = kAbsent;      ///< life table: intervals of this length
  int threads = 0;             ///< 0: all cores
};

/// One column of the answer's points, one value a point; NaN is null.
struct PointSeries {
  enum class Kind { number, truth };
  std::string name;  ///< contract key: time, at_risk, survival, …
  std::vector<double> values;
  Kind kind = Kind::number;
};

struct NonparametricQuantile {
  QuantileResult quantile;
  /// The estimate may lie anywhere in (interval_lower, interval_upper] (Turnbull); absent elsewhere.
  double interval_lower = kAbsent, interval_upper = kAbsent;
};

struct NonparametricReport {
  Provenance source;
  LifeCounts data;
  double first_failure = kAbsent, last_failure = kAbsent, last_time = kAbsent;
  std::string method;
  std::string transform;  ///< empty where no bound is made on a transformed scale
  std::string bounds;     ///< wald, lr, none; beta-binomial for ranks
  std::string band;       ///< empty where bounds are pointwise by nature
  double band_from = kAbsent, band_to = kAbsent, critical_value = kAbsent;
  std::string sides;
  double confidence = 0.95;
  std::vector<PointSeries> points;
  std::vector<NonparametricQuantile> quantiles;
  std::vector<AtTimeResult> reliability, failure_probability;
  bool has_restricted_mean = false;
  Quantity restricted_mean;
  double tau = kAbsent;
  double log_likelihood = kAbsent;  ///< Turnbull
  Convergence convergence;
  std::string group_column, group;  ///< with --by
  std::vector<std::string> warnings;
  std::string command, version;

  [[nodiscard]] const PointSeries* find(const std::string& name) const noexcept;
};

/// kaplan-meier, nelson-aalen, fleming-harrington, turnbull, ranks, life-table.
[[nodiscard]] std::vector<std::string> nonparametric_methods();

/// @throws UsageError (unknown words, options that do not combine), BadData (an event outside its truncation
///         window)
[[nodiscard]] NonparametricReport nonparametric(const LifeTable& table, const NonparametricOptions& options);

}  // namespace relia
