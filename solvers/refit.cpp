#include "solvers/refit.hpp"

#include <cmath>

namespace relia {
namespace {

constexpr int kMostPasses = 200;
/// Half the decrement at which one more full step is the last.
constexpr double kLastStep = 1e-14;

/// log L with derivatives in the chart (a, b).
struct ChartPoint {
  double f = -kInfinity, ga = 0.0, gb = 0.0, haa = 0.0, hab = 0.0, hbb = 0.0;
  double i00 = 0.0, i01 = 0.0, i11 = 0.0;  ///< minus the Hessian in (mu, log sigma)
};

class Chart {
 public:
  Chart(const Distribution& distribution, const RefitRows& rows, double centre)
      : distribution_(distribution), rows_(rows), centre_(centre), size_(distribution.size()) {}

  [[nodiscard]] double mu(double a, double b) const noexcept { return centre_ + a / b; }

  void evaluate(double a, double b, ChartPoint& out) {
    const std::array<double, 2> theta = {mu(a, b), -std::log(b)};
    sum_.reset(size_);
    for (std::size_t i = 0; i < rows_.size; ++i) {
      distribution_.accumulate(rows_.list[i], {theta.data(), static_cast<std::size_t>(size_)}, sum_);
    }
    out.f = sum_.f;
    out.i00 = -sum_.dd(0, 0);
    if (size_ == 1) {
      out.ga = sum_.d(0);
      out.haa = sum_.dd(0, 0);
      return;
    }
    // mu = centre + a/b, log sigma = -ln b; see ConcaveChart of the general fit.
    const double g0 = sum_.d(0), g1 = sum_.d(1), h00 = sum_.dd(0, 0), h01 = sum_.dd(0, 1), h11 = sum_.dd(1, 1);
    const double r = 1.0 / b, m = a / b, b2 = r * r;
    out.i01 = -h01;
    out.i11 = -h11;
    out.ga = g0 * r;
    out.gb = -(m * g0 + g1) * r;
    out.haa = h00 * b2;
    out.hab = -(m * h00 + h01) * b2 - g0 * b2;
    out.hbb = (m * m * h00 + 2.0 * m * h01 + h11) * b2 + (2.0 * m * g0 + g1) * b2;
  }

 private:
  const Distribution& distribution_;
  const RefitRows& rows_;
  double centre_;
  int size_;
  Term sum_{2};
};

/// Solves -H s = g where H is negative definite; false where it is not.
bool newton_step(const ChartPoint& p, bool two, double& sa, double& sb) noexcept {
  if (!two) {
    sb = 0.0;
    sa = -p.ga / p.haa;
    return p.haa < 0.0 && std::isfinite(sa);
  }
  // On coordinates of unit curvature, as the two may differ by many powers of ten.
  if (!(p.haa < 0.0 && p.hbb < 0.0)) return false;
  const double da = 1.0 / std::sqrt(-p.haa), db = 1.0 / std::sqrt(-p.hbb), c = -p.hab * da * db;
  const double determinant = (1.0 - c) * (1.0 + c);
  if (!(determinant > 1e-14)) return false;
  const double u = p.ga * da, v = p.gb * db;
  sa = da * (u - c * v) / determinant;
  sb = db * (v - c * u) / determinant;
  return std::isfinite(sa) && std::isfinite(sb);
}

}  // namespace

bool RefitRows::maximum_exists(bool scale_free) const noexcept {
  double max_lower = -kInfinity, min_upper = kInfinity, left = 0.0, right = 0.0, left_sum = 0.0, right_sum = 0.0;
  bool bounded = false, failed = false, survived = false;
  for (std::size_t s = 0; s < size; ++s) {
    const Rows& rows = list[s];
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double c = rows.count_at(i);
      if (!(c > 0.0)) continue;
      switch (rows.kind) {
        case Kind::exact:
          max_lower = std::fmax(max_lower, rows.a[i]);
          min_upper = std::fmin(min_upper, rows.a[i]);
          bounded = failed = survived = true;
          break;
        case Kind::right:
          max_lower = std::fmax(max_lower, rows.a[i]);
          survived = true;
          right += c;
          right_sum += c * rows.a[i];
          break;
        case Kind::left:
          min_upper = std::fmin(min_upper, rows.a[i]);
          failed = true;
          left += c;
          left_sum += c * rows.a[i];
          break;
        case Kind::interval:
          max_lower = std::fmax(max_lower, rows.a[i]);
          min_upper = std::fmin(min_upper, rows.b[i]);
          bounded = failed = survived = true;
          break;
        case Kind::conditional: return false;
      }
    }
  }
  if (!failed || !survived) return false;
  if (!scale_free) return true;
  if (max_lower <= min_upper) return false;
  return bounded || left_sum * right > right_sum * left;
}

double RefitRows::units() const noexcept {
  double sum = 0.0;
  for (std::size_t s = 0; s < size; ++s) {
    for (std::size_t i = 0; i < list[s].size(); ++i) sum += list[s].count_at(i);
  }
  return sum;
}

RefitPoint refit(const Distribution& distribution, const RefitRows& rows, double mu, double log_sigma) {
  RefitPoint out;
  const bool two = distribution.size() == 2;
  Chart chart(distribution, rows, mu);
  const double units = rows.units();
  double a = 0.0, b = two ? std::exp(-log_sigma) : 1.0;
  ChartPoint at, next;
  chart.evaluate(a, b, at);
  out.passes = 1;
  if (!std::isfinite(at.f)) return out;
  for (int pass = 0; pass < kMostPasses; ++pass) {
    double sa = 0.0, sb = 0.0;
    if (!newton_step(at, two, sa, sb)) return out;
    const double slope = at.ga * sa + at.gb * sb;
    double length = 1.0;
    if (b + sb < 0.1 * b) length = 0.9 * b / -sb;
    if (slope < kLastStep && length == 1.0) {
      a += sa;
      b += sb;
      out.found = b > 0.0;
      out.mu = chart.mu(a, b);
      out.log_sigma = two ? -std::log(b) : 0.0;
      out.i00 = at.i00;
      out.i01 = at.i01;
      out.i11 = at.i11;
      return out;
    }
    // Every row adds a rounding of its own, also where log L is small because they cancel.
    const double noise = 4e-16 * (1.0 + std::fabs(at.f) + units);
    for (int halving = 0;; ++halving, length *= 0.5) {
      if (halving == 60) return out;
      const double a2 = a + length * sa, b2 = b + length * sb;
      chart.evaluate(a2, b2, next);
      ++out.passes;
      if (!std::isfinite(next.f) || next.f < at.f + 1e-4 * length * slope - noise) continue;
      a = a2;
      b = b2;
      at = next;
      break;
    }
  }
  return out;
}

}  // namespace relia
