#include "core/nonparametric/kaplan_meier.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/nonparametric/sort_times.hpp"

namespace relia {
namespace {

/// Ages with their counts; the counts stay empty while all are 1.
struct WeightedTimes {
  std::vector<double> times, counts;
  bool weighted;

  explicit WeightedTimes(bool with_counts) : weighted(with_counts) {}
  void add(double time, double count) {
    times.push_back(time);
    if (weighted) counts.push_back(count);
  }
  void sort() {
    if (weighted) {
      sort_times(times, counts);
    } else {
      sort_times(times);
    }
  }
  [[nodiscard]] double count(std::size_t i) const noexcept { return weighted ? counts[i] : 1.0; }
};

}  // namespace

RiskTable risk_table(const LifeTable& table) {
  return risk_table(table.lower, table.upper, table.count, table.entry);
}

RiskTable risk_table(std::span<const double> lower,
                     std::span<const double> upper,
                     std::span<const double> count,
                     std::span<const double> entry) {
  const bool weighted = std::any_of(count.begin(), count.end(), [](double c) { return c != 1.0; });
  const bool entries = std::any_of(entry.begin(), entry.end(), [](double e) { return e > 0.0; });
  WeightedTimes failed(weighted), suspended(weighted), entered(weighted);
  RiskTable out;
  out.entries = entries;
  out.last_time = -std::numeric_limits<double>::infinity();
  out.first_entry = entries ? std::numeric_limits<double>::infinity() : 0.0;
  double present_from_start = 0;
  failed.times.reserve(lower.size());
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const double c = count.empty() ? 1.0 : count[i];
    if (c == 0.0) continue;
    out.units += c;
    const bool exact = lower[i] == upper[i];
    if (entries && entry[i] > 0.0) {
      if (lower[i] <= entry[i]) continue;  // suspended at or before its entry: never seen at risk
      entered.add(entry[i], c);
      out.first_entry = std::min(out.first_entry, entry[i]);
    } else {
      present_from_start += c;
      out.first_entry = 0.0;
    }
    out.last_time = std::max(out.last_time, lower[i]);
    (exact ? failed : suspended).add(lower[i], c);
  }
  failed.sort();
  suspended.sort();
  entered.sort();

  std::size_t e = 0, s = 0;
  double under_observation = present_from_start;  // entered before t, not yet gone
  for (std::size_t f = 0; f < failed.times.size();) {
    const double t = failed.times[f];
    for (; e < entered.times.size() && entered.times[e] < t; ++e) under_observation += entered.count(e);
    for (; s < suspended.times.size() && suspended.times[s] < t; ++s) under_observation -= suspended.count(s);
    double d = 0;
    for (; f < failed.times.size() && failed.times[f] == t; ++f) d += failed.count(f);
    out.time.push_back(t);
    out.failures.push_back(d);
    out.at_risk.push_back(under_observation);
    under_observation -= d;
  }
  return out;
}

bool exact_or_right_censored(const LifeTable& table) noexcept {
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    if (table.lower[i] != table.upper[i] && !std::isinf(table.upper[i])) return false;
    if (!std::isinf(table.exit_at(i))) return false;
  }
  return true;
}

void KaplanMeierSteps::step(double at_risk, double failures) noexcept {
  if (left_ == 0) return;  // the estimate is 0 from there on, whoever enters later
  // Between two changes of the risk set other than by failure the product telescopes to one division, so
  // complete data give (n-k)/n correctly rounded, and errors grow with the suspensions only.
  const auto r = static_cast<long double>(at_risk);
  const auto d = static_cast<long double>(failures);
  if (r != left_) {
    s_block_ = s_;
    f_block_ = f_;
    g_block_ = g_;
    at_risk_block_ = r;
    failed_in_block_ = 0;
  }
  failed_in_block_ += d;
  left_ = r - d;
  s_ = s_block_ * left_ / at_risk_block_;
  f_ = f_block_ + s_block_ * failed_in_block_ / at_risk_block_;
  // sum of d/(n(n-d)) telescopes as well: 1/(n-d) - 1/n
  g_ =
      left_ > 0 ? g_block_ + failed_in_block_ / (at_risk_block_ * left_) : std::numeric_limits<long double>::infinity();
  survival_ = static_cast<double>(s_);
  failure_probability_ = left_ > 0 ? static_cast<double>(f_) : 1.0;
  greenwood_ = static_cast<double>(g_);
}

KaplanMeier kaplan_meier(const RiskTable& risk) {
  const std::size_t n = risk.size();
  KaplanMeier out;
  out.survival.resize(n);
  out.failure_probability.resize(n);
  out.greenwood.resize(n);
  KaplanMeierSteps steps;
  for (std::size_t i = 0; i < n; ++i) {
    steps.step(risk.at_risk[i], risk.failures[i]);
    out.survival[i] = steps.survival();
    out.failure_probability[i] = steps.failure_probability();
    out.greenwood[i] = steps.greenwood();
  }
  return out;
}

}  // namespace relia
