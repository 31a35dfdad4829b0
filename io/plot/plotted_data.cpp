// Data as points: median ranks, Kaplan-Meier or Turnbull, whichever the records allow.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include <relia/io/pictures.hpp>

#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/plotting_positions.hpp"
#include "core/nonparametric/turnbull.hpp"

namespace relia::io {
namespace {

void note_age(PlottedData& out, double t) {
  if (!(t > 0.0) || !std::isfinite(t)) return;
  if (!(out.smallest <= t)) out.smallest = t;
  if (!(out.largest >= t)) out.largest = t;
}

// Indices 0 … n-1, thinned to about `most`: both tails whole, the rest evenly by rank and by place, so that no gap
// opens that a reader could see.
std::vector<std::size_t> kept(const std::vector<double>& place, std::size_t most) {
  const std::size_t n = place.size();
  std::vector<std::size_t> out;
  if (most == 0 || n <= most) {
    out.resize(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = i;
    return out;
  }
  const std::size_t tail = most / 8, middle = most / 4, spread = most - 2 * tail - middle;
  std::vector<bool> take(n, false);
  for (std::size_t i = 0; i < tail; ++i) take[i] = take[n - 1 - i] = true;
  for (std::size_t i = 0; i < middle; ++i) take[i * (n - 1) / (middle - 1)] = true;
  const double low = place[tail], step = (place[n - 1 - tail] - low) / static_cast<double>(spread);
  double next = low;
  for (std::size_t i = tail; i + tail < n; ++i) {
    if (place[i] < next) continue;
    take[i] = true;
    next = place[i] + step;
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (take[i]) out.push_back(i);
  }
  return out;
}

// Straight on most papers, so that thinning keeps what a plot shows.
std::vector<double> places(const std::vector<double>& time) {
  std::vector<double> out;
  out.reserve(time.size());
  const bool positive = !time.empty() && time.front() > 0.0;
  for (const double t : time) out.push_back(positive ? std::log(t) : t);
  return out;
}

void thin_steps(PlottedData& out, std::size_t most) {
  const std::vector<std::size_t> keep = kept(places(out.step_time), most);
  if (keep.size() == out.step_time.size()) return;
  std::vector<double> time, survival;
  for (const std::size_t i : keep) time.push_back(out.step_time[i]), survival.push_back(out.survival[i]);
  out.step_time = std::move(time), out.survival = std::move(survival);
}

void from_ranks(PlottedData& out, const RiskTable& risk, std::size_t most) {
  out.method = PlottedData::Method::ranks;
  const JohnsonRanks ranks = johnson_ranks(risk);
  // Of a run of equal ages only the ends and some between can be told apart.
  std::vector<double> time, rank;
  for (const RankRun& run : ranks.runs) {
    out.points_before_thinning += static_cast<std::size_t>(run.count);
    const double shown = most == 0 ? run.count : std::min(run.count, 50.0);
    for (double k = 0.0; k < shown; k += 1.0) {
      const double which = shown < run.count ? std::round(k * (run.count - 1.0) / (shown - 1.0)) : k;
      time.push_back(run.time);
      rank.push_back(run.first + which * run.increment);
    }
  }
  for (const std::size_t i : kept(places(time), most)) {
    out.time.push_back(time[i]);
    out.probability.push_back(median_rank(rank[i], ranks.n));
  }
}

void from_kaplan_meier(PlottedData& out, const RiskTable& risk, std::size_t most, bool as_points) {
  const KaplanMeier curve = kaplan_meier(risk);
  out.step_time = risk.time;
  out.survival = curve.survival;
  if (as_points) {
    out.method = PlottedData::Method::kaplan_meier;
    out.points_before_thinning = risk.size();
    for (const std::size_t i : kept(places(risk.time), most)) {
      const double before = i == 0 ? 0.0 : curve.failure_probability[i - 1];
      out.time.push_back(risk.time[i]);
      out.probability.push_back(0.5 * (before + curve.failure_probability[i]));
    }
  }
  thin_steps(out, most);
}

void from_turnbull(PlottedData& out, const LifeTable& table, std::size_t most) {
  const Turnbull estimate = turnbull(table);
  if (!carries_estimates(estimate.convergence.status)) return;
  out.method = PlottedData::Method::turnbull;
  double before = 0.0;
  std::vector<double> time, lower, probability;
  for (std::size_t i = 0; i < estimate.mass.size(); ++i) {
    if (!(estimate.mass[i] > 0.0)) continue;
    const double after = estimate.failure_probability[i];
    if (std::isfinite(estimate.upper[i])) {
      time.push_back(estimate.upper[i]);
      lower.push_back(estimate.lower[i]);
      probability.push_back(0.5 * (before + after));
      out.step_time.push_back(estimate.upper[i]);
      out.survival.push_back(estimate.survival[i]);
    }
    before = after;
  }
  out.points_before_thinning = time.size();
  for (const std::size_t i : kept(places(time), most)) {
    out.time.push_back(time[i]);
    out.lower.push_back(lower[i]);
    out.probability.push_back(probability[i]);
  }
  thin_steps(out, most);
}

constexpr std::size_t kMostEvents = 60, kManyRows = 20000;

void keep_events(PlottedData& out, const LifeTable& table) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) > 0.0) rows.push_back(i);
  }
  out.records = rows.size();
  if (rows.size() > kManyRows) {  // sixty of them need not be chosen among all
    const std::size_t stride = rows.size() / kManyRows;
    for (std::size_t k = 0; k < kManyRows; ++k) rows[k] = rows[k * stride];
    rows.resize(kManyRows);
  }
  const auto age = [&](std::size_t i) { return std::isfinite(table.upper[i]) ? table.upper[i] : table.lower[i]; };
  const auto earlier = [&](std::size_t a, std::size_t b) { return age(a) != age(b) ? age(a) < age(b) : a < b; };
  const std::size_t shown = std::min(rows.size(), kMostEvents);
  std::sort(rows.begin(), rows.end(), earlier);
  for (std::size_t k = 0; k < shown; ++k) {
    const std::size_t i = rows[shown < rows.size() ? k * (rows.size() - 1) / (shown - 1) : k];
    out.events.push_back({table.entry_at(i), table.lower[i], table.upper[i], table.count_at(i)});
  }
}

