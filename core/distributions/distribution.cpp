#include "core/distributions/distribution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/distributions/interpolated_rows.hpp"
#include "core/kernels/exp_lane.hpp"
#include "core/kernels/log_lane.hpp"

namespace relia {
namespace {

/// @return whether all quotients were normal numbers; the others are left to the caller
RELIA_CLONES bool logs_of_quotients(const double* t, std::size_t n, double scale, double* u) noexcept {
  constexpr double kLeast = std::numeric_limits<double>::min(), kMost = std::numeric_limits<double>::max();
  std::uint64_t normal = 1;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = t[i] / scale;
    normal &= static_cast<std::uint64_t>(x >= kLeast) & static_cast<std::uint64_t>(x <= kMost);
    u[i] = log_quotient_lane(t[i], scale);
  }
  return normal != 0;
}

}  // namespace

void Axis::to_u(std::span<const double> t, std::span<double> u) const noexcept {
  if (!log) {
    for (std::size_t i = 0; i < t.size(); ++i) u[i] = to_u(t[i]);
    return;
  }
  std::array<double, 512> ages;  // t may be u
  for (std::size_t from = 0; from < t.size(); from += ages.size()) {
    const std::size_t n = std::min(ages.size(), t.size() - from);
    std::copy_n(t.begin() + static_cast<std::ptrdiff_t>(from), n, ages.begin());
    if (logs_of_quotients(ages.data(), n, scale, u.data() + from)) continue;
    for (std::size_t i = 0; i < n; ++i) u[from + i] = to_u(ages[i]);
  }
}

double Axis::to_u(double t) const noexcept {
  if (!log) return (t - shift) / scale;
  const double d = (t - scale) / scale;  // t - scale is exact within a factor two
  return std::fabs(d) < 0.5 ? std::log1p(d) : std::log(t / scale);
}

double Axis::to_time(double u) const noexcept {
  if (!log) return shift + scale * u;
  return std::fabs(u) < 0.5 ? scale + scale * std::expm1(u) : scale * std::exp(u);
}

double Axis::width(double a, double b) const noexcept {
  if (!log) return (b - a) / scale;
  return b - a < a ? std::log1p((b - a) / a) : std::log(b / a);
}

double Axis::log_slope(double t) const noexcept {
  return log ? -std::log(t) : -std::log(scale);
}

double to_scale(BoundScale scale, double x) noexcept {
  switch (scale) {
    case BoundScale::identity: return x;
    case BoundScale::log: return std::log(x);
    case BoundScale::logit: return std::log(x) - std::log1p(-x);
  }
  return x;
}

double from_scale(BoundScale scale, double eta) noexcept {
  switch (scale) {
    case BoundScale::identity: return eta;
    case BoundScale::log: return std::exp(eta);
    case BoundScale::logit: return eta < 0.0 ? std::exp(eta) / (1.0 + std::exp(eta)) : 1.0 / (1.0 + std::exp(-eta));
  }
  return eta;
}

double scale_slope(BoundScale scale, double eta) noexcept {
  switch (scale) {
    case BoundScale::identity: return 1.0;
    case BoundScale::log: return std::exp(eta);
    case BoundScale::logit: {
      const double e = std::exp(-std::fabs(eta));
      return e / ((1.0 + e) * (1.0 + e));
    }
  }
  return 1.0;
}

PlotSummary PlotSummary::of(std::vector<std::pair<double, double>> curve) {
  PlotSummary s;
  s.curve = std::move(curve);
  if (s.curve.empty()) return s;
  const double top = s.curve.back().second;
  const auto at = [&](double fraction, double& u, double& p) {
    const double target = fraction * top;
    for (const auto& [x, f] : s.curve) {
      if (f >= target) {
        u = x;
        p = f;
        return;
      }
    }
  };
  at(0.2, s.low, s.p_low);
  at(0.5, s.middle, s.p_middle);
  at(0.8, s.high, s.p_high);
  const auto inside = [](double p) { return std::fmin(std::fmax(p, 1e-12), 0.999999); };
  s.p_low = inside(s.p_low);
  s.p_middle = inside(s.p_middle);
  s.p_high = inside(s.p_high);
  s.spread = s.high - s.low;
  // Levels that agree to rounding are one age: the whole curve then says how far lives spread.
  const auto apart = [](double a, double b) { return b - a > 1e-14 * (std::fabs(a) + std::fabs(b)); };
  if (!apart(s.low, s.high)) {
    s.spread = s.curve.back().first - s.curve.front().first;
    s.p_low = 0.2;
    s.p_high = 0.8;
  }
  if (!apart(s.curve.front().first, s.curve.back().first) && !apart(s.low, s.high)) s.spread = 0.5;
  s.first = s.curve.front().first;
  s.failed_fraction = inside(top);
  return s;
}

