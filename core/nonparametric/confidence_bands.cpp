#include "core/nonparametric/confidence_bands.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <stdexcept>
#include <utility>
#include <vector>

#include <Eigen/Dense>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/legendre.hpp>
#include <boost/math/tools/roots.hpp>

namespace relia {
namespace {

constexpr double kPi = std::numbers::pi;

double standard_normal_density(double x) {
  return std::exp(-x * x / 2) / std::sqrt(2 * kPi);
}

/// Integral of cos(w x) over [-k, k] against the normal density of variance v; v = 0 is a point mass at 0.
double cosine_moment(double w, double k, double v) {
  if (v == 0) return 1;
  const double sd = std::sqrt(v), end = std::min(k, 9 * sd);
  const auto f = [&](double x) { return std::cos(w * x) * standard_normal_density(x / sd) / sd; };
  // panels short against both the density and the wave
  const int panels = 1 + static_cast<int>(std::ceil(std::max(end / sd, w * end / kPi)));
  double sum = 0;
  for (int i = 0; i < panels; ++i) {
    sum += boost::math::quadrature::gauss<double, 20>::integrate(f, end * i / panels, end * (i + 1) / panels);
  }
  return 2 * sum;
}

constexpr int kBasis = 40;

/// The basis (1 - s^2) P_2i(s) and its slopes at the nodes of Gauss's rule on [0, 1], which do not depend on c.
struct Galerkin {
  std::vector<double> node, weight;
  std::vector<Eigen::VectorXd> value, slope;

  Galerkin() {
    using Rule = boost::math::quadrature::gauss<double, 60>;
    for (const double middle : {0.25, 0.75}) {
      for (std::size_t i = 0; i < Rule::abscissa().size(); ++i) {
        const double dx = 0.25 * Rule::abscissa()[i], w = 0.25 * Rule::weights()[i];
        add(middle + dx, w);
        add(middle - dx, w);  // 60 nodes: none at the middle
      }
    }
  }
  void add(double s, double w) {
    Eigen::VectorXd v(kBasis), d(kBasis);
    for (int i = 0; i < kBasis; ++i) {
      const double p = boost::math::legendre_p(2 * i, s);
      v[i] = (1 - s * s) * p;
      d[i] = (1 - s * s) * boost::math::legendre_p_prime(2 * i, s) - 2 * s * p;
    }
    node.push_back(s);
    weight.push_back(w);
    value.push_back(std::move(v));
    slope.push_back(std::move(d));
  }
};

double find_root(auto&& probability_minus_target, double low, double high) {
  while (probability_minus_target(high) < 0) high *= 1.5;
  std::uintmax_t steps = 200;
  const auto bracket = boost::math::tools::toms748_solve(probability_minus_target, low, high,
                                                         boost::math::tools::eps_tolerance<double>(50), steps);
  return (bracket.first + bracket.second) / 2;
}

}  // namespace

// Between a_lower and a_upper the bridge, given its two ends, is a Brownian motion given its ends; the kernel
// of Brownian motion killed at +-k is a cosine series, and the densities of the two ends are those of Brownian
// motions run for a_lower and for 1 - a_upper:
//   P = sqrt(2 pi) / k * sum over odd m of exp(-(m pi / 2k)^2 (a_upper - a_lower) / 2) I_m(a_lower) I_m(1 - a_upper).
double hall_wellner_probability(double k, double a_lower, double a_upper) {
  if (!(k > 0)) return 0;
  if (a_upper - a_lower < 1e-7) return std::erf(k / std::sqrt(2 * a_lower * (1 - a_lower)));  // one time only
  double sum = 0;
  for (int m = 1; m < 20000; m += 2) {
    const double w = m * kPi / (2 * k);
    const double decay = std::exp(-w * w * (a_upper - a_lower) / 2);
    if (decay < 1e-18) break;
    sum += decay * cosine_moment(w, k, a_lower) * cosine_moment(w, k, 1 - a_upper);
  }
  return std::sqrt(2 * kPi) / k * sum;
}

double hall_wellner_critical_value(double confidence, double a_lower, double a_upper) {
  if (!(a_lower >= 0 && a_lower <= a_upper && a_upper <= 1))
    throw std::domain_error("band needs 0 <= a_lower <= a_upper <= 1");
  return find_root([&](double k) { return hall_wellner_probability(k, a_lower, a_upper) - confidence; }, 1e-3, 2.0);
}

// W0(x)/sqrt(x(1-x)) is a stationary Ornstein-Uhlenbeck process in u = log(x/(1-x))/2, of covariance exp(-|du|). The
// probability that it stays in [-c, c] for a time T is sum exp(-lambda_j T) <1, psi_j>^2 over the eigenfunctions of
// -psi'' + x psi' = lambda psi, psi(+-c) = 0, orthonormal under the normal density. Galerkin on (c^2 - x^2) P_2i(x/c)
// converges faster than any power.
double equal_precision_probability(double c, double odds_ratio) {
  if (!(c > 0)) return 0;
  const double time = std::log(odds_ratio) / 2;
  if (time <= 0) return std::erf(c / std::numbers::sqrt2);
  static const Galerkin grid;
  Eigen::MatrixXd stiffness = Eigen::MatrixXd::Zero(kBasis, kBasis), mass = stiffness;
  Eigen::VectorXd one = Eigen::VectorXd::Zero(kBasis);
  for (std::size_t i = 0; i < grid.node.size(); ++i) {
    // twice the upper half: the basis is even
    const double density = 2 * c * grid.weight[i] * standard_normal_density(c * grid.node[i]);
    stiffness.noalias() += density / (c * c) * grid.slope[i] * grid.slope[i].transpose();
    mass.noalias() += density * grid.value[i] * grid.value[i].transpose();
    one += density * grid.value[i];
  }
  const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> solver(stiffness, mass);
  double sum = 0;
  for (int j = 0; j < kBasis; ++j) {
    const double overlap = solver.eigenvectors().col(j).dot(one);
    sum += std::exp(-solver.eigenvalues()[j] * time) * overlap * overlap;
  }
  return sum;
}

double equal_precision_critical_value(double confidence, double odds_ratio) {
  if (!(odds_ratio >= 1)) throw std::domain_error("band needs an odds ratio of at least 1");
  return find_root([&](double c) { return equal_precision_probability(c, odds_ratio) - confidence; }, 1e-3, 4.0);
}

}  // namespace relia
