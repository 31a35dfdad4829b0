#include "core/distributions/inverse_gaussian.hpp"

#include <array>
#include <cmath>

#include "core/distributions/shape_law.hpp"
#include "core/kernels/exp_lane.hpp"
#include "core/kernels/gaussian_tail.hpp"

namespace relia {
namespace {

/// Where the tail is seen from. sinh(y + h) comes from sinh y and cosh y where |y| <= 1, and from e^y and e^-y beyond,
/// where sinh y and cosh y agree in digits it would lose: of either pair one is zero, so that no lane has to choose.
struct Seen {
  double phi, sinh = 0.0, cosh = 0.0, half_up = 0.0, half_down = 0.0, rise = 0.0;
};

Seen seen_from(double phi, double y, double rise) noexcept {
  if (std::fabs(y) > 1.0) return {phi, 0.0, 0.0, 0.5 * std::exp(y), 0.5 * std::exp(-y), rise};
  return {phi, std::sinh(y), std::cosh(y), 0.0, 0.0, rise};
}

/// What Tail::rise computes, among several side by side: sinh(d/2) by its series where the exponentials would cancel.
/// `moved`: how far the score in y moves, phi (sinh y - sinh(y + d)) = -2 phi cosh(y + d/2) sinh(d/2).
[[gnu::always_inline]] inline double rise_lane(const Seen& at, double d, double& moved) noexcept {
  const double h = 0.5 * d, q = h * h;
  const double e = exp_lane(h), inverse = 1.0 / e, wide = 0.5 * (e - inverse), c = 0.5 * (e + inverse);
  double near = 0.0;
#pragma GCC unroll 8
  for (int m = 8; m >= 1; --m) near = (near + 1.0) * q * (1.0 / (2.0 * m * (2.0 * m + 1.0)));
  const double small = h * (1.0 + near), s = std::fabs(h) < 0.5 ? small : wide;
  const double up = at.half_up * e, down = at.half_down * inverse;
  moved = -2.0 * at.phi * (at.cosh * c + at.sinh * s + (up + down)) * s;
  return 2.0 * at.phi * (at.sinh * c + at.cosh * s + (up - down)) * s;
}

RELIA_CLONES void fill_grid(const Seen& from, double side, FallGrid& grid) noexcept {
  const Seen at = from;
  for (std::size_t k = 0; k < FallGrid::kSize; ++k) {
    const double d = side * grid.x[k];
    double moved = 0.0;
    grid.fall[k] = rise_lane(at, d, moved) + 0.5 * d;
  }
}

RELIA_CLONES void add_panel(const Seen& from, double side, double centre, double half, TailSums& sums) noexcept {
  const Seen at = from;
  for (std::size_t k = 0; k < PanelNodes::kSize; ++k) {
    double moved = 0.0;
    const double d = side * (centre + half * kPanelNodes.x[k]), r = rise_lane(at, d, moved);
    const double weight = half * kPanelNodes.weight[k] * exp_lane(-r - 0.5 * d);
    sums.total[k] += weight;
    sums.first[k] -= weight * r;
    sums.second[k] += weight * r * r;
    sums.curve[k] -= weight * (at.rise + r);
    sums.bend[k] += weight * moved;
  }
}

/// log F by its closed form, for phi <= kClosedForm and y <= 0. With s = sqrt(phi), p = -2 s sinh(y/2), q = 2 s
/// cosh(y/2) and the Mills ratio M, F = pdf(p) (M(p) + M(q)): the textbook's Phi(-p) + e^{2 phi} Phi(-q), since q^2 -
/// p^2 = 4 phi. M' = z M - 1 gives, with G = M(p) + M(q), r = (p + q)/(2 G) and h = 2 phi M(q)/G,
///
///   d/dy = r             d2/dy2 = r (p q/2 - 1/2 - r)        d2/dy db = r (1/2 - p^2/2 - k)
///   d/db = k = h - r     d2/db2 = h (1 + q^2/2) - phi q/G - r/2 - k (k + p^2/2)
///
/// Far out r, p q/2 and p^2/2 agree in all their digits. With the excesses e(z) = 1/M(z) - z what is left of them is
///
///   w = r - p q/2 = (p^2 e(q) + q^2 e(p) + (p + q) e(p) e(q))/(2 (p + q + e(p) + e(q))),   p (q - p)/2 = phi (1 -
///   e^y),
///
/// and q^2 M(q) - q = -q e(q) M(q), so that sums of one sign remain. For a larger phi h - r cancels, and for y > 0 S
/// does, which follows from F here.
constexpr double kClosedForm = 0.25;

ShapeJet closed_log_cdf(double phi, double y) noexcept {
  const double s = std::sqrt(phi), up = std::exp(0.5 * y), down = 1.0 / up;
  const double both = 2.0 * s * down, q = s * (up + down);
  const double p = y > -1.0 ? -2.0 * s * std::sinh(0.5 * y) : s * (down - up);
  ShapeJet t;
  t.f = -0.5 * p * p - kHalfLog2Pi;
  if (t.f == -kInfinity) return t;  // derivatives are zero there, as log_tail has them
  const double ep = mills_excess(p), eq = mills_excess(q), near = 1.0 / (p + ep), far = 1.0 / (q + eq),
               sum = near + far;
  const double r = 0.5 * both / sum, h = 2.0 * phi * far / sum, k = h - r;
  const double w = 0.5 * (p * p * eq + q * q * ep + both * ep * eq) / (both + ep + eq), lag = -phi * std::expm1(y);
  t.f += std::log(sum);
  t.z = r;
  t.s = k;
  t.zz = -r * (0.5 + w);
  t.zs = r * (0.5 + w + lag - h);
  t.ss = h * (1.0 - 0.5 * q * eq) - r * (0.5 + w + lag - h) - h * (h - w - lag);
  return t;
}

/// The density of y with its shape on the log scale: b = ln phi.
class Density {
 public:
  explicit Density(double b) noexcept : b_(b), phi_(std::exp(b)), mode_(-std::asinh(0.5 / phi_)) {}