namespace {

// Gauss-Legendre, 10 points (Abramowitz & Stegun, table 25.4).
constexpr std::array<double, 5> kNodes = {0.14887433898163122, 0.43339539412924719, 0.67940956829902441,
                                          0.86506336668898451, 0.97390652851717172};
constexpr std::array<double, 5> kWeights = {0.29552422471475287, 0.26926671930999636, 0.21908636251598204,
                                            0.14945134915058059, 0.06667134430868814};

/// What the values at -x_k and x_k count for in the polynomial through all nodes at its end -1: the Lagrange basis
/// P(1)/((1 - x) P'(x)) with |P'(x)| = sqrt(2/((1 - x^2) w)), signs taking turns from the outermost node inwards.
const std::array<std::pair<double, double>, 5>& ends() {
  static const std::array<std::pair<double, double>, 5> all = [] {
    std::array<std::pair<double, double>, 5> out;
    for (std::size_t k = 0; k < 5; ++k) {
      const double x = kNodes[k], part = (k % 2 == 0 ? 1.0 : -1.0) * std::sqrt(0.5 * (1.0 - x * x) * kWeights[k]);
      out[k] = {part / (1.0 - x), -part / (1.0 + x)};
    }
    return out;
  }();
  return all;
}

}  // namespace

// A narrow interval is the integral of a density that hardly changes: Gauss-Legendre on log f keeps every digit
// where the difference of two distribution functions would lose them, and its derivatives do not cancel either.
bool BoundLaw::log_narrow(double lo, double up, double width, Term& out) const {
  Term left, right, part;
  log_pdf(lo, left);
  log_pdf(up, right);
  if (!(std::fabs(left.f - right.f) < 0.25)) return false;
  log_pdf(lo + 0.5 * width, out);
  const double middle = out.f, bend = middle - 0.5 * (left.f + right.f);
  log_pdf(lo + 0.25 * width, out);
  log_pdf(lo + 0.75 * width, part);
  if (!(std::fabs(bend) < 0.03) || !(std::fabs(middle - 0.5 * (out.f + part.f)) < 0.03)) return false;
  std::array<Term, 10> nodes;
  double at_left = 0.0, at_right = 0.0;
  const auto& end = ends();
  for (std::size_t k = 0; k < 5; ++k) {
    Term &below = nodes[2 * k], &above = nodes[2 * k + 1];
    log_pdf(lo + 0.5 * width * (1.0 - kNodes[k]), below);
    log_pdf(lo + 0.5 * width * (1.0 + kNodes[k]), above);
    at_left += end[k].first * (below.f - middle) + end[k].second * (above.f - middle);
    at_right += end[k].second * (below.f - middle) + end[k].first * (above.f - middle);
    below.f += std::log(0.5 * kWeights[k]);
    above.f += std::log(0.5 * kWeights[k]);
  }
  // A density may hardly change and yet fall within a small part of the interval (beside a threshold, or where a law
  // ends all but abruptly). Then the polynomial through the nodes misses its ends.
  // What it misses them by is of the order of the root of the quadrature's error; 1e-13 is the rounding of log f.
  const double miss = 1e-9 + 1e-13 * std::fabs(middle);
  if (!(std::fabs(at_left - (left.f - middle)) < miss) || !(std::fabs(at_right - (right.f - middle)) < miss))
    return false;
  log_sum_exp(nodes.data(), 10, out);
  out.f += std::log(width);
  return true;
}

// Where that is not so the difference is taken in the smaller tail.
void BoundLaw::log_interval(double lo, double up, double width, Term& out) const {
  if (lo == -kInfinity && up == kInfinity) {
    log_sf(0.0, out);
    out.reset(out.n);
    return;
  }
  if (lo == -kInfinity) return log_cdf(up, out);
  if (up == kInfinity) return log_sf(lo, out);
  if (log_narrow(lo, up, width, out)) return;
  Term other;
  log_sf(lo, out);
  log_cdf(up, other);
  if (out.f <= other.f) {
    log_sf(up, other);
    log_difference(out, other);
  } else {
    out = other;
    log_cdf(lo, other);
    log_difference(out, other);
  }
}

namespace {

/// Beyond this log-probability of a window its parts are taken relative to its near end.
constexpr double kDeep = -20.0;

/// log of P(lo < U <= up)/tail(end), the tail being log S above `end` (upper) or log F below it. `near` and `far` are
/// the event's ends counted from `end`; +-inf far: the whole tail beyond near.
template <class Tail>
void relative_event(const Tail& tail, double end, double near, double far, Term& out) {
  Term base, other;
  tail(end, base);
  const auto relative = [&](double u, Term& t) {
    if (u == end) {
      t.reset(base.n);
      return;
    }
    tail(u, t);
    t.add(-1.0, base);
  };
  relative(near, out);
  if (std::isinf(far)) return;
  relative(far, other);
  // Nothing of the tail is left at the far end; its derivatives may have overflowed on the way.
  if (!(other.f > out.f - 745.0)) return;
  if (near == end) {
    out = other;
    log_complement(out);
  } else {
    log_difference(out, other);
  }
}

}  // namespace

