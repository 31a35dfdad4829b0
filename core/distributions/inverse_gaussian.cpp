#include "core/distributions/inverse_gaussian.hpp"

#include <array>
#include <cmath>

#include "core/distributions/shape_law.hpp"
#include "core/kernels/exp_lane.hpp"

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

 private:
  double b_, phi_, mode_;
};

class Law final : public BoundLaw {
 public:
  explicit Law(std::span<const double> theta) noexcept : mu_(theta[0]), density_(theta[1]) {}
  void log_pdf(double u, Term& out) const override { put(density_.log_pdf(u - mu_), out); }
  void log_sf(double u, Term& out) const override { put(log_tail(density_, u - mu_, true), out); }
  void log_cdf(double u, Term& out) const override { put(log_tail(density_, u - mu_, false), out); }

 private:
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
