// Laws of z with one shape parameter lambda whose tails have no closed form with derivatives.
//
// For a density e^l(z; lambda) that is log-concave in z,
//
//   d log S/d lambda   = E[l_lambda | Z > z]
//   d2 log S/d lambda2 = E[l_lambda_lambda + l_lambda^2 | Z > z] - E[l_lambda | Z > z]^2
//
// (differentiate under the integral), and every term of the integral over the smaller tail is positive, so
// nothing cancels. The tail is cut where the density has fallen by e^-42 and integrated by 20-point
// Gauss-Legendre on four panels of bounded fall; the other tail follows from log(1 - e^x).
//
// Accuracy  1e-14 relative on probabilities down to exp(-1e6) and on both derivatives.
// Checked   tests/core/shape_law_test.cpp (50-digit values), tests/laws (differences).

#pragma once

#include <array>
#include <cmath>
#include <limits>

#include "core/numeric/log_math.hpp"

namespace relia {

/// A function of (z, lambda) with first and second derivatives.
struct ShapeJet {
  double f = 0, z = 0, s = 0, zz = 0, zs = 0, ss = 0;

  void compose(double value, double d1, double d2) noexcept {
    zz = d1 * zz + d2 * z * z;
    zs = d1 * zs + d2 * z * s;
    ss = d1 * ss + d2 * s * s;
    z *= d1;
    s *= d1;
    f = value;
  }
};

/// log(1 - e^f) in place of f, with derivatives.
inline void to_other_tail(ShapeJet& t) noexcept {
  const double r = 1.0 / std::expm1(-t.f);
  t.compose(log1mexp(t.f), -r, -r * (1.0 + r));
}

/// 20-point Gauss-Legendre nodes and weights on [-1, 1], positive half (computed in 50 digits).
struct GaussLegendre20 {
  static constexpr std::array<double, 10> kNodes = {
      0.076526521133497334, 0.22778585114164507, 0.37370608871541955, 0.51086700195082713, 0.63605368072651502,
      0.74633190646015079,  0.83911697182221878, 0.9122344282513259,  0.96397192727791381, 0.993128599185094927};
  static constexpr std::array<double, 10> kWeights = {
      0.15275338713072584, 0.14917298647260374,  0.14209610931838204,   0.13168863844917664,  0.11819453196151841,
      0.10193011981724044, 0.083276741576704755, 0.0626720483341090635, 0.040601429800386939, 0.017614007139152118};
};

/// Where panels end: fall has passed each of these there (to a tenth or so: the ends only have to keep the integrand
/// e^-fall smooth within a panel).
inline constexpr std::array<double, 4> kFalls = {2.0, 9.0, 20.0, 42.0};
using PanelEnds = std::array<double, 4>;

/// @param fall increasing and convex, 0 at 0
template <class Fall>
PanelEnds panel_ends(const Fall& fall) {
  PanelEnds ends{};
  double low = 0.0, high = 1.0;
  for (std::size_t p = 0; p < ends.size(); ++p) {
    while (fall(high) < kFalls[p]) {
      low = high;
      high *= 2.0;
    }
    for (int i = 0; i < 1100 && high - low > 0.12 * high; ++i) {
      // Halving finds the order of magnitude when low is still 0.
      const double middle = low > 0.0 ? 0.5 * (low + high) : 0.25 * high;
      (fall(middle) < kFalls[p] ? low : high) = middle;
    }
    ends[p] = low = high;
    high *= 1.5;
  }
  return ends;
}

/// Falls at points in geometric progression, from which the ends are read in one go.
struct FallGrid {
  static constexpr std::size_t kSize = 32;
  static constexpr double kRatio = 1.125;
  std::array<double, kSize> x, fall;

