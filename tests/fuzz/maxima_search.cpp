#include "tests/fuzz/maxima_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "solvers/witness/linear.hpp"

namespace relia::fuzz {

namespace {

using witness::Axis;
using witness::Family;
using witness::Jet;
using witness::Likelihood;
using witness::Matrix;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFar = 60;  ///< a coordinate beyond this is on its way to infinity

enum class Unit { none, time, log_time, per_time };

Unit unit_of(const witness::Shape& shape, const std::string& full) {
  const std::string name = full.substr(0, full.find_first_of("0123456789"));
  const Family f = shape.law.family;
  if (name == "scale" || name == "threshold" || name == "mean") return Unit::time;
  if (name == "shape" && f == Family::inverse_gaussian) return Unit::time;
  if (name == "mu") return witness::whole_line(f) ? Unit::time : Unit::log_time;
  if (name == "sigma") return witness::whole_line(f) ? Unit::time : Unit::none;
  if (name == "rate" || name == "growth") return Unit::per_time;
  return Unit::none;
}

/// The free coordinates of a target and derivatives in them.
class Coordinates {
 public:
  explicit Coordinates(const Target& t) : target_(t), axis_(witness::axes(t.shape)), likelihood_(t.shape, t.rows) {
    const auto names = witness::parameter_names(t.shape);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool threshold = names[i].rfind("threshold", 0) == 0;
      threshold_.push_back(threshold);
      kind_.push_back(names[i].rfind("mu", 0) == 0       ? Kind::location
                      : names[i].rfind("growth", 0) == 0 ? Kind::growth
                                                         : Kind::other);
      if (!t.held[i]) free_.push_back(i);
    }
  }
  std::size_t size() const { return free_.size(); }

  std::vector<double> parameters(const std::vector<double>& x) const {
    auto theta = target_.values;
    for (std::size_t a = 0; a < free_.size(); ++a) {
      const std::size_t i = free_[a];
      theta[i] = bounded(i) ? target_.limit - std::exp(x[a]) : witness::to_parameter(axis_[i], x[a]);
    }
    return theta;
  }
  std::vector<double> coordinates(const std::vector<double>& theta) const {
    std::vector<double> x;
    for (const std::size_t i : free_)
      x.push_back(bounded(i) ? std::log(target_.limit - theta[i]) : witness::to_free(axis_[i], theta[i]));
    return x;
  }
  /// Unit of each coordinate at a point.
  std::vector<double> units(const std::vector<double>& theta) const {
    std::vector<double> u;
    for (const std::size_t i : free_) {
      double unit = 1;
      if (axis_[i] == Axis::plain && !bounded(i)) {
        if (kind_[i] == Kind::location) unit = theta[i + 1];
        if (kind_[i] == Kind::growth) unit = 1 / target_.high;
        if (threshold_[i]) unit = target_.high;
      }
      u.push_back(unit);
    }
    return u;
  }
  bool evaluate(const std::vector<double>& x, Jet<double>& out) const {
    const auto theta = parameters(x);
    if (!likelihood_.evaluate(theta, full_)) return false;
    const std::size_t n = free_.size();
    out.reset(n);
    out.value = full_.value;
    std::vector<double> t1(n, 1.0);
    for (std::size_t a = 0; a < n; ++a) {
      const std::size_t i = free_[a];
      double t2 = 0;
      if (bounded(i)) {
        t1[a] = t2 = theta[i] - target_.limit;
      } else if (axis_[i] == Axis::log) {
        t1[a] = t2 = theta[i];
      } else if (axis_[i] == Axis::logit) {
        t1[a] = theta[i] * (1 - theta[i]);
        t2 = t1[a] * (1 - 2 * theta[i]);
      }
      out.gradient[a] = full_.gradient[i] * t1[a];
      out.h(a, a) = full_.gradient[i] * t2;
    }
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b) out.h(a, b) += full_.h(free_[a], free_[b]) * t1[a] * t1[b];
    return true;
  }

 private:
  bool bounded(std::size_t i) const { return threshold_[i] && target_.limit < kInfinity; }
  const Target& target_;
  std::vector<Axis> axis_;
  std::vector<bool> threshold_;
  enum class Kind { location, growth, other };
  std::vector<Kind> kind_;
  std::vector<std::size_t> free_;
  Likelihood<double> likelihood_;
  mutable Jet<double> full_;
};

