#include "io/report_shape.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"

namespace relia::io {
namespace {

const NamedQuantity* parameter(const std::vector<NamedQuantity>& list, std::string_view name) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const auto& p) { return p.name == name; });
  return it == list.end() ? nullptr : &*it;
}

std::string unit_of(const FitReport& report) {
  return report.source.time_unit.empty() ? std::string() : ' ' + report.source.time_unit;
}

template <class... Args>
std::string say(const char* pattern, Args&&... args) {
  return fmt::format(fmt::runtime(pattern), std::forward<Args>(args)...);
}

// The parameter whose value against `neutral` decides whether the failure rate rises or falls.
std::string against(
    const NamedQuantity& p, double neutral, const char* above, const char* below, const char* within, const Words& w) {
  if (p.fixed) return say(w.shape_fixed, p.name, readable(p.value.estimate));
  const Quantity& q = p.value;
  const bool has_lower = std::isfinite(q.lower), has_upper = std::isfinite(q.upper);
  const std::string lower = has_lower ? readable(q.lower, 4) : "...", upper = has_upper ? readable(q.upper, 4) : "...";
  if (has_lower && q.lower > neutral) return say(above, p.name, lower, upper);
  if (has_upper && q.upper < neutral) return say(below, p.name, lower, upper);
  if (has_lower && has_upper) return say(within, p.name, lower, upper);
  if (neutral != 1.0 || !std::isfinite(q.estimate)) return {};
  return say(q.estimate >= 1.0 ? w.shape_rising_estimate : w.shape_falling_estimate, p.name, readable(q.estimate, 4));
}

struct Point {
  double age, cumulative_hazard;
};

// Mean failure rates from birth to the first quantile and from each to the next tell how the failure rate runs,
// for any distribution of a positive life; ages that no unit has reached are left out.
std::string trend(const FitReport& report, const ModelResult& model, const Words& w) {
  std::vector<Point> points{{0.0, 0.0}};
  for (const QuantileResult& q : model.metrics.quantiles) {
    const double age = q.value.estimate;
    if (age <= 0.0) return {};
    if (age <= report.last_time) points.push_back({age, -std::log1p(-q.p)});
  }
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.age < b.age; });
  std::vector<double> rates;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double width = points[i].age - points[i - 1].age;
    if (!(width > 0.0)) return {};
    rates.push_back((points[i].cumulative_hazard - points[i - 1].cumulative_hazard) / width);
  }
  if (rates.size() < 2) return {};
  const std::string unit = unit_of(report);
  const std::string from = readable(points.front().age, 4), to = readable(points.back().age, 4);
  const auto highest = std::max_element(rates.begin(), rates.end());
  const auto lowest = std::min_element(rates.begin(), rates.end());
  if (*highest < 1.1 * *lowest) return say(w.trend_constant, from, to, unit);
  const auto upper_end = [&](auto it) {
    return readable(points[static_cast<std::size_t>(it - rates.begin()) + 1].age, 4);
  };
  if (std::is_sorted(rates.begin(), rates.end())) return say(w.trend_rising, from, to, unit);
  if (std::is_sorted(rates.rbegin(), rates.rend())) return say(w.trend_falling, from, to, unit);
  if (std::is_sorted(rates.begin(), highest + 1) &&
      std::is_sorted(rates.rbegin(), std::make_reverse_iterator(highest))) {
    return say(w.trend_peak, upper_end(highest), unit);
  }
  if (std::is_sorted(lowest, rates.end())) return say(w.trend_valley, upper_end(lowest), unit);
  return {};
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What the Weibull candidate says when the exponential came first.
std::string weibull_beside(const FitReport& report, const Words& w) {
  for (const ModelResult& m : report.models) {
    if (m.distribution != "weibull" || m.rank <= 1) continue;
    const NamedQuantity* const p = parameter(m.parameters, "shape");
    if (p == nullptr || p->fixed || !std::isfinite(p->value.estimate)) return {};
    const double delta = criterion_of(report, m) - criterion_of(report, report.models.front());
    return w.gap + say(w.weibull_candidate, readable(p->value.estimate, 4), fmt::format("{:.2f}", delta));
  }
  return {};
}

std::string main_sentence(const FitReport& report, const ModelResult& model, const Words& w) {
  const std::string& name = model.distribution;
  const bool plain = model.modifier.empty() || model.modifier == "limited-failure";
  if (plain && is_one_of(name, {"weibull", "weibull-3p", "gamma"})) {
    if (const NamedQuantity* p = parameter(model.parameters, "shape")) {
      return against(*p, 1.0, w.shape_wear_out, w.shape_infant, w.shape_random, w);
    }
  }
  if (plain && is_one_of(name, {"exponential", "exponential-2p"}))
    return w.constant_assumed + weibull_beside(report, w);
  if (plain && name == "gompertz") {
    if (const NamedQuantity* p = parameter(model.parameters, "growth")) {
      return against(*p, 0.0, w.growth_rising, w.growth_falling, w.growth_random, w);
    }
  }
  if (model.modifier.empty() && is_one_of(name, {"normal", "logistic", "gumbel", "gumbel-max"}))
    return w.rising_by_form;
  return trend(report, model, w);
}

}  // namespace

std::vector<std::string> shape_in_words(const FitReport& report, const ModelResult& model, Language language) {
  const Words& w = words(language);
  std::vector<std::string> out;
  if (!carries_estimates(model.convergence.status)) return out;
  if (model.modifier == "mode" && is_one_of(model.distribution, {"weibull", "gamma"})) {
    // Modes may differ: one by infant mortality, another by wear-out.
    for (const ModeResult& mode : model.modes) {
      const NamedQuantity* const p = parameter(mode.parameters, "shape");
      if (p == nullptr || !carries_estimates(mode.convergence.status)) continue;
      out.push_back(mode.mode + w.colon + against(*p, 1.0, w.shape_wear_out, w.shape_infant, w.shape_random, w));
    }
    return out;
  }
  if (std::string sentence = main_sentence(report, model, w); !sentence.empty()) out.push_back(std::move(sentence));
  if (model.modifier.empty() &&
      is_one_of(model.distribution, {"lognormal", "lognormal-3p", "loglogistic", "loglogistic-3p", "frechet"})) {
    out.emplace_back(w.falls_in_the_end);
  }
  if (const NamedQuantity* p = parameter(model.parameters, "p"); p != nullptr && std::isfinite(p->value.estimate)) {
    out.push_back(say(w.limited, readable(100.0 * p->value.estimate, 3)));
  }
  const NamedQuantity* const threshold = parameter(model.parameters, "threshold");
  if (threshold != nullptr && threshold->value.estimate > 0.0) {
    out.push_back(say(w.threshold_free, readable(threshold->value.estimate), unit_of(report)));
  }
  return out;
}

}  // namespace relia::io
