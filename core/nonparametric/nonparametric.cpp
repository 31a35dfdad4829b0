#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include <tbb/global_control.h>

#include <relia/error.hpp>
#include <relia/nonparametric.hpp>

#include "core/nonparametric/report_builder.hpp"
#include "core/numeric/special.hpp"

namespace relia {
namespace {

bool among(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* w) { return word == w; });
}

void require_word(const std::string& option, const std::string& word, std::initializer_list<const char*> words) {
  if (among(word, words)) return;
  std::string list;
  for (const char* w : words) list += (list.empty() ? "" : ", ") + std::string(w);
  throw UsageError(option + ": '" + word + "' is not one of " + list);
}

bool step_method(const std::string& method) {
  return among(method, {"kaplan-meier", "nelson-aalen", "fleming-harrington"});
}

void check_options(const NonparametricOptions& o) {
  require_word("--method", o.method,
               {"kaplan-meier", "nelson-aalen", "fleming-harrington", "turnbull", "ranks", "life-table"});
  require_word("--bounds", o.bounds, {"wald", "lr", "none"});
  require_word("--transform", o.transform, {"log-log", "logit", "log", "plain", "arcsine"});
  require_word("--band", o.band, {"pointwise", "equal-precision", "hall-wellner"});
  require_word("--sides", o.sides, {"two", "lower", "upper"});
  if (!(o.confidence > 0 && o.confidence < 1)) throw UsageError("--confidence takes a level between 0 and 1");
  for (const double p : o.quantiles) {
    if (!(p > 0 && p < 1)) throw UsageError("--quantiles takes probabilities between 0 and 1");
  }
  if (o.bounds == "lr" && o.method != "kaplan-meier") {
    throw UsageError("--bounds lr (Thomas-Grunkemeier) needs --method kaplan-meier");
  }
  if (o.band != "pointwise") {
    if (!step_method(o.method)) {
      throw UsageError("--band " + o.band + " needs --method kaplan-meier, nelson-aalen or fleming-harrington");
    }
    if (o.bounds != "wald") throw UsageError("--band " + o.band + " needs --bounds wald");
    if (o.sides != "two") throw UsageError("--band " + o.band + " is two-sided; leave out --sides");
  } else if (!std::isnan(o.band_from) || !std::isnan(o.band_to)) {
    throw UsageError("--band-from and --band-to need --band equal-precision or hall-wellner");
  }
  if (!std::isnan(o.tau)) {
    if (!step_method(o.method)) {
      throw UsageError("--tau needs --method kaplan-meier, nelson-aalen or fleming-harrington");
    }
    if (!(o.tau > 0)) throw UsageError("--tau takes an age above 0");
  }
  const bool grid = !o.breaks.empty() || !std::isnan(o.width);
  if (grid && o.method != "life-table") throw UsageError("--breaks and --width need --method life-table");
  if (!o.breaks.empty() && !std::isnan(o.width)) throw UsageError("--breaks and --width exclude each other");
  if (!std::isnan(o.width) && !(o.width > 0)) throw UsageError("--width takes a length above 0");
  for (std::size_t i = 0; i < o.breaks.size(); ++i) {
    if (!(o.breaks[i] >= 0) || (i > 0 && !(o.breaks[i] > o.breaks[i - 1]))) {
      throw UsageError("--breaks takes ages in ascending order");
    }
  }
}

/// Events must meet their truncation windows.
void check_windows(const LifeTable& table) {
  DataErrors errors;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    const double entry = table.entry_at(i), exit = table.exit_at(i);
    if (!(entry > 0.0) && std::isinf(exit)) continue;
    const double lower = table.lower[i], upper = table.upper[i];
    const bool exact = lower == upper;
    const double low = entry > 0.0 ? std::max(lower, entry) : lower, high = std::min(upper, exit);
    if (exact ? (entry > 0.0 && lower <= entry) || lower > exit : !(low < high)) {
      errors.add({table.provenance.name, line_of(table, i), "",
                  exact ? "the failure lies outside its truncation window; expected entry < time <= exit"
                        : "the interval does not meet its truncation window"});
    }
  }
  if (!errors.empty()) throw BadData(std::move(errors));
}