/// Newton's step at a jet, in units; false unless the Hessian is negative definite.
bool newton(
    const Jet<double>& j, const std::vector<double>& u, double ridge, std::vector<double>& step, double& decrement) {
  const std::size_t n = j.size();
  Matrix<double> m(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k) m(i, k) = -j.h(i, k) * u[i] * u[k] + (i == k ? ridge : 0.0);
  if (!witness::cholesky(m)) return false;
  step.resize(n);
  for (std::size_t i = 0; i < n; ++i) step[i] = j.gradient[i] * u[i];
  witness::cholesky_solve(m, step);
  double d = 0;
  for (std::size_t i = 0; i < n; ++i) d += step[i] * j.gradient[i] * u[i];
  decrement = std::sqrt(std::abs(d));
  return true;
}

double least_eigenvalue(const Jet<double>& j, const std::vector<double>& u) {
  if (j.size() == 0) return kInfinity;
  Matrix<double> m(j.size());
  for (std::size_t i = 0; i < j.size(); ++i)
    for (std::size_t k = 0; k < j.size(); ++k) m(i, k) = -j.h(i, k) * u[i] * u[k];
  return witness::eigenvalues(m).front();
}

double largest(const std::vector<double>& v) {
  double top = 0;
  for (double x : v) top = std::max(top, std::abs(x));
  return top;
}

}  // namespace

Target make_target(const LifeTable& table,
                   const witness::Shape& shape,
                   const std::vector<std::pair<std::string, double>>& fixed) {
  Target t;
  t.shape = shape;
  std::vector<double> ages;
  for (std::size_t i = 0; i < table.rows(); ++i)
    for (const double x : {table.lower[i], table.upper[i]})
      if (x > 0 && x < kInfinity) ages.push_back(x);
  std::sort(ages.begin(), ages.end());
  if (!ages.empty()) t.unit = std::exp2(std::round(std::log2(ages[ages.size() / 2])));
  t.low = ages.empty() ? 1 : ages.front() / t.unit;
  t.high = ages.empty() ? 1 : ages.back() / t.unit;
  t.rows = witness::make_rows<double>(table, {}, {}, t.unit);
  t.limit = kInfinity;
  for (const auto& r : t.rows) {
    if (r.exact) t.exact += r.count;
    if (r.exact)
      t.limit = std::min(t.limit, r.lower);
    else if (!r.to_infinity)
      t.limit = std::min(t.limit, r.upper);
  }
  const auto names = witness::parameter_names(shape);
  t.held.assign(names.size(), false);
  t.values.assign(names.size(), 1.0);
  std::vector<double> raw(names.size(), 1.0);
  for (const auto& [name, value] : fixed)
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) {
        t.held[i] = true;
        raw[i] = value;
      }
  raw = to_unit(t, raw);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (t.held[i]) t.values[i] = raw[i];
  return t;
}

std::vector<double> to_unit(const Target& target, std::vector<double> theta) {
  const auto names = witness::parameter_names(target.shape);
  for (std::size_t i = 0; i < theta.size(); ++i) switch (unit_of(target.shape, names[i])) {
      case Unit::none: break;
      case Unit::time: theta[i] /= target.unit; break;
      case Unit::log_time: theta[i] -= std::log(target.unit); break;
      case Unit::per_time: theta[i] *= target.unit; break;
    }
  return theta;
}

std::vector<double> from_unit(const Target& target, std::vector<double> theta) {
  const auto names = witness::parameter_names(target.shape);
  for (std::size_t i = 0; i < theta.size(); ++i) switch (unit_of(target.shape, names[i])) {
      case Unit::none: break;
      case Unit::time: theta[i] *= target.unit; break;
      case Unit::log_time: theta[i] += std::log(target.unit); break;
      case Unit::per_time: theta[i] /= target.unit; break;
    }
  return theta;
}

double log_likelihood_in_table_unit(const Target& target, double value) {
  return value - target.exact * std::log(target.unit);
}

