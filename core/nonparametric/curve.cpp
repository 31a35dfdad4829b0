#include "core/nonparametric/curve.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace relia {
namespace {

// "20 units after 10 deaths is B50": equal up to the rounding of S and of 1 - p.
constexpr double kRounding = 4 * std::numeric_limits<double>::epsilon();

std::string number(double x) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, x, std::chars_format::general, 6);
  return {text, end.ptr};
}

/// Age at which a curve (values just after each time, 1 before) comes down to `level`; NaN: never. `gone` is what a
/// missing value stands for.
double crossing(const SurvivalCurve& curve, const std::vector<double>& values, double level, bool missing_is_zero) {
  double before = 1.0, before_time = curve.begin;
  for (std::size_t i = 0; i < values.size(); ++i) {
    double v = values[i];
    if (std::isnan(v)) {
      if (curve.survival[i] >= 1.0) {
        v = 1.0;
      } else if (missing_is_zero && curve.survival[i] == 0.0) {
        v = 0.0;
      } else {
        continue;
      }
    }
    if (v <= level + kRounding) {
      if (!curve.linear || v >= before) return curve.time[i];
      const double part = std::clamp((before - level) / (before - v), 0.0, 1.0);
      return before_time + part * (curve.time[i] - before_time);
    }
    before = v;
    before_time = curve.time[i];
  }
  return kAbsent;
}

constexpr std::size_t kBeforeFirst = static_cast<std::size_t>(-1);

/// Index of the last time at or before t.
std::size_t last_at(const SurvivalCurve& curve, double t) {
  const auto it = std::upper_bound(curve.time.begin(), curve.time.end(), t);
  return it == curve.time.begin() ? kBeforeFirst : static_cast<std::size_t>(it - curve.time.begin()) - 1;
}

void mask(Quantity& q, Sides sides) {
  if (!sides.lower) {
    q.lower = kAbsent;
    q.lower_reason.clear();
  }
  if (!sides.upper) {
    q.upper = kAbsent;
    q.upper_reason.clear();
  }
}

std::string outside(const SurvivalCurve& curve, double t) {
  if (t < curve.begin) {
    return "no unit was under observation before age " + number(curve.begin) +
           "; the estimate is for units that live to it";
  }
  if (t > curve.end && !curve.survival.empty() && curve.survival.back() == 0.0) return "";
  if (t > curve.end) return "no unit was under observation beyond age " + number(curve.end);
  return "";
}

AtTimeResult at_time(const SurvivalCurve& curve, double t, Sides sides, bool bounded, bool failure) {
  AtTimeResult out;
  out.time = t;
  Quantity& q = out.value;
  q.reason = outside(curve, t);
  if (!q.reason.empty()) return out;
  const std::size_t i = last_at(curve, t);
  const std::string none = "the estimate is 0 or 1 there";
  if (curve.linear && (i == kBeforeFirst || curve.time[i] != t) && i + 1 < curve.time.size()) {
    // the index after "before the first" is the first
    const std::size_t next = i == kBeforeFirst ? 0 : i + 1;
    const double t0 = i == kBeforeFirst ? curve.begin : curve.time[i];
    const double f0 = i == kBeforeFirst ? 0.0 : curve.failure_probability[i];
    const double s0 = i == kBeforeFirst ? 1.0 : curve.survival[i];
    const double part = (t - t0) / (curve.time[next] - t0);
    q.estimate = failure ? f0 + part * (curve.failure_probability[next] - f0) : s0 + part * (curve.survival[next] - s0);
    if (bounded) {
      q.lower_reason = q.upper_reason = "bounds are made at the ends of the intervals, not between them";
      mask(q, sides);
    }
    return out;
  }
  if (i == kBeforeFirst) {
    q.estimate = failure ? 0.0 : 1.0;
    q.std_error = 0.0;
    if (bounded) q.lower_reason = q.upper_reason = "no failure up to there: " + none;
  } else {
    q.estimate = failure ? curve.failure_probability[i] : curve.survival[i];
    q.std_error = curve.std_error[i];
    q.lower = failure ? curve.failure_at_upper[i] : curve.lower[i];
    q.upper = failure ? curve.failure_at_lower[i] : curve.upper[i];
    if (bounded) {
      const bool flat = curve.survival[i] == 0.0 || curve.survival[i] >= 1.0;
      const std::string reason = flat ? none : "no bound was made at this age";
      if (std::isnan(q.lower)) q.lower_reason = reason;
      if (std::isnan(q.upper)) q.upper_reason = reason;
    }
  }
  mask(q, sides);
  return out;
}

}  // namespace

