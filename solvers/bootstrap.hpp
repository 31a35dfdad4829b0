// Bounds by resampling: the model fitted again to many samples like the one at hand, and what the spread of those fits
// says about each quantity.
//
// Kinds of samples
//   weights     every unit gets a random weight, together Dirichlet(1,…,1) times n (Rubin 1981, Ann. Statist. 9,
//               130-134; Xu, Gotwalt, Hong, King & Meeker 2020, Am. Stat. 74, 345-358): no failure is ever lost, so
//               heavily censored data keep an estimate in every replicate
//   cases       n units drawn with replacement (Efron 1979, Ann. Statist. 7, 1-26)
//   parametric  n lives drawn from the fitted model under the test's own plan: complete, ended at the r-th failure
//               (type II), or ended at one age (type I)
// Intervals
//   percentile  of the replicates;  bca: percentiles corrected for median bias and for the acceleration of the
//   influence
//               function (Efron 1987, JASA 82, 171-185; Efron & Tibshirani 1993, chapter 14)
//   t           of (q* - q)/se*, on the scale on which q is worked (ln life, ln shape, logit R)
//   pivotal     of the quantity at mu** = mu + (mu - mu*) sigma/sigma*, sigma** = sigma^2/sigma*: inverts the pivots
//               (mu* - mu)/sigma* and sigma*/sigma of location-scale families, whose law for complete and type II data
//               does not depend on the parameters, so that those bounds are exact (Lawless 1982, section 4.1; Meeker,
//               Escobar & Pascual 2022, chapter 14)
//
// Threads   replicate k draws from stream k of the seed whichever thread has it; results in order of k.
// Checked   tests/solvers/bootstrap_test.cpp.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <relia/fit.hpp>

#include "core/sample/block_sums.hpp"
#include "solvers/model_fit.hpp"
#include "solvers/targets.hpp"

namespace relia {

/// Estimates of all replicates that have one.
struct Replicates {
  BootstrapOptions options;
  int failed = 0;      ///< replicates without a maximum
  bool exact = false;  ///< pivots of complete or type II data
  std::string reason;  ///< why there are no replicates at all

  Eigen::MatrixXd phi;  ///< k by number of replicates with a maximum, in order
  /// Studentized intervals: covariance of each, k^2 by number of replicates; else empty.
  Eigen::MatrixXd covariance;
  /// BCa: influence of one unit of each row on phi, k by rows, and how many units the row stands for.
  Eigen::MatrixXd influence;
  std::vector<double> units;
};

/// @param workers  share the replicates
/// @throws UsageError where the kind does not fit the data (parametric without a plan, cases of too many units)
[[nodiscard]] std::shared_ptr<const Replicates> resample(const ModelFit& fit,
                                                         const LifeTable& table,
                                                         const BootstrapOptions& options,
                                                         const Workers& workers);

/// The bounds of one quantity with estimate q at phi, into `out`.
void bootstrap_bounds(const Target& target, const BoundContext& context, double q, Quantity& out);

}  // namespace relia