double threshold_distance(const Target& target, const std::vector<double>& theta) {
  if (!target.shape.law.threshold || target.shape.law_size() != 3) return kInfinity;
  const bool weibull = target.shape.law.family == Family::weibull;
  const double scale = weibull ? theta[1] : std::exp(theta[0]), threshold = theta[2];
  std::vector<double> above;
  for (const auto& r : target.rows)
    for (const double age : {r.lower, r.to_infinity ? kInfinity : r.upper, r.entered ? r.entry : kInfinity})
      if (age > threshold && age < kInfinity) above.push_back(age - threshold);
  std::sort(above.begin(), above.end());
  above.erase(std::unique(above.begin(), above.end()), above.end());
  if (above.empty()) return kInfinity;
  return above.front() / std::max(scale, above.size() > 1 ? above[1] : 0.0);
}

bool collapsed(const Target& target, const std::vector<double>& theta) {
  if (!target.shape.law.threshold || target.shape.law_size() != 3) return false;
  const bool weibull = target.shape.law.family == Family::weibull;
  const double log_median = weibull ? std::log(theta[1]) + std::log(std::log(2.0)) / theta[0] : theta[0];
  return log_median < std::log(1e-11 * target.high);
}

bool same_point(const Target& target, const std::vector<double>& a, const std::vector<double>& b) {
  const Coordinates c(target);
  const auto x = c.coordinates(a), y = c.coordinates(b), u = c.units(a);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(std::abs(x[i] - y[i]) < 1e-3 * u[i])) return false;
  return true;
}

Verdict judge(const Target& target, const std::vector<double>& theta) {
  Verdict v;
  const Coordinates c(target);
  const auto x = c.coordinates(theta);
  for (double y : x)
    if (!std::isfinite(y)) return v;
  Jet<double> j;
  if (!c.evaluate(x, j)) return v;
  v.possible = true;
  v.log_likelihood = j.value;
  const auto u = c.units(theta);
  std::vector<double> step;
  v.definite = newton(j, u, 0, step, v.decrement);
  v.step = v.definite ? largest(step) : kInfinity;
  v.least_information = least_eigenvalue(j, u);
  return v;
}

namespace {

/// Parameters of one component with its life about `place` on its axis (ln t, or t on the whole line), `spread` wide.
void place_law(Family f, double place, double spread, double* p) {
  switch (f) {
    case Family::exponential: p[0] = std::exp(place); break;
    case Family::weibull:
      p[0] = 1 / spread;
      p[1] = std::exp(place);
      break;
    case Family::gamma:
      p[0] = 1 / (spread * spread);
      p[1] = std::exp(place) / p[0];
      break;
    case Family::birnbaum_saunders:
      p[0] = spread;
      p[1] = std::exp(place);
      break;
    case Family::inverse_gaussian:
      p[0] = std::exp(place);
      p[1] = p[0] / (spread * spread);
      break;
    default:
      p[0] = place;
      p[1] = spread;
      break;
  }
}

/// A random point of the parameter space in the region where the data lie.
std::vector<double> random_start(const Target& t, std::mt19937_64& random) {
  const auto uniform = [&](double a, double b) { return std::uniform_real_distribution<double>(a, b)(random); };
  const auto names = witness::parameter_names(t.shape);
  const Family f = t.shape.law.family;
  const std::size_t k = t.shape.components, m = t.shape.law_size();
  std::vector<double> theta(names.size(), 1.0);
  std::vector<double> cuts;
  for (std::size_t c = 0; c < k; ++c) cuts.push_back(uniform(0.05, 1));
  double total = 0;
  for (double x : cuts) total += x;
  for (std::size_t c = 0; c + 1 < k; ++c) theta[c] = cuts[c] / total;
  for (std::size_t c = 0; c < k; ++c) {
    double* p = &theta[k - 1 + c * m];
    double threshold = 0;
    double low = t.low, high = t.high;
    if (t.shape.law.threshold) {
      const double range = std::max(t.high - t.low, 1e-9 * t.high);
      const double limit = std::isfinite(t.limit) ? t.limit : t.low;
      const double gap = range * std::exp(uniform(-6, 4));
      threshold = limit - gap;
      const std::size_t at = k - 1 + c * m + m - 1;
      if (t.held[at]) threshold = t.values[at];
      p[m - 1] = threshold;
      low = gap;
      high = t.high - threshold;
      if (!(low > 0)) low = 1e-6 * high;
    }
    const bool line = witness::whole_line(f);
    const double a = line ? t.low : std::log(low), b = line ? t.high : std::log(high);
    const double floor = line ? 1e-7 * t.high : 1e-7;
    const double spread = std::max(b - a, floor) * std::exp(uniform(-3, 1)) / (k > 1 ? 2 : 1);
    const double place = uniform(a - 0.2 * (b - a), b + (uniform(0, 1) < 0.3 ? 1.5 : 0.2) * (b - a));
    switch (f) {
      case Family::gompertz: {
        const double sign = uniform(0, 1) < 0.3 ? -1 : 1;
        p[1] = sign * std::exp(uniform(-2, 3)) / high;
        if (uniform(0, 1) < 0.3) p[1] = 1 / (std::exp(place) * spread);
        // a hazard whose integral to `place` is near 1
        const double g = p[1] * std::exp(place);
        p[0] = std::max(p[1] / std::expm1(std::min(g, 600.0)), 1e-300) * std::exp(uniform(-1, 1));
        break;
      }
      default:
        place_law(f, place, spread, p);
        if (f == Family::gengamma) p[2] = uniform(-2.5, 3);
        break;
    }
  }
  if (t.shape.limited_failure) theta.back() = uniform(0.03, 0.98);
  for (std::size_t i = 0; i < theta.size(); ++i)
    if (t.held[i]) theta[i] = t.values[i];
  return theta;
}

}  // namespace

