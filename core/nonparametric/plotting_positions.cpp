#include "core/nonparametric/plotting_positions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/log1p.hpp>

namespace relia {
namespace {

using boost::math::policies::evaluation_error;
using boost::math::policies::ignore_error;
using boost::math::policies::overflow_error;
using boost::math::policies::policy;
using boost::math::policies::promote_double;
// The start value needs no more than double; the last step is ours, in long double.
using StartPolicy = policy<promote_double<false>, evaluation_error<ignore_error>, overflow_error<ignore_error>>;
using StepPolicy = policy<evaluation_error<ignore_error>, overflow_error<ignore_error>>;

/// log Gamma(z) minus Stirling's formula, z >= 1.
long double stirling_error(long double z) {
  if (z < 20) {
    const long double half_log_two_pi = 0.918938533204672741780329736405617640L;
    return std::lgamma(z) - ((z - 0.5L) * std::log(z) - z + half_log_two_pi);
  }
  const long double r = 1 / (z * z);
  // Bernoulli numbers over 2k(2k-1); the last term is below 1e-20 from z = 20 on.
  return (1 / 12.0L +
          r * (-1 / 360.0L +
               r * (1 / 1260.0L +
                    r * (-1 / 1680.0L +
                         r * (1 / 1188.0L + r * (-691 / 360360.0L + r * (1 / 156.0L - r * 3617 / 122400.0L))))))) /
         z;
}

/// x^a (1-x)^b / B(a, b) by the deviance form of Loader (2000), which has no cancelling large terms near the
/// mean; a, b >= 1.
/// y = 1 - x is handed over, because one of the two would lose its digits in the subtraction.
long double beta_power_terms(long double a, long double b, long double x, long double y) {
  const long double w = x * b - y * a;
  const auto log1p_minus = [](long double u) { return boost::math::log1pmx(u, StepPolicy()); };
  const long double deviance = a * log1p_minus(w / a) + b * log1p_minus(-w / b);
  return std::sqrt(a / (a + b) * b / (2 * std::numbers::pi_v<long double>)) *
         std::exp(deviance + stirling_error(a + b) - stirling_error(a) - stirling_error(b));
}

/// I_x(a, b) for x below the mean; a, b >= 1. The contracted continued fraction of DiDonato and Morris (ACM TOMS
/// 18 (1992) 360-373, eq. 9), whose terms do not cancel when a is huge and x close to 1; modified Lentz.
long double lower_tail(long double a, long double b, long double x, long double y) {
  const long double lambda = a * y - b * x;
  const auto beta = [&](long double m) {
    return m + m * (b - m) * x / (a + 2 * m - 1) + (a + m) / (a + 2 * m + 1) * (lambda + 1 + m * (1 + y));
  };
  long double f = beta(0), c = f, d = 0;
  for (int m = 1; m < 100000; ++m) {
    const long double i = m;
    const long double e = x / (a + 2 * i - 1);
    const long double alpha = (a + i - 1) * (a + b + i - 1) * i * (b - i) * e * e;
    const long double next = beta(i);
    d = 1 / (next + alpha * d);
    c = next + alpha / c;
    f *= c * d;
    if (std::fabs(c * d - 1) <= 2 * std::numeric_limits<long double>::epsilon()) break;
  }
  return beta_power_terms(a, b, x, y) / f;
}

/// I_x(a, b) - p. Where both a and b are large the width of the distribution damps the errors of Boost's
/// expansion; elsewhere those reach 1e-12 (a = 7, b = 1e9), so the fraction is our own.
long double incomplete_beta_residual(long double a, long double b, long double x, long double p) {
  constexpr long double kLarge = 1000;
  if (a < 1 || b < 1 || std::min(a, b) > kLarge) return boost::math::ibeta(a, b, x, StepPolicy()) - p;
  if (x <= (a + 1) / (a + b + 2)) return lower_tail(a, b, x, 1 - x) - p;
  return (1 - p) - lower_tail(b, a, 1 - x, x);
}

long double beta_density(long double a, long double b, long double x) {
  if (a < 1 || b < 1) return boost::math::ibeta_derivative(a, b, x, StepPolicy());
  return beta_power_terms(a, b, x, 1 - x) / (x * (1 - x));
}

}  // namespace

JohnsonRanks johnson_ranks(const RiskTable& risk) {
  JohnsonRanks out;
  out.n = risk.units;
  out.runs.reserve(risk.size());
  // The rank as base + k * increment since the increment last changed, so that ranks of complete data are
  // the whole numbers themselves.
  long double base = 0, increment = 1, since = 0, left = static_cast<long double>(risk.units);
  for (std::size_t i = 0; i < risk.size(); ++i) {
    const auto r = static_cast<long double>(risk.at_risk[i]);
    const auto d = static_cast<long double>(risk.failures[i]);
    if (r != left) {  // suspensions since the last failure
      base += since * increment;
      since = 0;
      increment = (static_cast<long double>(risk.units) + 1 - base) / (1 + r);
    }
    out.runs.push_back({risk.time[i], risk.failures[i], static_cast<double>(base + (since + 1) * increment),
                        static_cast<double>(increment)});
    since += d;
    left = r - d;
    out.failures += risk.failures[i];
  }
  return out;
}

double beta_quantile(double a, double b, double p) {
  if (p <= 0.0) return 0.0;
  if (p >= 1.0) return 1.0;
  if (a == 1.0) return -std::expm1(std::log1p(-p) / b);
  if (b == 1.0) return std::exp(std::log(p) / a);
  long double x = static_cast<long double>(boost::math::ibeta_inv(a, b, p, StartPolicy()));
  // Newton in long double: the start carries about 12 digits, each step doubles them.
  const auto al = static_cast<long double>(a), bl = static_cast<long double>(b), pl = static_cast<long double>(p);
  for (int step = 0; step < 20; ++step) {
    if (!(x > 0) || !(x < 1)) break;
    const long double slope = beta_density(al, bl, x);
    if (!(slope > 0)) break;
    const long double move = incomplete_beta_residual(al, bl, x, pl) / slope;
    const long double next = x - move;
    x = next <= 0 ? x / 2 : next >= 1 ? (1 + x) / 2 : next;
    if (std::fabs(move) <= 1e-13L * x) break;
  }
  return static_cast<double>(x);
}

double median_rank(double rank, double n) {
  return beta_quantile(rank, n - rank + 1.0, 0.5);
}

double benard_rank(double rank, double n) noexcept {
  return (rank - 0.3) / (n + 0.4);
}

double beta_binomial_bound(double rank, double n, double p) {
  return beta_quantile(rank, n - rank + 1.0, p);
}

PlottingPositions plotting_positions(const JohnsonRanks& ranks, RankMethod method) {
  PlottingPositions out;
  const auto total = static_cast<std::size_t>(ranks.failures);
  out.time.reserve(total);
  out.adjusted_rank.reserve(total);
  out.position.reserve(total);
  for (const RankRun& run : ranks.runs) {
    for (double k = 0; k < run.count; ++k) {
      const double rank = std::min(run.first + k * run.increment, ranks.n);
      out.time.push_back(run.time);
      out.adjusted_rank.push_back(rank);
      out.position.push_back(method == RankMethod::exact ? median_rank(rank, ranks.n) : benard_rank(rank, ranks.n));
    }
  }
  return out;
}

}  // namespace relia