  explicit FallGrid(double start) noexcept {
    for (double& at : x) {
      at = start;
      start *= kRatio;
    }
  }
  /// @return false where the grid does not hold all the ends
  [[nodiscard]] bool ends(PanelEnds& out) const noexcept {
    if (!(fall.front() < kFalls.front() && fall.back() >= kFalls.back() && x.front() > 0.0)) return false;
    std::size_t i = 0;
    for (std::size_t p = 0; p < out.size(); ++p) {
      while (fall[i] < kFalls[p]) ++i;
      out[p] = x[i];
    }
    return true;
  }
};

/// Calls panel(from, to) for the panels between the ends.
/// @param bend a length over which the integrand is smooth whatever it falls; longer panels are split where they exceed
///             it and twice the distance already covered
/// @param longest no panel is longer: for integrands that bend again far from where they begin
template <class Panel>
void for_each_panel(const PanelEnds& ends,
                    double bend,
                    const Panel& panel,
                    double longest = std::numeric_limits<double>::infinity()) {
  double from = 0.0;
  for (const double end : ends) {
    for (double to = 0.0; to < end; from = to) {
      to = std::fmin(end, from + std::fmin(std::fmax(bend, 2.0 * from), longest));
      if (end - to < 0.1 * (to - from)) to = end;
      panel(from, to);
    }
  }
}

/// Integrates e^{-fall(x)} over x >= 0, calling node(side x, weight e^{-fall}) at each node.
template <class Fall, class Node>
void integrate_tail(double side, const Fall& fall, double bend, const Node& node) {
  for_each_panel(panel_ends(fall), bend, [&](double from, double to) {
    const double half = 0.5 * (to - from), centre = 0.5 * (to + from);
    for (std::size_t k = 0; k < 10; ++k) {
      for (const double x : {centre - half * GaussLegendre20::kNodes[k], centre + half * GaussLegendre20::kNodes[k]}) {
        node(side * x, half * GaussLegendre20::kWeights[k] * std::exp(-fall(x)));
      }
    }
  });
}

/// The nodes of a panel side by side: X on [-1, 1] and weights W, filled up with nodes of no weight.
struct PanelNodes {
  static constexpr std::size_t kSize = 24;
  std::array<double, kSize> x{}, weight{};
};
inline constexpr PanelNodes kPanelNodes = [] {
  PanelNodes p;
  for (std::size_t k = 0; k < 20; ++k) {
    p.x[k] = GaussLegendre20::kNodes[k / 2] * (k % 2 == 0 ? 1.0 : -1.0);
    p.weight[k] = GaussLegendre20::kWeights[k / 2];
  }
  return p;
}();

/// Integrals over the tail seen from z, one part a node: of e^-fall, and of it times the score in lambda relative to
/// the score at z (so that its variance does not cancel), that squared, the second derivative in lambda, and the
/// score in z relative to the one at z.
struct TailSums {
  std::array<double, PanelNodes::kSize> total{}, first{}, second{}, curve{}, bend{};
};

/// log of the tail probability beyond z on one side, with derivatives in (z, lambda).
///
/// D provides ShapeJet log_pdf(z); bool above_mode(z); double bend(), a length over which l is smooth; and
/// tail_from(z), an object with double fall(d) = l(z) - l(z + d) without cancellation,
/// void falls(side, FallGrid&), the same side by side, and
/// void add(side, centre, half, TailSums&), which adds the panel of |d| within `half` of `centre`.
template <class D>
ShapeJet log_tail(const D& density, double z, bool upper) {
  const bool direct = density.above_mode(z) == upper;
  const double side = density.above_mode(z) ? 1.0 : -1.0;
  const ShapeJet at = density.log_pdf(z);
  if (at.f == -kInfinity) {  // beyond what a double can tell from the end of the line
    ShapeJet end;
    end.f = direct ? -kInfinity : 0.0;
    return end;
  }
  const auto tail = density.tail_from(z);
  TailSums sums;
  // The grid begins well before a parabola of the same slope and curvature has fallen to the first end.
  const double slope = std::fmax(-side * at.z, 0.0),
               first_end = 2.0 * kFalls[0] / (slope + std::sqrt(slope * slope - 2.0 * kFalls[0] * at.zz));
  FallGrid grid(0.25 * first_end);
  tail.falls(side, grid);
  PanelEnds ends{};
  if (!grid.ends(ends)) ends = panel_ends([&](double x) { return tail.fall(side * x); });
  for_each_panel(
      ends, density.bend(), [&](double from, double to) { tail.add(side, 0.5 * (to + from), 0.5 * (to - from), sums); },
      density.longest());
  const auto sum = [](const std::array<double, PanelNodes::kSize>& parts) {
    double s = 0.0;
    for (const double part : parts) s += part;
    return s;
  };
  const double total = sum(sums.total), first = sum(sums.first), second = sum(sums.second), curve = sum(sums.curve);
  const double bend = sum(sums.bend);
  ShapeJet t;
  t.f = at.f + std::log(total);
  const double ratio = 1.0 / total, e1 = first / total;
  t.z = -side * ratio;  // -hazard above, +reversed hazard below
  // The hazard's own slope, at.z - t.z = -E[l'(Z) - l'(z)]: far out both are huge and agree but for order one.
  t.zz = -t.z * (bend / total);
  t.s = at.s + e1;
  t.ss = curve / total + second / total - e1 * e1;
  t.zs = -t.z * e1;
  if (!direct) to_other_tail(t);
  return t;
}

/// log integral of e^{l(z) + tilt(z)} over the whole line from the maximum `mode` of the exponent, with
/// E[node value] callbacks: used for means. Returns the log of the integral.
template <class Exponent, class Node>
double integrate_line(double mode, double bend, const Exponent& exponent, const Node& node) {
  const double top = exponent(mode);
  double total = 0.0;
  for (const double side : {1.0, -1.0}) {
    integrate_tail(
        side, [&](double x) { return top - exponent(mode + side * x); }, bend,
        [&](double x, double w) {
          total += w;
          node(mode + x, w);
        });
  }
  return top + std::log(total);
}

}  // namespace relia