void thin_suspensions(PlottedData& out, std::size_t most) {
  std::vector<double>& ages = out.suspended;
  if (ages.empty()) return;
  const auto [first, last] = std::minmax_element(ages.begin(), ages.end());
  out.first_suspended = *first, out.last_suspended = *last;
  if (most > 0 && ages.size() > kManyRows) {
    const std::size_t stride = ages.size() / kManyRows;
    for (std::size_t k = 0; k < kManyRows; ++k) ages[k] = ages[k * stride];
    ages.resize(kManyRows);
    ages.push_back(out.first_suspended), ages.push_back(out.last_suspended);
  }
  std::sort(ages.begin(), ages.end());
  ages.erase(std::unique(ages.begin(), ages.end()), ages.end());
  if (most == 0) return;
  std::vector<double> thinned;
  for (const std::size_t i : kept(ages, most / 3)) thinned.push_back(ages[i]);
  ages = std::move(thinned);
}

}  // namespace

PlottedData plotted_data(const LifeTable& table, std::size_t most) {
  PlottedData out;
  bool intervals = false, entries = false, exits = false;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) <= 0.0) continue;
    const double lower = table.lower[i], upper = table.upper[i];
    note_age(out, lower), note_age(out, upper);
    if (std::isinf(upper)) {
      out.suspended.push_back(lower);
    } else if (lower < upper) {
      intervals = true;
    }
    entries = entries || table.entry_at(i) > 0.0;
    exits = exits || std::isfinite(table.exit_at(i));
  }
  thin_suspensions(out, most);
  keep_events(out, table);
  if (intervals || exits) {
    // With a window and no event inside, every mass is possible; the fit has refused such rows already.
    from_turnbull(out, table, most);
    return out;
  }
  const RiskTable risk = risk_table(table);
  if (risk.size() == 0) return out;
  from_kaplan_meier(out, risk, most, entries);
  if (!entries) from_ranks(out, risk, most);
  return out;
}

CurveGrid curve_grid(const PlottedData& data, std::size_t bound_points) {
  CurveGrid out;
  double first = 0.01, last = 0.99;
  for (const double p : data.probability) first = std::min(first, p), last = std::max(last, p);
  for (const double low : {0.01, 0.005, 0.001, 1e-4, 1e-5, 1e-6}) {
    out.low = low;
    if (low <= first) break;
  }
  for (const double high : {0.99, 0.999, 0.9999, 0.99999, 0.999999}) {
    out.high = high;
    if (high >= last) break;
  }
  // Even on Weibull paper below and on normal paper above, close enough to even on all of them.
  const auto spread = [&](std::size_t n, double low, double high) {
    std::vector<double> p;
    const double a = std::log(-std::log1p(-low)), b = std::log(-std::log1p(-high));
    for (std::size_t i = 0; i < n; ++i) {
      const double w = a + (b - a) * static_cast<double>(i) / static_cast<double>(n - 1);
      p.push_back(-std::expm1(-std::exp(w)));
    }
    p.front() = low, p.back() = high;
    return p;
  };
  out.fine_probabilities = spread(161, out.low, out.high);
  // The life functions begin at age 0 and run on a little beyond the paper.
  std::vector<double> ends;
  for (const double p : {1e-12, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3}) {
    if (p < out.low) ends.push_back(p);
  }
  out.fine_probabilities.insert(out.fine_probabilities.begin(), ends.begin(), ends.end());
  for (const double p : {0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999}) {
    if (p > out.high) out.fine_probabilities.push_back(p);
  }
  out.bound_probabilities = spread(bound_points, out.low, out.high);
  return out;
}

}  // namespace relia::io
