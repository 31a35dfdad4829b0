#include "solvers/quick_sample.hpp"

#include <algorithm>
#include <cmath>

namespace relia {
namespace {

/// Where inside an event that ended by u and began nobody knows when its unit is taken to have failed, in u.
constexpr double kInsideLog = 0.7, kInsideLine = 0.5;

}  // namespace

void QuickSample::choose_axis(const LifeTable& table, bool log) {
  axis_ = {.log = log, .shift = 0.0, .scale = 1.0};
  double sum = 0.0, weight = 0.0, low = kInfinity, high = 0.0;
  const auto for_each_age = [&](auto&& f) {
    for (std::size_t i = 0; i < table.rows(); ++i) {
      if (table.count_at(i) == 0.0) continue;
      if (table.lower[i] > 0.0) f(table.lower[i]);
      if (table.upper[i] > table.lower[i] && std::isfinite(table.upper[i])) f(table.upper[i]);
    }
  };
  if (log) {
    for_each_age([&](double t) {
      sum += std::ilogb(t);
      weight += 1.0;
    });
    if (weight > 0.0) axis_.scale = std::exp2(std::round(sum / weight));
    return;
  }
  // As for every life on the whole line: subtracting a shift is exact only for ages within a factor two of it.
  for_each_age([&](double t) {
    low = std::fmin(low, t);
    high = std::fmax(high, t);
    weight += 1.0;
  });
  if (!(weight > 0.0)) return;
  for_each_age([&](double t) { sum += t - low; });
  const double mean = low + sum / weight;
  if (high <= 2.0 * low) axis_.shift = mean;
  double square = 0.0;
  for_each_age([&](double t) { square += (t - mean) * (t - mean); });
  const double deviation = std::sqrt(square / weight), size = deviation > 0.0 ? deviation : mean;
  axis_.scale = std::exp2(std::round(std::log2(size)));
}

bool QuickSample::assign(const LifeTable& table, bool log) {
  exact_.clear();
  right_.clear();
  left_.clear();
  interval_.clear();
  upper_.clear();
  width_.clear();
  steps_.clear();
  steps_made_ = suspended_ = false;
  n_ = log_jacobian_ = reach_ = 0.0;
  rows_.size = 0;
  if (table.rows() > kMostRows) return false;
  choose_axis(table, log);
  if (!std::isnormal(axis_.scale)) return false;
  bool weighted = false;
  double exact_u = 0.0, exact = 0.0;
  const auto place = [&](double t) {
    const double u = log ? std::log(t / axis_.scale) : (t - axis_.shift) / axis_.scale;
    reach_ = std::fmax(reach_, std::fabs(u));
    return u;
  };
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double count = table.count_at(i), lower = table.lower[i], upper = table.upper[i];
    if (count == 0.0) continue;
    if (table.entry_at(i) > 0.0 || !std::isinf(table.exit_at(i))) return false;
    n_ += count;
    weighted = weighted || count != 1.0;
    if (lower == upper) {
      const double u = place(lower);
      exact_.u.push_back(u);
      exact_.count.push_back(count);
      exact += count;
      exact_u += count * u;
    } else if (std::isinf(upper)) {
      suspended_ = true;
      if (!(lower > 0.0)) continue;  // a unit that was never tested says nothing
      right_.u.push_back(place(lower));
      right_.count.push_back(count);
    } else if (lower == 0.0) {
      left_.u.push_back(place(upper));
      left_.count.push_back(count);
    } else {
      interval_.u.push_back(place(lower));
      upper_.push_back(place(upper));
      width_.push_back(axis_.width(lower, upper));
      interval_.count.push_back(count);
    }
  }
  if (!std::isfinite(reach_)) return false;
  // log(du/dt) is -ln t = -u - ln scale, or -ln scale on the line.
  log_jacobian_ = -(log ? exact_u : 0.0) - exact * std::log(axis_.scale);
  const auto add = [&](Kind kind, const Units& units) {
    Rows rows;
    rows.kind = kind;
    rows.a = units.u;
    if (weighted) rows.count = units.count;
    if (kind == Kind::interval) {
      rows.b = upper_;
      rows.width = width_;
    }
    rows_.add(rows);
  };
  add(Kind::exact, exact_);
  add(Kind::right, right_);
  add(Kind::left, left_);
  add(Kind::interval, interval_);
  is_pooled_ = left_.empty() && interval_.empty();
  if (is_pooled_) {
    all_.clear();
    for (const Units* units : {&exact_, &right_}) {
      all_.u.insert(all_.u.end(), units->u.begin(), units->u.end());
      if (weighted) all_.count.insert(all_.count.end(), units->count.begin(), units->count.end());
    }
    pooled_ = {.u = all_.u, .count = all_.count, .exact = exact, .exact_u = exact_u};
  }
  return true;
}