std::string quantile_name(double p) {
  // 100 p in shortest form: from the decimal digits of p, so that 0.07 gives 7 and not 7.000000000000001
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, p, std::chars_format::scientific);
  const std::string digits(text, end.ptr);
  const std::size_t e = digits.find('e');
  const std::string shifted = digits.substr(0, e) + 'e' + std::to_string(std::stoi(digits.substr(e + 1)) + 2);
  const auto back = std::to_chars(text, text + sizeof text, std::stod(shifted));
  return 'B' + std::string(text, back.ptr);
}

QuantileResult curve_quantile(const SurvivalCurve& curve, double p, Sides sides, bool bounded) {
  QuantileResult out;
  out.p = p;
  out.name = quantile_name(p);
  const double level = 1.0 - p;
  Quantity& q = out.value;
  q.estimate = crossing(curve, curve.survival, level, true);
  const std::string lowest = curve.survival.empty() ? "1" : number(curve.survival.back());
  if (std::isnan(q.estimate)) q.reason = "the survival estimate only falls to " + lowest;
  if (bounded) {
    q.lower = crossing(curve, curve.lower, level, true);
    q.upper = crossing(curve, curve.upper, level, false);
    if (std::isnan(q.lower)) q.lower_reason = "the lower bound of survival stays above " + number(level);
    if (std::isnan(q.upper)) q.upper_reason = "the upper bound of survival stays above " + number(level);
    mask(q, sides);
  }
  return out;
}

AtTimeResult curve_reliability(const SurvivalCurve& curve, double t, Sides sides, bool bounded) {
  return at_time(curve, t, sides, bounded, false);
}

AtTimeResult curve_failure_probability(const SurvivalCurve& curve, double t, Sides sides, bool bounded) {
  return at_time(curve, t, sides, bounded, true);
}

Quantity restricted_mean(const SurvivalCurve& curve,
                         const std::vector<double>& log_variance,
                         double tau,
                         double z,
                         Sides sides,
                         bool bounded) {
  Quantity out;
  const bool down = !curve.survival.empty() && curve.survival.back() == 0.0;
  if (tau > curve.end && !down) {
    out.reason = "the curve is not known beyond age " + number(curve.end);
    return out;
  }
  // Backwards: area from each failure time to tau.
  const auto n =
      static_cast<std::size_t>(std::upper_bound(curve.time.begin(), curve.time.end(), tau) - curve.time.begin());
  long double area = 0, variance = 0;
  double until = tau;
  for (std::size_t i = n; i-- > 0;) {
    area += static_cast<long double>(curve.survival[i]) * static_cast<long double>(until - curve.time[i]);
    until = curve.time[i];
    const double increment = log_variance[i] - (i == 0 ? 0.0 : log_variance[i - 1]);
    // where S falls to 0 the area after it is 0 and so is its share
    if (area > 0 && std::isfinite(increment)) variance += area * area * static_cast<long double>(increment);
  }
  area += static_cast<long double>(until);
  out.estimate = static_cast<double>(area);
  out.std_error = std::sqrt(static_cast<double>(variance));
  if (bounded) {
    out.lower = std::max(0.0, out.estimate - z * out.std_error);
    out.upper = std::min(tau, out.estimate + z * out.std_error);
    mask(out, sides);
  }
  return out;
}

}  // namespace relia
