#include "io/plot/axes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/numeric/special.hpp"
#include "io/report_numbers.hpp"

namespace relia::io {
namespace {

double logit(double p) {
  return std::log(p) - std::log1p(-p);
}

// A round step: 1, 2 or 5 times a power of ten, with about `wanted` of them in `range`.
double round_step(double range, double wanted) {
  const double raw = range / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double mantissa = raw / power;
  return power * (mantissa < 1.5 ? 1.0 : mantissa < 3.5 ? 2.0 : mantissa < 7.5 ? 5.0 : 10.0);
}

std::string power_label(double value) {
  std::string text = fmt::format("{:.4e}", value);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  mantissa.erase(mantissa.find_last_not_of('0') + 1);
  if (mantissa.back() == '.') mantissa.pop_back();
  return mantissa + 'e' + std::to_string(std::stoi(text.substr(e + 1)));
}

std::string tick_label(double value) {
  std::string out = readable(value, 5);
  return out.find('e') == std::string::npos ? out : power_label(value);
}

// Labels of one axis are all written alike: in powers of ten when the steps are that small or that large.
std::string linear_label(double value, double step, double most) {
  return value == 0.0 || (step >= 1e-4 && most < 1e7) ? tick_label(value) : power_label(value);
}

void sort_by_place(std::vector<Tick>& ticks) {
  std::stable_sort(ticks.begin(), ticks.end(), [](const Tick& a, const Tick& b) { return a.at < b.at; });
}

}  // namespace

Axis linear_axis(std::string label, double low, double high) {
  Axis out{.label = std::move(label), .low = low, .high = high, .ticks = {}, .table = {}};
  const double range = high - low;
  if (!(range > 0.0) || !std::isfinite(range)) return out;
  const double step = round_step(range, 6.0);
  const double first = std::ceil(low / step - 1e-9);
  for (double i = first; i * step <= high + 1e-9 * range; i += 1.0) {
    const double value = std::abs(i) < 0.5 ? 0.0 : i * step;
    out.ticks.push_back({value, linear_label(value, step, std::max(std::abs(low), std::abs(high))), 0});
  }
  const double fine = step / 5.0;
  for (double i = std::ceil(low / fine - 1e-9); i * fine <= high + 1e-9 * range; i += 1.0) {
    if (std::fmod(std::abs(i), 5.0) > 0.5) out.ticks.push_back({i * fine, "", 1});
  }
  sort_by_place(out.ticks);
  return out;
}

Axis log_axis(std::string label, double low, double high) {
  Axis out{.label = std::move(label),
           .scale = Axis::Scale::log,
           .low = std::log(low),
           .high = std::log(high),
           .ticks = {},
           .table = {}};
  const double decades = std::log10(high / low);
  const auto add = [&](double value, bool labelled, int level) {
    if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) return;
    out.ticks.push_back({std::log(value), labelled ? tick_label(value) : std::string(), level});
  };
  const int first = static_cast<int>(std::floor(std::log10(low))), last = static_cast<int>(std::ceil(std::log10(high)));
  for (int e = first; e <= last; ++e) {
    const double power = std::pow(10.0, e);
    add(power, true, 0);
    for (int m = 2; m <= 9; ++m) {
      const int level = m == 2 || m == 5 ? 1 : m == 3 ? 2 : 3;
      add(m * power, decades < 4.0, level);
    }
    if (decades > 1.2) continue;
    for (int m = 11; m < 100; ++m) {
      if (m % 10 != 0) add(m / 10.0 * power, decades < 0.8, m % 5 == 0 ? 4 : 5);
    }
    if (decades > 0.15) continue;
    for (int m = 101; m < 1000; ++m) {
      if (m % 10 != 0) add(m / 100.0 * power, true, m % 5 == 0 ? 6 : 7);
    }
  }
  sort_by_place(out.ticks);
  return out;
}

Probability::Probability(std::vector<std::pair<double, double>> pairs) : pairs_(std::move(pairs)) {
  for (auto& [p, place] : pairs_) p = logit(p);
}

double Probability::place(double p) const {
  switch (paper_) {
    case Paper::weibull: return std::log(-std::log1p(-p));
    case Paper::largest: return -std::log(-std::log(p));
    case Paper::normal: return normal_quantile(p);
    case Paper::logistic: return logit(p);
    case Paper::exponential: return -std::log1p(-p);
    case Paper::quantile: break;
  }
  const double l = logit(p);
  auto right = std::lower_bound(pairs_.begin(), pairs_.end(), l, [](const auto& a, double b) { return a.first < b; });
  if (right == pairs_.begin()) ++right;
  if (right == pairs_.end()) --right;
  const auto left = right - 1;
  const double share = (l - left->first) / (right->first - left->first);
  return left->second + share * (right->second - left->second);
}

