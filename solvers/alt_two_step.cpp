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

/// The levels' lines: those with two failures or more at different ages.
struct Lines {
  std::vector<Covariates> at;
  std::vector<double> location;   ///< offset taken off
  std::vector<double> log_sigma;  ///< empty for a distribution without sigma
  std::vector<double> weight;     ///< failures
};

Lines lines_of(const AltFit& fit, const LifeTable& table, bool on_x, bool benard) {
  const AltDesign& design = *fit.design;
  Lines out;
  for (std::size_t l = 0; l < design.levels().size(); ++l) {
    const LifeTable part = table_of_level(table, design, l);
    const RankFit line = rank_regression(part, *fit.distribution, fit.sample->axis, on_x, benard);
    if (!line.estimable) continue;
    out.at.push_back(design.covariates(design.levels()[l], fit.unit));
    out.location.push_back(line.theta[0] - out.at.back().offset);
    out.weight.push_back(static_cast<double>(count_by_kind(part).failures));
    if (fit.distribution->size() > 1) out.log_sigma.push_back(line.theta[1]);
  }
  return out;
}

/// Logarithm of the common sigma: the shapes' mean for the Weibull, the sigmas' for the others.
double common_log_sigma(const AltFit& fit, const Lines& lines) {
  const double sign = dynamic_cast<const Weibull*>(fit.distribution.get()) != nullptr ? -1.0 : 1.0;
  double sum = 0.0, total = 0.0;
  for (std::size_t i = 0; i < lines.log_sigma.size(); ++i) {
    sum += lines.weight[i] * std::exp(sign * lines.log_sigma[i]);
    total += lines.weight[i];
  }
  return sign * std::log(sum / total);
}

/// Coefficients of the link by weighted least squares through the lines' locations.
struct Link {
  Eigen::MatrixXd x;  ///< rows times the roots of their weights
  Eigen::VectorXd y, beta;
  bool determined = false;
};

Link link_of(const Lines& lines, Eigen::Index p) {
  const auto m = static_cast<Eigen::Index>(lines.at.size());
  Link out;
  out.x.resize(m, p);
  out.y.resize(m);
  for (Eigen::Index i = 0; i < m; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double w = std::sqrt(lines.weight[k]);
    for (Eigen::Index j = 0; j < p; ++j) out.x(i, j) = w * lines.at[k].x[static_cast<std::size_t>(j)];
    out.y[i] = w * lines.location[k];
  }
  if (m < p) return out;
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(out.x);
  out.determined = qr.rank() == p;
  if (out.determined) out.beta = qr.solve(out.y);
  return out;
}

/// Coefficients of ln sigma. What the lines do not say is as with one sigma for all.
Eigen::VectorXd shape_coefficients(const AltFit& fit, const Lines& lines) {
  const Eigen::Index q = fit.likelihood->shape_size();
  const double common = common_log_sigma(fit, lines);
  Eigen::VectorXd out = Eigen::VectorXd::Zero(q);
  // One column a level, or a one in the first column.
  if (fit.design->separate_shapes()) {
    out.setConstant(common);
  } else {
    out[0] = common;
  }
  if (q == 1) return out;
  const auto m = static_cast<Eigen::Index>(lines.at.size());
  Eigen::MatrixXd w(m, q);
  Eigen::VectorXd rest(m);
  for (Eigen::Index i = 0; i < m; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double root = std::sqrt(lines.weight[k]);
    w.row(i) = root * Eigen::Map<const Eigen::RowVectorXd>(lines.at[k].w.data(), q);
    rest[i] = root * (lines.log_sigma[k] - common);
  }
  return out + w.completeOrthogonalDecomposition().solve(rest);
}

/// Lines of more levels than this cost more than they tell.
constexpr std::size_t kMostLevels = 200;

}  // namespace

std::vector<std::vector<double>> two_step_starts(const AltFit& fit, const LifeTable& table) {
  const Sample& sample = *fit.sample;
  if (fit.exposures != nullptr || sample.truncated || sample.failed == 0.0 || sample.failed != sample.exact ||
      !has_probability_paper(*fit.distribution) || fit.design->levels().size() > kMostLevels)
    return {};
  const Lines lines = lines_of(fit, table, true, false);
  const Link link = link_of(lines, fit.likelihood->location_size());
  if (!link.determined) return {};
  std::vector<double> theta(link.beta.begin(), link.beta.end());
  if (fit.distribution->size() > 1) {
    const Eigen::VectorXd shape = shape_coefficients(fit, lines);
    theta.insert(theta.end(), shape.begin(), shape.end());
  }
  return {std::move(theta)};
}

TwoStep two_step(const AltFit& fit, const LifeTable& table, bool on_x, bool benard) {
  const AltDesign& design = *fit.design;
  if (fit.sample->truncated || fit.sample->failed != fit.sample->exact) {
    return missing(
        "The two-step method plots exact failures: left- or interval-censored or truncated rows have no place on the "
        "plot.",
        "Use --method mle.");
  }
  const Lines lines = lines_of(fit, table, on_x, benard);
  const auto p = static_cast<Eigen::Index>(1 + design.columns().size());
  const auto m = static_cast<Eigen::Index>(lines.at.size());
  const Link link = link_of(lines, p);
  if (!link.determined) {
    return missing("Only " + std::to_string(m) +
                       " levels have a line of their own (two failures at different ages), "
                       "too few for " +
                       std::to_string(p) + " coefficients with the intercept.",
                   "Test longer or at more levels, or use --method mle, which takes levels with fewer failures.");
  }
  TwoStep out;
  Estimate& e = out.estimate;
  e.status = FitStatus::closed_form;
  e.theta.assign(link.beta.begin(), link.beta.end());
  if (fit.distribution->size() > 1) e.theta.push_back(common_log_sigma(fit, lines));
  e.phi = fit.space->phi(e.theta);
  e.log_likelihood = fit.likelihood->evaluate(e.theta).f;
  double total = 0.0, mean = 0.0, all = 0.0;
  for (const double w : lines.weight) total += w;
  for (std::size_t k = 0; k < lines.at.size(); ++k) mean += lines.weight[k] * lines.location[k] / total;
  for (Eigen::Index i = 0; i < m; ++i) {
    const auto k = static_cast<std::size_t>(i);
    all += lines.weight[k] * (lines.location[k] - mean) * (lines.location[k] - mean);
  }
  if (all > 0.0) {
    out.r_squared = std::fmax(0.0, 1.0 - (link.y - link.x * link.beta).squaredNorm() / all);
    out.correlation = std::sqrt(out.r_squared);
  }
  return out;
}

}  // namespace relia