  [[nodiscard]] ShapeJet log_pdf(double y) const noexcept {
    const double s = std::sinh(0.5 * y), rise = 2.0 * phi_ * s * s;  // phi (cosh y - 1)
    ShapeJet t;
    t.f = 0.5 * b_ - kHalfLog2Pi - rise - 0.5 * y;
    t.z = -phi_ * std::sinh(y) - 0.5;
    t.zz = -phi_ * std::cosh(y);
    t.s = 0.5 - rise;
    t.zs = -phi_ * std::sinh(y);
    t.ss = -rise;
    return t;
  }
  /// The density seen from y: phi (cosh(y + d) - cosh y) = 2 phi sinh(y + d/2) sinh(d/2).
  class Tail {
   public:
    Tail(const Density& density, double y) noexcept : at_(seen_from(density.phi_, y, -density.log_pdf(y).ss)) {}
    [[nodiscard]] double rise(double d) const noexcept {
      const double m = std::expm1(0.5 * d), e = m + 1.0, s = 0.5 * (m + m / e), c = 0.5 * (e + 1.0 / e);
      return 2.0 * at_.phi * (at_.sinh * c + at_.cosh * s + (at_.half_up * e - at_.half_down / e)) * s;
    }
    [[nodiscard]] double fall(double d) const noexcept { return rise(d) + 0.5 * d; }
    void falls(double side, FallGrid& grid) const noexcept { fill_grid(at_, side, grid); }
    void add(double side, double centre, double half, TailSums& sums) const noexcept {
      add_panel(at_, side, centre, half, sums);
    }

   private:
    Seen at_;
  };
  [[nodiscard]] Tail tail_from(double y) const noexcept { return {*this, y}; }
  [[nodiscard]] double bend() const noexcept { return 3.0; }
  /// With a small phi the density falls like e^(-y/2) over many e-folds and then off an edge one e-fold wide.
  [[nodiscard]] double longest() const noexcept { return phi_ < 1e-3 ? 6.0 : kInfinity; }
  [[nodiscard]] bool above_mode(double y) const noexcept { return y > mode_; }
  [[nodiscard]] double phi() const noexcept { return phi_; }

 private:
  double b_, phi_, mode_;
};

class Law final : public BoundLaw {
 public:
  explicit Law(std::span<const double> theta) noexcept : mu_(theta[0]), density_(theta[1]) {}
  void log_pdf(double u, Term& out) const override { put(density_.log_pdf(u - mu_), out); }
  void log_sf(double u, Term& out) const override { put(tail(u - mu_, true), out); }
  void log_cdf(double u, Term& out) const override { put(tail(u - mu_, false), out); }

 private:
  [[nodiscard]] ShapeJet tail(double y, bool upper) const noexcept {
    if (y <= 0.0 && density_.phi() <= kClosedForm) {
      ShapeJet t = closed_log_cdf(density_.phi(), y);
      if (t.f < -kLn2) {  // else the other tail is the smaller one, which says both
        if (upper) to_other_tail(t);
        return t;
      }
    }
    return log_tail(density_, y, upper);
  }
  static void put(const ShapeJet& t, Term& out) noexcept {
    out.reset(2, t.f);
    out.d(0) = -t.z;
    out.d(1) = t.s;
    out.dd(0, 0) = t.zz;
    out.dd(1, 0) = -t.zs;
    out.dd(1, 1) = t.ss;
  }
  double mu_;
  Density density_;
};

}  // namespace

std::unique_ptr<BoundLaw> InverseGaussian::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(theta);
}

void InverseGaussian::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  eta[0].reset(2, std::log(axis.scale) + theta[0]);
  eta[0].d(0) = 1.0;
  eta[1].reset(2, std::log(axis.scale) + theta[0] + theta[1]);
  eta[1].d(0) = eta[1].d(1) = 1.0;
}

bool InverseGaussian::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  theta[0] = eta[0] - std::log(axis.scale);
  theta[1] = eta[1] - eta[0];
  return true;
}

bool InverseGaussian::mean(const Axis& axis, std::span<const double> theta, Term& out) const {
  out.reset(2, std::log(axis.scale) + theta[0]);
  out.d(0) = 1.0;
  return true;
}

std::vector<std::vector<double>> InverseGaussian::starts(const PlotSummary& p) const {
  const double guess = -2.0 * std::log(p.spread / 1.7);
  std::vector<std::vector<double>> out;
  for (const double offset : {0.0, -1.5, 1.5, -4.0, 4.0, 8.0}) {
    const double b = guess + offset;
    const std::array<double, 2> standard = {0.0, b};
    const double middle = quantile(standard, std::log1p(-p.p_middle), std::log(p.p_middle));
    out.push_back({p.middle - middle, b});
  }
  return out;
}

}  // namespace relia