Axis Probability::axis(std::string label, double low, double high) const {
  Axis out{.label = std::move(label),
           .scale = Axis::Scale::table,
           .low = place(low),
           .high = place(high),
           .ticks = {},
           .table = {}};
  struct Candidate {
    double percent;
    int level;
  };
  // What stands on printed probability paper; 63.2 % is where a Weibull life equals its scale.
  constexpr std::array kCandidates{Candidate{1e-4, 0}, Candidate{1e-3, 0}, Candidate{0.01, 0}, Candidate{0.02, 3},
                                   Candidate{0.05, 2}, Candidate{0.1, 0},  Candidate{0.2, 3},  Candidate{0.5, 2},
                                   Candidate{1, 0},    Candidate{2, 2},    Candidate{3, 4},    Candidate{5, 1},
                                   Candidate{10, 0},   Candidate{20, 2},   Candidate{30, 3},   Candidate{40, 3},
                                   Candidate{50, 0},   Candidate{60, 3},   Candidate{70, 3},   Candidate{80, 2},
                                   Candidate{90, 0},   Candidate{95, 1},   Candidate{98, 4},   Candidate{99, 0},
                                   Candidate{99.5, 3}, Candidate{99.9, 0}, Candidate{99.99, 0}};
  const double slack = 1e-9 * (out.high - out.low);
  for (const Candidate& c : kCandidates) {
    if (paper_ == Paper::weibull && c.percent == 60) continue;  // 63.2 stands there
    const double at = place(c.percent / 100.0);
    if (at < out.low - slack || at > out.high + slack) continue;
    out.ticks.push_back({at, readable(c.percent), c.level});
  }
  if (paper_ == Paper::weibull) out.ticks.push_back({0.0, "63.2", -1});
  if (low == 0.0) out.ticks.push_back({out.low, "0", 0});
  for (int i = 1; i < 1000; ++i) {  // the fine grid of the paper
    const double percent = i < 10 ? i / 10.0 : i < 20 ? i - 9.0 : i < 100 ? i - 9.0 : 0.0;
    if (percent <= 0.0 || percent >= 99.95) break;
    const double at = place(percent / 100.0);
    if (at > out.low && at < out.high) out.ticks.push_back({at, "", 5});
  }
  sort_by_place(out.ticks);
  constexpr int kTable = 240;
  if (low == 0.0) out.table.emplace_back(out.low, 0.0);
  const double from = logit(low == 0.0 ? 1e-3 * high : low), to = logit(high);
  for (int i = 0; i <= kTable; ++i) {
    const double p = 1.0 / (1.0 + std::exp(-(from + (to - from) * i / kTable)));
    out.table.emplace_back(place(p), p);
  }
  return out;
}

std::vector<Tick> fitting_ticks(const Axis& axis, double gap) {
  std::vector<Tick> taken;
  const double range = axis.high - axis.low, slack = 1e-9 * range;
  const auto free = [&](double at, bool labelled) {
    return std::none_of(taken.begin(), taken.end(), [&](const Tick& other) {
      const bool both = labelled && !other.label.empty();
      return std::abs(other.at - at) < (both ? 1.0 : 0.25) * gap * range;
    });
  };
  int first = 0, last = 0;
  for (const Tick& t : axis.ticks) first = std::min(first, t.level), last = std::max(last, t.level);
  for (int level = first; level <= last; ++level) {
    std::vector<const Tick*> candidates;
    for (const Tick& t : axis.ticks) {
      if (t.level == level && t.at >= axis.low - slack && t.at <= axis.high + slack) candidates.push_back(&t);
    }
    // On a logarithmic axis every decade is labelled alike or not at all.
    const bool alike = axis.scale == Axis::Scale::log && level > 0;
    bool labelled = true;
    if (alike) {
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        labelled = labelled && free(candidates[i]->at, true) &&
                   (i == 0 || candidates[i]->at - candidates[i - 1]->at >= gap * range);
      }
    }
    for (const Tick* const t : candidates) {
      if (!t->label.empty() && labelled && free(t->at, true)) {
        taken.push_back(*t);
      } else if (free(t->at, false)) {  // its line may stand where its label does not fit
        taken.push_back({t->at, "", t->level});
      }
    }
  }
  sort_by_place(taken);
  return taken;
}

}  // namespace relia::io