double highest_far_out(const Target& target, std::vector<double>& at) {
  const Family f = target.shape.law.family;
  double highest = -kInfinity;
  if (target.shape.components > 1 || target.shape.limited_failure || target.shape.law_size() != 2 ||
      target.shape.law.threshold)
    return highest;
  const Likelihood<double> likelihood(target.shape, target.rows);
  const bool line = witness::whole_line(f);
  const double low = line ? target.low : std::log(target.low), high = line ? target.high : std::log(target.high);
  const double range = std::max(high - low, line ? 1e-7 * target.high : 1e-7);
  std::vector<double> theta(2);
  const auto look = [&] {
    for (std::size_t i = 0; i < 2; ++i)
      if (target.held[i]) theta[i] = target.values[i];
    Jet<double> jet;
    if (!likelihood.evaluate(theta, jet) || !std::isfinite(jet.value) || jet.value <= highest) return;
    highest = jet.value;
    at = theta;
  };
  if (f == Family::gompertz) {
    // A growth far below 0: what fails does so at once, and the rest never, whatever the rate then is. Seen from a late
    // entry the hazard must have been of any size before.
    for (double e = -3; e <= 12; e += 0.25)
      for (double log_all = -12; log_all <= 60; log_all += log_all < 12 ? 0.25 : 1) {
        theta[1] = -std::exp(e) / target.high;
        theta[0] = -theta[1] * std::exp(0.5 * log_all);
        look();
        theta[0] = -theta[1] * std::exp(log_all);
        look();
      }
    for (double e = 0; e <= 12; e += 0.25)
      for (double log_all = -6; log_all <= 6; log_all += 0.25) {
        theta[1] = -std::exp(e) / target.low;
        theta[0] = -theta[1] * std::exp(log_all);
        look();
      }
    return highest;
  }
  for (double e = -10; e <= 12; e += 0.2) {
    const double spread = range * std::exp(e);
    for (double z = 0.125; z < 1e5; z *= 1.4)
      for (const bool above : {false, true}) {
        place_law(f, above ? high + z * spread : low - z * spread, spread, theta.data());
        look();
      }
  }
  // The Birnbaum-Saunders law too: shape and scale endless, the scale as the square of the shape.
  if (f == Family::birnbaum_saunders)
    for (double log_shape = 0; log_shape <= 24; log_shape += 0.5)
      for (double place = low - 5; place <= 2 * log_shape + high + 5; place += 0.25) {
        theta = {std::exp(log_shape), std::exp(place)};
        look();
      }
  // The inverse Gaussian law has a limit of its own: the mean endless, the shape among the ages.
  if (f == Family::inverse_gaussian)
    for (double place = low - range - 10; place <= high + range + 10; place += 0.05) {
      theta = {1e9 * target.high, std::exp(place)};
      look();
    }
  return highest;
}