bool QuickSample::identifiable(bool two_parameters) const noexcept {
  if (!exact_.empty() || !two_parameters) return true;
  double age = kNaN;
  for (std::size_t s = 0; s < rows_.size; ++s) {
    for (const std::span<const double> column : {rows_.list[s].a, rows_.list[s].b}) {
      for (const double u : column) {
        if (std::isnan(age)) age = u;
        if (u != age) return true;
      }
    }
  }
  return false;
}

QuickSample::Moments QuickSample::moments() const noexcept {
  Moments m;
  double failed_square = 0.0, all_square = 0.0;
  const auto visit = [&](auto&& f) {
    for (std::size_t s = 0; s < rows_.size; ++s) {
      const Rows& rows = rows_.list[s];
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const double u = rows.kind == Kind::left       ? rows.a[i] - (axis_.log ? kInsideLog : kInsideLine)
                         : rows.kind == Kind::interval ? 0.5 * (rows.a[i] + rows.b[i])
                                                       : rows.a[i];
        f(u, rows.count_at(i), rows.kind != Kind::right);
      }
    }
  };
  visit([&](double u, double count, bool failed) {
    m.all += count;
    m.all_mean += count * u;
    if (!failed) return;
    m.failed += count;
    m.failed_mean += count * u;
  });
  if (m.all > 0.0) m.all_mean /= m.all;
  if (m.failed > 0.0) m.failed_mean /= m.failed;
  visit([&](double u, double count, bool failed) {
    all_square += count * (u - m.all_mean) * (u - m.all_mean);
    if (failed) failed_square += count * (u - m.failed_mean) * (u - m.failed_mean);
  });
  if (m.all > 0.0) m.all_deviation = std::sqrt(all_square / m.all);
  if (m.failed > 0.0) m.failed_deviation = std::sqrt(failed_square / m.failed);
  return m;
}

std::span<const QuickSample::Step> QuickSample::steps() {
  if (!steps_made_) make_steps();
  return steps_;
}

// The product telescopes between two suspensions, as in kaplan_meier(), so complete data give (n-k)/n to the last bit.
void QuickSample::make_steps() {
  steps_made_ = true;
  if (exact_.empty() || !left_.empty() || !interval_.empty()) return;
  const auto sorted = [](const Units& units, std::vector<std::pair<double, double>>& out) {
    out.clear();
    for (std::size_t i = 0; i < units.u.size(); ++i) out.emplace_back(units.u[i], units.count[i]);
    std::sort(out.begin(), out.end());
  };
  sorted(exact_, failed_);
  sorted(right_, survived_);
  double at_risk = 0.0;
  for (const auto& [u, count] : failed_) at_risk += count;
  for (const auto& [u, count] : survived_) at_risk += count;
  double s = 1.0, f = 0.0, s_block = 1.0, f_block = 0.0, at_risk_block = 0.0, failed_in_block = 0.0, left = -1.0;
  std::size_t gone = 0;
  for (std::size_t i = 0; i < failed_.size();) {
    const double u = failed_[i].first;
    for (; gone < survived_.size() && survived_[gone].first < u; ++gone) at_risk -= survived_[gone].second;
    double d = 0.0;
    for (; i < failed_.size() && failed_[i].first == u; ++i) d += failed_[i].second;
    if (at_risk != left) {
      s_block = s;
      f_block = f;
      at_risk_block = at_risk;
      failed_in_block = 0.0;
    }
    failed_in_block += d;
    left = at_risk - d;
    s = s_block * left / at_risk_block;
    f = f_block + s_block * failed_in_block / at_risk_block;
    steps_.push_back({u, left > 0.0 ? f : 1.0, s});
    at_risk = left;
  }
  last_ = failed_.back().first;
  if (!survived_.empty()) last_ = std::fmax(last_, survived_.back().first);
}

}  // namespace relia
