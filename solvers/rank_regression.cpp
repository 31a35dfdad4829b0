#include "solvers/rank_regression.hpp"

#include <algorithm>
#include <cmath>

#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/plotting_positions.hpp"

namespace relia {

bool has_probability_paper(const Distribution& distribution) {
  double z = 0.0;
  return distribution.plot_quantile(-kLn2, -kLn2, z);
}

RankFit rank_regression(
    const LifeTable& table, const Distribution& distribution, const Axis& axis, bool on_x, bool benard) {
  RankFit fit;
  const PlottingPositions points =
      plotting_positions(johnson_ranks(risk_table(table)), benard ? RankMethod::benard : RankMethod::exact);
  const std::size_t n = points.time.size();
  const bool origin = distribution.size() == 1;
  if (n < (origin ? 1U : 2U)) {
    fit.reason = n == 0 ? "There is no failure to plot." : "One plotted point does not make a line.";
    fit.advice = "Rank regression needs two failures at different ages; Weibayes (--fix shape=...) works with fewer.";
    return fit;
  }
  std::vector<double> x(n), z(n);
  double mean_x = 0.0, mean_z = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double p = points.position[i], log_sf = std::log1p(-p);
    if (origin) {
      x[i] = std::exp(axis.to_u(points.time[i]));
      z[i] = -log_sf;
    } else {
      x[i] = axis.to_u(points.time[i]);
      distribution.plot_quantile(log_sf, std::log(p), z[i]);
    }
    mean_x += x[i];
    mean_z += z[i];
  }
  mean_x /= static_cast<double>(n);
  mean_z /= static_cast<double>(n);
  double xx = 0.0, zz = 0.0, xz = 0.0;
  if (origin) {
    for (std::size_t i = 0; i < n; ++i) {
      xx += x[i] * x[i];
      zz += z[i] * z[i];
      xz += x[i] * z[i];
    }
    fit.theta = {std::log(on_x ? xz / zz : xx / xz)};
  } else {
    for (std::size_t i = 0; i < n; ++i) {
      const double a = x[i] - mean_x, b = z[i] - mean_z;
      xx += a * a;
      zz += b * b;
      xz += a * b;
    }
    // Asked of the ages themselves: the mean of equal numbers is rounded, so that xx may be a little above zero.
    const bool tied = std::all_of(x.begin(), x.end(), [&](double u) { return u == x.front(); });
    if (tied || !(xx > 0.0) || !(xz > 0.0)) {
      fit.reason = "All failures are at one age: the plotted points make no line.";
      fit.advice = "Record tied failures as intervals, or hold the shape (--fix shape=..., with --method mle).";
      return fit;
    }
    const double sigma = on_x ? xz / zz : xx / xz;
    fit.theta = {mean_x - sigma * mean_z, std::log(sigma)};
  }
  fit.estimable = true;
  fit.r_squared = xz * xz / (xx * zz);
  fit.correlation = std::sqrt(fit.r_squared);
  return fit;
}

}  // namespace relia