Search search(const Target& target,
              int starts,
              std::mt19937_64& random,
              const std::vector<std::vector<double>>& first) {
  Search result;
  result.highest = -kInfinity;
  const Coordinates c(target);
  const std::size_t n = c.size();
  struct Known {
    std::vector<double> x;
    double value;
    Jet<double> jet;
    std::vector<double> u;
  };
  std::vector<Known> known;
  const auto near = [&](const Known& k, const std::vector<double>& x, double value) {
    if (value > k.value + 1e-7 || value < k.value - 0.02) return false;
    double d = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) d -= (x[i] - k.x[i]) * k.jet.h(i, j) * (x[j] - k.x[j]);
    if (d > 0.05) return false;
    for (std::size_t i = 0; i < n; ++i)
      if (std::abs(x[i] - k.x[i]) > 0.5 * k.u[i]) return false;
    return true;
  };
  const bool simple = n <= 2 && target.shape.components == 1;
  const int total = starts + static_cast<int>(first.size());
  for (int run = 0; run < total; ++run) {
    // Enough when the first runs all met at one point, or none met anything.
    const int enough = static_cast<int>(first.size()) + (simple ? 6 : 12);
    if (run >= enough && known.size() == 1 && result.settled == result.runs) break;
    if (run >= 2 * enough - static_cast<int>(first.size()) && simple && known.empty()) break;
    ++result.runs;
    std::vector<double> x = c.coordinates(run < static_cast<int>(first.size()) ? first[static_cast<std::size_t>(run)]
                                                                               : random_start(target, random));
    bool finite = true;
    for (double y : x) finite = finite && std::isfinite(y);
    Jet<double> j, next;
    if (!finite || !c.evaluate(x, j)) continue;
    double ridge = 0;
    int idle = 0;
    for (int it = 0; it < 100; ++it) {
      if (j.value > result.highest) {
        result.highest = j.value;
        result.highest_at = c.parameters(x);
      }
      bool seen = false;
      for (const Known& k : known) seen = seen || near(k, x, j.value);
      if (seen) {
        ++result.settled;
        break;
      }
      const auto theta = c.parameters(x);
      const auto u = c.units(theta);
      std::vector<double> step;
      double decrement = 0;
      const bool definite = newton(j, u, 0, step, decrement);
      if (definite && largest(step) < 1e-7) {
        Maximum m{theta, j.value, least_eigenvalue(j, u), largest(step)};
        result.maxima.push_back(m);
        known.push_back({x, j.value, j, u});
        ++result.settled;
        break;
      }
      // Almost at the top by Newton's own reckoning and yet a long step away: the information along the step is
      // decrement^2 / step^2, and what lies at its end, if anything, is no regular maximum.
      if (definite && decrement < 1e-3 && decrement * decrement < 1e-3 * kRegular * largest(step) * largest(step))
        break;
      double scale = 0;
      for (std::size_t i = 0; i < n; ++i) scale = std::max(scale, std::abs(j.h(i, i)) * u[i] * u[i]);
      if (!(scale > 0)) break;
      double used = definite ? ridge : std::max(ridge, 1e-3 * scale);
      bool moved = false;
      for (int attempt = 0; attempt < 40; ++attempt) {
        if (newton(j, u, used, step, decrement)) {
          const double top = largest(step);
          const double shrink = top > 1.5 ? 1.5 / top : 1.0;
          auto trial = x;
          for (std::size_t i = 0; i < n; ++i) trial[i] += shrink * step[i] * u[i];
          if (c.evaluate(trial, next)) {
            const bool flat = decrement < 1e-6 && next.value > j.value - 1e-9 * (1 + std::abs(j.value));
            if (next.value > j.value || flat) {
              idle = flat && !(next.value > j.value) ? idle + 1 : 0;
              x = trial;
              std::swap(j, next);
              moved = true;
              ridge = used / 8;
              if (ridge < 1e-9 * scale) ridge = 0;
              break;
            }
          }
        }
        used = std::max(4 * used, 1e-4 * scale);
      }
      if (!moved || idle > 8) break;
      bool gone = false;
      for (std::size_t i = 0; i < n; ++i) gone = gone || std::abs(x[i]) > kFar * (1 + u[i]);
      if (gone) break;
    }
  }
  std::sort(result.maxima.begin(), result.maxima.end(),
            [](const Maximum& a, const Maximum& b) { return a.log_likelihood > b.log_likelihood; });
  return result;
}

}  // namespace relia::fuzz
