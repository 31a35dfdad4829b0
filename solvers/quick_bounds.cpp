#include "solvers/quick_bounds.hpp"

#include <cmath>
#include <utility>

#include "core/kernels/row_sums.hpp"

namespace relia {
namespace {

/// A step so short, in standard errors, that after it only its square is left.
constexpr double kLastStep = 3e-8;

/// Solves m x = b by elimination with row exchanges, rows scaled to unit size before; false where m is singular.
bool solve_three(std::array<std::array<double, 4>, 3>& m, std::array<double, 3>& x) noexcept {
  for (auto& row : m) {
    const double size = std::fmax(std::fmax(std::fabs(row[0]), std::fabs(row[1])), std::fabs(row[2]));
    if (!(size > 0.0) || !std::isfinite(size)) return false;
    for (double& v : row) v /= size;
  }
  for (std::size_t k = 0; k < 3; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < 3; ++i) {
      if (std::fabs(m[i][k]) > std::fabs(m[pivot][k])) pivot = i;
    }
    if (!(std::fabs(m[pivot][k]) > 1e-13)) return false;
    std::swap(m[k], m[pivot]);
    for (std::size_t i = k + 1; i < 3; ++i) {
      const double f = m[i][k] / m[k][k];
      for (std::size_t j = k; j < 4; ++j) m[i][j] -= f * m[k][j];
    }
  }
  for (std::size_t k = 3; k-- > 0;) {
    x[k] = m[k][3];
    for (std::size_t j = k + 1; j < 3; ++j) x[k] -= m[k][j] * x[j];
    x[k] /= m[k][k];
    if (!std::isfinite(x[k])) return false;
  }
  return true;
}

bool finite(const QuickJet& j) noexcept {
  return std::isfinite(j.f) && std::isfinite(j.g0) && std::isfinite(j.g1) && std::isfinite(j.h00) &&
         std::isfinite(j.h01) && std::isfinite(j.h11);
}

}  // namespace

void QuickBounds::begin(const Distribution& distribution,
                        const RefitRows& rows,
                        const PooledRows* pooled,
                        const QuickMaximum& maximum,
                        double z) {
  distribution_ = &distribution;
  rows_ = &rows;
  pooled_ = pooled;
  reached_.clear();
  maximum_ = maximum;
  z_ = z;
  two_ = distribution.size() == 2;
  ends_ = {kNaN, kNaN};
}

bool QuickBounds::evaluate(double mu, double log_sigma, QuickJet& out) {
  if (pooled_ != nullptr) {
    const PooledRows& p = *pooled_;
    const double inverse = two_ ? std::exp(-log_sigma) : 1.0;
    const RowSums s = row_sums(StandardLaw::smallest_extreme, RowKind::right, p.u, p.count, mu, inverse);
    const double z = (p.exact_u - p.exact * mu) * inverse, d1 = s.d1 + p.exact, z_d1 = s.z_d1 + z;
    out = {.f = s.f + z, .g0 = -d1 * inverse, .g1 = 0.0, .h00 = s.d2 * inverse * inverse, .h01 = 0.0, .h11 = 0.0};
    if (two_) {
      out.f -= p.exact * log_sigma;
      out.g1 = -z_d1 - p.exact;
      out.h01 = (s.z_d2 + d1) * inverse;
      out.h11 = s.zz_d2 + z_d1;
    }
    return finite(out);
  }
  const std::array<double, 2> theta = {mu, log_sigma};
  const auto size = static_cast<std::size_t>(distribution_->size());
  sum_.reset(static_cast<int>(size));
  for (std::size_t i = 0; i < rows_->size; ++i) {
    distribution_->accumulate(rows_->list[i], {theta.data(), size}, sum_);
  }
  out = {.f = sum_.f, .g0 = sum_.d(0), .g1 = 0.0, .h00 = sum_.dd(0, 0), .h01 = 0.0, .h11 = 0.0};
  if (size == 2) {
    out.g1 = sum_.d(1);
    out.h01 = sum_.dd(0, 1);
    out.h11 = sum_.dd(1, 1);
  }
  return finite(out);
}