void describe(const LifeTable& table, NonparametricReport& report) {
  report.source = table.provenance;
  report.data = count_by_kind(table);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    const double lower = table.lower[i], upper = table.upper[i];
    const double last = std::isinf(upper) ? lower : upper;
    if (!(report.last_time >= last)) report.last_time = last;
    if (lower == upper) {
      if (!(report.first_failure <= lower)) report.first_failure = lower;
      if (!(report.last_failure >= lower)) report.last_failure = lower;
    }
  }
}

Transform transform_of(const std::string& name) {
  if (name == "logit") return Transform::logit;
  if (name == "log") return Transform::log;
  if (name == "plain") return Transform::plain;
  if (name == "arcsine") return Transform::arcsine;
  return Transform::log_log;
}

}  // namespace

const PointSeries* NonparametricReport::find(const std::string& name) const noexcept {
  const auto it = std::find_if(points.begin(), points.end(), [&](const PointSeries& s) { return s.name == name; });
  return it == points.end() ? nullptr : &*it;
}

std::vector<std::string> nonparametric_methods() {
  return {"kaplan-meier", "nelson-aalen", "fleming-harrington", "turnbull", "ranks", "life-table"};
}

void refuse(NonparametricReport& report, std::string reason, std::string advice) {
  report.points.clear();
  report.convergence = {FitStatus::flat, 0, kAbsent, std::move(reason), std::move(advice)};
}

std::vector<double> side(const std::vector<double>& values, bool wanted) {
  return wanted ? values : std::vector<double>(values.size(), kAbsent);
}

void read_off(const BuildContext& context, const SurvivalCurve& curve, NonparametricReport& report) {
  for (const double p : context.options.quantiles) {
    report.quantiles.push_back({curve_quantile(curve, p, context.sides, context.bounded), kAbsent, kAbsent});
  }
  for (const double t : context.options.at) {
    report.reliability.push_back(curve_reliability(curve, t, context.sides, context.bounded));
    report.failure_probability.push_back(curve_failure_probability(curve, t, context.sides, context.bounded));
  }
}

NonparametricReport nonparametric(const LifeTable& table, const NonparametricOptions& options) {
  check_options(options);
  check_windows(table);
  std::unique_ptr<tbb::global_control> limit;
  if (options.threads > 0) {
    limit = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                  static_cast<std::size_t>(options.threads));
  }
  NonparametricReport report;
  describe(table, report);
  report.method = options.method;
  report.bounds = options.bounds;
  if (options.bounds == "wald") report.transform = options.transform;
  report.sides = options.sides;
  report.confidence = options.confidence;
  report.convergence.status = FitStatus::closed_form;

  BuildContext context{table, options, {}, {}};
  context.transform = transform_of(options.transform);
  context.sides = {options.sides != "upper", options.sides != "lower"};
  context.bounded = options.bounds != "none";
  const double c = options.confidence;
  const bool two = options.sides == "two";
  context.z = normal_quantile(two ? (1 + c) / 2 : c);
  context.low_p = two ? (1 - c) / 2 : 1 - c;
  context.high_p = two ? (1 + c) / 2 : c;

  if (report.data.n == 0) {
    refuse(report, "there are no units", "give at least one unit");
  } else if (options.method == "turnbull") {
    build_turnbull(context, report);
  } else if (options.method == "ranks") {
    build_ranks(context, report);
  } else if (options.method == "life-table") {
    build_life_table(context, report);
  } else {
    build_steps(context, report);
  }
  if (!carries_estimates(report.convergence.status)) {
    for (const double p : options.quantiles) {
      NonparametricQuantile q;
      q.quantile.p = p;
      q.quantile.name = quantile_name(p);
      q.quantile.value.reason = report.convergence.reason;
      report.quantiles.push_back(std::move(q));
    }
    for (const double t : options.at) {
      AtTimeResult r;
      r.time = t;
      r.value.reason = report.convergence.reason;
      report.reliability.push_back(r);
      report.failure_probability.push_back(std::move(r));
    }
  }
  return report;
}

}  // namespace relia
