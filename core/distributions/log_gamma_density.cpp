#include "core/distributions/log_gamma_density.hpp"

#include <array>
#include <cmath>

#include "core/kernels/exp_lane.hpp"
#include "core/numeric/special.hpp"

namespace relia {
namespace {

struct Seen {
  double lambda, w, growth, slope, score, c2;
};

// What fall() and exponential_remainders() compute, for several d side by side: both forms of each piece, and a choice
// between them.

/// `growth`: e^y - 1 and `moved`: how far the score in w moves, -e^{lambda w} (e^y - 1)/lambda, y = lambda d.
[[gnu::always_inline]] inline double fall_lane(
    const Seen& at, double inverse_square, double d, double& growth, double& moved) noexcept {
  const double y = at.lambda * d;
  double near = 0.0;  // d^2 E0(y) = d^2/2 (1 + near)
#pragma GCC unroll 14
  for (int m = 14; m >= 1; --m) near = (near + 1.0) * y * (1.0 / (m + 2.0));
  const double wide_growth = exp_lane(y) - 1.0, wide = (wide_growth - y) * inverse_square;
  const double small = d * d * 0.5 * (1.0 + near), small_moved = d + at.lambda * small;
  const bool series = std::fabs(y) < 0.5;
  const double wide_moved = wide_growth / at.lambda;
  growth = series ? at.lambda * small_moved : wide_growth;
  moved = -at.growth * (series ? small_moved : wide_moved);
  return at.growth * (series ? small : wide) + at.slope * d;
}

RELIA_CLONES void fill_grid(const Seen& from, double side, FallGrid& grid) noexcept {
  const Seen at = from;
  const double inverse_square = 1.0 / (at.lambda * at.lambda);
  for (std::size_t k = 0; k < FallGrid::kSize; ++k) {
    double growth = 0.0, moved = 0.0;
    grid.fall[k] = fall_lane(at, inverse_square, side * grid.x[k], growth, moved);
  }
}

RELIA_CLONES void add_panel(const Seen& from, double side, double centre, double half, TailSums& sums) noexcept {
  static constexpr int kTerms = 25;  // of E0'' for |x| < 2
  static constexpr std::array<double, kTerms> kSecond = [] {
    std::array<double, kTerms> f{};
    double factorial = 6.0;
    for (int i = 0; i < kTerms; ++i) {
      factorial *= i + 4.0;
      f[static_cast<std::size_t>(i)] = (i + 1.0) * (i + 2.0) / factorial;
    }
    return f;
  }();
  const Seen at = from;
  const double inverse_square = 1.0 / (at.lambda * at.lambda), inverse_cube = inverse_square / at.lambda;
  // v^3 E0'(x) = [(x - 2) e^x + x + 2]/lambda^3, x = lambda v; away from the middle its change is taken by itself.
  const double from_x = at.lambda * at.w;
  const bool far_out = std::fabs(from_x) > 3.0;
  for (std::size_t k = 0; k < PanelNodes::kSize; ++k) {
    const double d = side * (centre + half * kPanelNodes.x[k]), v = at.w + d, x = at.lambda * v;
    double growth = 0.0, moved = 0.0;
    const double fall = fall_lane(at, inverse_square, d, growth, moved);
    const double e1 = (exp_lane(x) - 1.0) / x, e0 = (e1 - 1.0) / x, far_1 = (e1 - 2.0 * e0) / x;
    const double far_2 = ((e0 + x * far_1) - 3.0 * far_1) / x;
    double sum = 0.0;
#pragma GCC unroll 25
    for (int m = kTerms - 1; m >= 0; --m) sum = sum * x + kSecond[static_cast<std::size_t>(m)];
    const double near_1 = (1.0 - x * (2.0 - x) * sum) / (6.0 - 4.0 * x + x * x);
    const bool series = std::fabs(x) < 2.0;
    const double e0_1 = series ? near_1 : far_1, e0_2 = series ? sum : far_2;
    const double v3 = v * v * v, y = at.lambda * d;
    const double near_ds = at.score - v3 * e0_1;
    const double far_ds = -(at.growth * ((from_x - 2.0) * growth + y * (growth + 1.0)) + y) * inverse_cube;
    const double ds = far_out ? far_ds : near_ds, ss = at.c2 - v3 * v * e0_2;
    const double weight = half * kPanelNodes.weight[k] * exp_lane(-fall);
    sums.total[k] += weight;
    sums.first[k] += weight * ds;
    sums.second[k] += weight * ds * ds;
    sums.curve[k] += weight * ss;
    sums.bend[k] += weight * moved;
  }
}

}  // namespace

ExponentialRemainders exponential_remainders(double x) noexcept {
  ExponentialRemainders r{};
  if (std::fabs(x) < 1.0) {
    // E0'' = sum (m+1)(m+2)/(m+4)! x^m, from which the rest follows by two identities obtained from
    // x^2 E0 = e^x - 1 - x: E0' = (1 - x(2-x)E0'')/(6 - 4x + x^2) and E0 = (1 - x E0')/(2 - x).
    double sum = 0.0;
    for (int m = 18; m >= 0; --m) {
      static constexpr std::array<double, 20> kFactorials = [] {
        std::array<double, 20> f{};
        double factorial = 6.0;
        for (int i = 0; i < 20; ++i) {
          factorial *= i + 4.0;
          f[static_cast<std::size_t>(i)] = (i + 1.0) * (i + 2.0) / factorial;
        }
        return f;
      }();
      sum = sum * x + kFactorials[static_cast<std::size_t>(m)];
    }
    r.e0_2 = sum;
    r.e0_1 = (1.0 - x * (2.0 - x) * sum) / (6.0 - 4.0 * x + x * x);
    r.e0 = (1.0 - x * r.e0_1) / (2.0 - x);
    r.e1 = 1.0 + x * r.e0;
    r.exp = 1.0 + x * r.e1;
  } else {
    r.exp = std::exp(x);
    r.e1 = std::expm1(x) / x;
    r.e0 = (r.e1 - 1.0) / x;
    r.e0_1 = (r.e1 - 2.0 * r.e0) / x;
    r.e0_2 = ((r.e0 + x * r.e0_1) - 3.0 * r.e0_1) / x;
    // Not from e0: for x far below 0 its terms cancel to 1/x^2 and 2/|x|^3.
    r.e1_1 = (r.exp - r.e1) / x;
    r.e1_2 = (r.exp - 2.0 * r.e1_1) / x;
    return r;
  }
  r.e1_1 = r.e0 + x * r.e0_1;
  r.e1_2 = 2.0 * r.e0_1 + x * r.e0_2;
  return r;
}

LogGammaDensity::LogGammaDensity(double lambda) noexcept : lambda_(lambda) {
  const double l = std::fabs(lambda);
  if (l < 0.35) {
    // -ln(sqrt(2 pi)) - [l^2/12 - l^6/360 + l^10/1260 - l^14/1680 + l^18/1188 - 691 l^22/360360 + l^26/156 - 3617
    // l^30/122400
    //                    + 43867 l^34/244188]
    static constexpr std::array<double, 9> kStirling = {1.0 / 12,    -1.0 / 360,         1.0 / 1260,
                                                        -1.0 / 1680, 1.0 / 1188,         -691.0 / 360360.0,
                                                        1.0 / 156,   -3617.0 / 122400.0, 43867.0 / 244188.0};
    double v = 0.0, v1 = 0.0, v2 = 0.0;
    for (std::size_t i = kStirling.size(); i-- > 0;) {
      const double power = 4.0 * static_cast<double>(i) + 2.0, c = kStirling[i];
      v += c * std::pow(l, power);
      v1 += c * power * std::pow(l, power - 1.0);
      v2 += c * power * (power - 1.0) * std::pow(l, power - 2.0);
    }
    c_ = -kHalfLog2Pi - v;
    c1_ = -v1;
    c2_ = -v2;
  } else {
    const double k = 1.0 / (l * l), k1 = -2.0 * k / l, k2 = 6.0 * k * k, log_k = std::log(k);
    const double d = log_k - digamma(k);
    c_ = std::log(l) + k * log_k - k - log_gamma(k);
    c1_ = 1.0 / l + k1 * d;
    c2_ = -k + k2 * d + k1 * k1 * (1.0 / k - trigamma(k));
  }
  if (lambda < 0.0) c1_ = -c1_;
}

ShapeJet LogGammaDensity::log_pdf(double w) const noexcept {
  const ExponentialRemainders e = exponential_remainders(lambda_ * w);
  const double w2 = w * w;
  ShapeJet t;
  t.f = c_ - w2 * e.e0;
  t.z = -w * e.e1;
  t.zz = -e.exp;
  t.s = c1_ - w2 * w * e.e0_1;
  t.zs = -w2 * e.e1_1;
  t.ss = c2_ - w2 * w2 * e.e0_2;
  return t;
}

LogGammaDensity::Tail::Tail(const LogGammaDensity& density, double w) noexcept
    : lambda_(density.lambda_), w_(w), c2_(density.c2_) {
  const ExponentialRemainders e = exponential_remainders(lambda_ * w);
  growth_ = e.exp;
  slope_ = w * e.e1;
  score_ = w * w * w * e.e0_1;
}

double LogGammaDensity::Tail::fall(double d) const noexcept {
  const double y = lambda_ * d;
  if (std::fabs(y) < 0.5) {
    // d^2 E0(y) = d^2/2 (1 + y/3 + y^2/12 + ...)
    double s = 0.0;
    for (int m = 14; m >= 1; --m) s = (s + 1.0) * y * (1.0 / (m + 2.0));
    return growth_ * d * d * 0.5 * (1.0 + s) + slope_ * d;
  }
  return growth_ * (std::expm1(y) - y) / (lambda_ * lambda_) + slope_ * d;
}

void LogGammaDensity::Tail::falls(double side, FallGrid& grid) const noexcept {
  fill_grid({lambda_, w_, growth_, slope_, score_, c2_}, side, grid);
}

void LogGammaDensity::Tail::add(double side, double centre, double half, TailSums& sums) const noexcept {
  add_panel({lambda_, w_, growth_, slope_, score_, c2_}, side, centre, half, sums);
}

}  // namespace relia