bool QuickBounds::solve(const QuickQuantity& quantity, double side, double r, Point& p) {
  // In units of the standard errors of mu and log sigma.
  const double d0 = std::sqrt(maximum_.c00), d1 = std::sqrt(maximum_.c11), level = maximum_.at.f - 0.5 * r * r;
  double last = kInfinity;
  QuickJet l, g;
  for (int i = 0; i < 25; ++i) {
    if (!evaluate(p.mu, p.log_sigma, l) || !quantity.at(p.mu, p.log_sigma, g)) return false;
    const double l0 = l.g0 * d0, l1 = l.g1 * d1, a0 = g.g0 * d0, a1 = g.g1 * d1;
    const double l00 = l.h00 * d0 * d0, l01 = l.h01 * d0 * d1, l11 = l.h11 * d1 * d1;
    const double w00 = l00 - p.nu * g.h00 * d0 * d0, w01 = l01 - p.nu * g.h01 * d0 * d1,
                 w11 = l11 - p.nu * g.h11 * d1 * d1;
    // The multiplier in units that make the quantity's gradient of order one.
    const double unit = std::fmax(std::fabs(a0), std::fabs(a1));
    std::array<std::array<double, 4>, 3> m = {{{w00, w01, -a0 / unit, -(l0 - p.nu * a0)},
                                               {w01, w11, -a1 / unit, -(l1 - p.nu * a1)},
                                               {l0, l1, 0.0, level - l.f}}};
    std::array<double, 3> s{};
    if (!solve_three(m, s)) return false;
    const double size = std::sqrt(std::fabs(s[0] * s[0] * l00 + 2.0 * s[0] * s[1] * l01 + s[1] * s[1] * l11)) + 1e-300;
    if (i > 0 && size > 2.0 * last && size > 1e-6) return false;
    if (i == 0 && size > 1.5 + 0.5 * r) return false;
    p.mu += d0 * s[0];
    p.log_sigma += d1 * s[1];
    p.nu += s[2] / unit;
    if (size < kLastStep || (i > 2 && size >= 0.5 * last && size < 1e-7)) {
      // log L falls outward, and is highest there among all points of that quantity.
      if (!(p.nu * side < 0.0)) return false;
      if (!(a1 * a1 * w00 - 2.0 * a0 * a1 * w01 + a0 * a0 * w11 < 0.0)) return false;
      if (!quantity.at(p.mu, p.log_sigma, g)) return false;
      p.q = g.f;
      return std::isfinite(p.q);
    }
    last = size;
  }
  return false;
}

// log L of one location is concave, so from beyond its end Newton's method comes down to it.
bool QuickBounds::end_of_mu(double side, double& mu) {
  double& known = ends_[side > 0.0 ? 1 : 0];
  if (std::isnan(known)) {
    const double se = std::sqrt(maximum_.c00), level = maximum_.at.f - 0.5 * z_ * z_;
    double x = maximum_.mu + side * z_ * se;
    QuickJet l;
    bool found = false;
    for (int i = 0; i < 50 && !found; ++i) {
      if (!evaluate(x, 0.0, l) || !(l.g0 * side < 0.0)) return false;
      const double step = (level - l.f) / l.g0;
      x += step;
      if (!((x - maximum_.mu) * side > 0.0)) return false;
      found = std::fabs(step) < kLastStep * se;
    }
    if (!found) return false;
    known = x;
  }
  mu = known;
  return true;
}

// The quadratic approximation's end, moved as the bound nearest in direction lay beside its own.
void QuickBounds::guess(double g0, double g1, double u0, double u1, double se, double side, double r, Point& p) const {
  p.mu += side * r * u0 / se;
  p.log_sigma += side * r * u1 / se;
  p.nu -= side * r / se;
  constexpr double kAlike = 0.8;
  const Reached* nearest = nullptr;
  double most = kAlike, turn = 1.0;
  for (const Reached& other : reached_) {
    // The cosine of the two directions in the metric of the information.
    const double cosine = side * (g0 * other.u0 + g1 * other.u1) / se, alike = cosine > 0.0 ? cosine : -0.95 * cosine;
    if (alike > most) {
      most = alike;
      nearest = &other;
      turn = cosine * side * other.side > 0.0 ? 1.0 : -1.0;  // -1: one quantity rises where the other falls
    }
  }
  if (nearest == nullptr) return;
  p.mu += nearest->beside_mu;
  p.log_sigma += nearest->beside_log_sigma;
  p.nu += turn * nearest->beside_nu / se;
}

bool QuickBounds::bound(const QuickQuantity& quantity, const QuickJet& at_maximum, double side, double& q) {
  const QuickJet& c = at_maximum;
  if (!two_) {
    double mu = 0.0;
    QuickJet end;
    if (!(c.g0 != 0.0) || !end_of_mu(c.g0 > 0.0 ? side : -side, mu) || !quantity.at(mu, 0.0, end)) return false;
    q = end.f;
    return std::isfinite(q);
  }
  const double u0 = maximum_.c00 * c.g0 + maximum_.c01 * c.g1, u1 = maximum_.c01 * c.g0 + maximum_.c11 * c.g1;
  const double variance = c.g0 * u0 + c.g1 * u1;
  if (!(variance > 0.0) || !std::isfinite(variance)) return false;
  const double se = std::sqrt(variance);
  Point here{maximum_.mu, maximum_.log_sigma, 0.0, c.f}, before = here;
  double r = 0.0, r_before = 0.0, step = z_;
  bool first = true;
  while (r < z_) {
    const double next = std::fmin(z_, r + step);
    Point p = here;
    if (first) {
      guess(c.g0, c.g1, u0, u1, se, side, next, p);
    } else {
      const double f = (next - r) / (r - r_before);
      p.mu += f * (here.mu - before.mu);
      p.log_sigma += f * (here.log_sigma - before.log_sigma);
      p.nu += f * (here.nu - before.nu);
    }
    if (solve(quantity, side, next, p) && (p.q - here.q) * side > 0.0) {
      before = here;
      r_before = r;
      here = p;
      r = next;
      first = false;
      step = std::fmin(2.0 * step, z_ - r + 1e-300);
      continue;
    }
    step *= 0.5;
    if (step < 1e-2 * z_) return false;
    reached_.clear();  // their help was none
  }
  q = here.q;
  const double along = side * z_ / se;
  reached_.push_back({side, side * u0 / se, side * u1 / se, here.mu - maximum_.mu - along * u0,
                      here.log_sigma - maximum_.log_sigma - along * u1, (here.nu + along) * se});
  return true;
}

}  // namespace relia
