#include "core/nonparametric/actuarial.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <relia/fit_result.hpp>

namespace relia {
namespace {

/// The smallest of 1, 2, 5 times a power of ten that is at least x.
double round_up(double x) {
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= x * (1 - 1e-12)) return step * power;
  }
  return 10 * power;
}

}  // namespace

std::vector<double> life_table_breaks(const LifeTable& table, bool& chosen) {
  std::vector<double> inspections;
  double last = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    const double lower = table.lower[i], upper = table.upper[i];
    last = std::max(last, std::isinf(upper) ? lower : upper);
    if (lower < upper && !std::isinf(upper)) {
      inspections.push_back(lower);
      inspections.push_back(upper);
    }
  }
  chosen = inspections.empty();
  std::vector<double> out{0.0};
  if (chosen) {
    if (!(last > 0)) return out;
    const double width = round_up(last / 10);
    for (int k = 1; out.back() < last; ++k) out.push_back(k * width);
    return out;
  }
  inspections.push_back(last);  // suspensions beyond the last inspection
  std::sort(inspections.begin(), inspections.end());
  for (const double t : inspections) {
    if (t > out.back()) out.push_back(t);
  }
  return out;
}

Actuarial actuarial(const LifeTable& table, const std::vector<double>& breaks) {
  Actuarial out;
  const std::size_t n = breaks.size() - 1;
  std::vector<double> failed(n, 0.0), inside(n, 0.0), at_end(n, 0.0);
  double units = 0;
  // the interval (breaks[k], breaks[k+1]] that holds t > 0; what happens at 0 falls into the first
  const auto interval = [&](double t) {
    const auto it = std::lower_bound(breaks.begin(), breaks.end(), t);
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(it - breaks.begin() - 1, 0));
  };
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double count = table.count_at(i);
    if (count == 0.0) continue;
    units += count;
    const double lower = table.lower[i], upper = table.upper[i];
    if (std::isinf(upper)) {
      if (lower == 0.0) {
        units -= count;  // gone before the first interval began
        continue;
      }
      const std::size_t k = interval(lower);
      (lower == breaks[k + 1] ? at_end : inside)[k] += count;
      continue;
    }
    const std::size_t k = interval(upper);
    if (lower < upper && lower < breaks[k]) {
      out.refused = "the inspection intervals of the data overlap, so they are not the intervals of one table";
      return out;
    }
    failed[k] += count;
  }
  double at_risk = units;
  long double survival = 1, failure = 0, greenwood = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const double d = failed[k], exposed = at_risk - inside[k] / 2, width = breaks[k + 1] - breaks[k];
    const double before = static_cast<double>(survival);
    double q = kAbsent;
    if (exposed > 0) {
      q = d / exposed;
      const auto ql = static_cast<long double>(d) / static_cast<long double>(exposed);
      greenwood +=
          ql < 1 ? ql / (static_cast<long double>(exposed) * (1 - ql)) : std::numeric_limits<long double>::infinity();
      failure += survival * ql;
      survival *= 1 - ql;
    }
    out.lower.push_back(breaks[k]);
    out.upper.push_back(breaks[k + 1]);
    out.at_risk.push_back(at_risk);
    out.withdrawn.push_back(inside[k] + at_end[k]);
    out.failures.push_back(d);
    out.exposed.push_back(exposed);
    out.conditional_failure_probability.push_back(q);
    out.survival.push_back(static_cast<double>(survival));
    out.failure_probability.push_back(std::min(1.0, static_cast<double>(failure)));
    const double h = 2 * q / (width * (2 - q));
    out.hazard.push_back(h);
    const double half = h * width / 2;
    out.hazard_std_error.push_back(d > 0 ? h * std::sqrt((1 - half) * (1 + half) / (exposed * q)) : kAbsent);
    const double density = before * q / width;
    out.density.push_back(density);
    // Var f = f^2 [ sum over earlier q/(n'p) + p/(n'q) ]
    const double earlier = k == 0 ? 0.0 : out.greenwood.back();
    out.density_std_error.push_back(d > 0 ? density * std::sqrt(earlier + (1 - q) / (exposed * q)) : kAbsent);
    out.greenwood.push_back(static_cast<double>(greenwood));
    at_risk -= d + inside[k] + at_end[k];
  }
  return out;
}

}  // namespace relia
