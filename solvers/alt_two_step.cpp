#include "solvers/alt_two_step.hpp"

#include <cmath>

#include <Eigen/QR>

#include "core/distributions/weibull.hpp"
#include "solvers/alt_levels.hpp"
#include "solvers/rank_regression.hpp"

namespace relia {
namespace {

TwoStep missing(std::string reason, std::string advice) {
  TwoStep out;
  out.estimate.status = FitStatus::flat;
  out.estimate.reason = std::move(reason);
  out.estimate.advice = std::move(advice);
  return out;
}

}  // namespace

TwoStep two_step(const AltFit& fit, const LifeTable& table, bool on_x, bool benard) {
  const AltDesign& design = *fit.design;
  if (fit.sample->truncated || fit.sample->failed != fit.sample->exact) {
    return missing(
        "The two-step method plots exact failures: left- or interval-censored or truncated rows have no place on the "
        "plot.",
        "Use --method mle.");
  }
  const bool scaled = fit.distribution->size() > 1;
  const bool shapes = dynamic_cast<const Weibull*>(fit.distribution.get()) != nullptr;
  std::vector<Covariates> at;
  std::vector<double> location, weight;
  double shape = 0.0, total = 0.0;
  for (std::size_t l = 0; l < design.levels().size(); ++l) {
    const LifeTable part = table_of_level(table, design, l);
    const RankFit line = rank_regression(part, *fit.distribution, fit.sample->axis, on_x, benard);
    if (!line.estimable) continue;
    const auto failures = static_cast<double>(count_by_kind(part).failures);
    at.push_back(design.covariates(design.levels()[l], fit.unit));
    location.push_back(line.theta[0] - at.back().offset);
    weight.push_back(failures);
    if (scaled) shape += failures * std::exp(shapes ? -line.theta[1] : line.theta[1]);
    total += failures;
  }
  const auto p = static_cast<Eigen::Index>(1 + design.columns().size());
  const auto m = static_cast<Eigen::Index>(at.size());
  Eigen::MatrixXd x(m, p);
  Eigen::VectorXd y(m);
  double mean = 0.0;
  for (Eigen::Index i = 0; i < m; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double w = std::sqrt(weight[k]);
    for (Eigen::Index j = 0; j < p; ++j) x(i, j) = w * at[k].x[static_cast<std::size_t>(j)];
    y[i] = w * location[k];
    mean += weight[k] * location[k] / total;
  }
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr;
  if (m >= p) qr.compute(x);
  if (m < p || qr.rank() < p) {
    return missing("Only " + std::to_string(m) +
                       " levels have a line of their own (two failures at different ages), "
                       "too few for " +
                       std::to_string(p) + " coefficients with the intercept.",
                   "Test longer or at more levels, or use --method mle, which takes levels with fewer failures.");
  }
  const Eigen::VectorXd beta = qr.solve(y);
  TwoStep out;
  Estimate& e = out.estimate;
  e.status = FitStatus::closed_form;
  e.theta.assign(beta.data(), beta.data() + p);
  if (scaled) e.theta.push_back(shapes ? -std::log(shape / total) : std::log(shape / total));
  e.phi = fit.space->phi(e.theta);
  e.log_likelihood = fit.likelihood->evaluate(e.theta).f;
  double all = 0.0;
  for (Eigen::Index i = 0; i < m; ++i) {
    const auto k = static_cast<std::size_t>(i);
    all += weight[k] * (location[k] - mean) * (location[k] - mean);
  }
  if (all > 0.0) {
    out.r_squared = std::fmax(0.0, 1.0 - (y - x * beta).squaredNorm() / all);
    out.correlation = std::sqrt(out.r_squared);
  }
  return out;
}

}  // namespace relia