void BoundLaw::log_conditional(
    double lo, double up, double width, double entry, double exit, double window_width, Term& out) const {
  const bool exact = width == 0.0 && lo == up;
  const auto sf = [this](double u, Term& t) { log_sf(u, t); };
  const auto cdf = [this](double u, Term& t) { log_cdf(u, t); };
  Term window;
  // A window so narrow that the law hardly changes in it: what its ends have in common must not cancel, whichever tail
  // it lies in.
  if (std::isfinite(window_width) && log_narrow(entry, exit, window_width, window)) {
    if (exact) {
      log_pdf(lo, out);
      out.add(-1.0, window);
      return;
    }
    if (log_narrow(lo, up, width, out)) {
      out.add(-1.0, window);
      return;
    }
  }
  if (entry != -kInfinity) {
    log_sf(entry, window);
    if (window.f < kDeep) {
      if (exact) {
        log_pdf(lo, out);
        out.add(-1.0, window);
      } else {
        relative_event(sf, entry, lo, up, out);
      }
      if (exit != kInfinity) {
        relative_event(sf, entry, entry, exit, window);
        out.add(-1.0, window);
      }
      return;
    }
  }
  if (exit != kInfinity) {
    log_cdf(exit, window);
    if (window.f < kDeep) {
      if (exact) {
        log_pdf(lo, out);
        out.add(-1.0, window);
      } else {
        relative_event(cdf, exit, up, lo, out);
      }
      if (entry != -kInfinity) {
        relative_event(cdf, exit, exit, entry, window);
        out.add(-1.0, window);
      }
      return;
    }
  }
  if (exact) {
    log_pdf(lo, out);
  } else {
    log_interval(lo, up, width, out);
  }
  log_interval(entry, exit, window_width, window);
  out.add(-1.0, window);
}

void Distribution::accumulate(const Rows& rows, std::span<const double> theta, Term& sum) const {
  const std::unique_ptr<BoundLaw> law = bind(theta);
  if (rows.size() >= kInterpolatedRows && rows.kind != Kind::interval && rows.kind != Kind::conditional) {
    if (const double length = smooth_length(theta); length > 0.0) return add_interpolated(*law, rows, length, sum);
  }
  Term t;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    switch (rows.kind) {
      case Kind::exact: law->log_pdf(rows.a[i], t); break;
      case Kind::right: law->log_sf(rows.a[i], t); break;
      case Kind::left: law->log_cdf(rows.a[i], t); break;
      case Kind::interval: law->log_interval(rows.a[i], rows.b[i], rows.width[i], t); break;
      case Kind::conditional:
        law->log_conditional(rows.a[i], rows.b[i], rows.width[i], rows.c[i], rows.d[i], rows.window[i], t);
        break;
    }
    sum.add(rows.sign * rows.count_at(i), t);
  }
}

// Bracket outward from 0, then bisection-safeguarded Newton on the log of the smaller tail.
double Distribution::quantile(std::span<const double> theta, double log_sf, double log_cdf) const {
  const std::unique_ptr<BoundLaw> law = bind(theta);
  if (log_cdf >= log_total(theta)) return kInfinity;
  const bool lower = log_cdf < log_sf;
  Term tail, density;
  // g increases with u and vanishes at the quantile.
  const auto g = [&](double u) {
    if (lower) {
      law->log_cdf(u, tail);
      return tail.f - log_cdf;
    }
    law->log_sf(u, tail);
    return log_sf - tail.f;
  };
  double lo = -1.0, up = 1.0;
  for (double step = 1.0; !(g(lo) < 0.0); step *= 2.0, lo -= step) {
    if (step > 1e9) return -kInfinity;
  }
  for (double step = 1.0; !(g(up) > 0.0); step *= 2.0, up += step) {
    if (step > 1e9) return kInfinity;
  }
  double u = 0.5 * (lo + up);
  for (int i = 0; i < 200; ++i) {
    const double e = g(u);
    if (e == 0.0) return u;
    (e < 0.0 ? lo : up) = u;
    law->log_pdf(u, density);
    const double slope = std::exp(density.f - tail.f);
    double next = u - e / slope;
    if (!(next > lo && next < up)) next = 0.5 * (lo + up);
    if (std::fabs(next - u) <= 1e-16 * std::fabs(u) || next == u) return next;
    if (std::fabs(next - u) < 1e-9 * (1.0 + std::fabs(u)) && i > 3) {
      // One more Newton step from here is exact to rounding.
      const double last = g(next);
      law->log_pdf(next, density);
      return next - last / std::exp(density.f - tail.f);
    }
    u = next;
  }
  return u;
}

}  // namespace relia
