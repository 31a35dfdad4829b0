// Maximum likelihood: from a sample to an estimate that is a maximum, or to a verdict that says why not.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <relia/fit_result.hpp>

#include "core/likelihood/likelihood.hpp"
#include "solvers/space.hpp"

namespace relia {

struct Estimate {
  FitStatus status = FitStatus::iteration_limit;
  std::string reason, advice;
  std::vector<std::string> warnings;
  std::vector<double> theta;   ///< empty when the status carries no estimates
  Eigen::VectorXd phi;         ///< free coordinates of theta
  Jet at{0};                   ///< log L at phi, in phi
  Eigen::MatrixXd covariance;  ///< of phi: inverse observed information; empty at a boundary
  double log_likelihood = kAbsent;
  int passes = 0;
  double gradient_norm = kAbsent;

  [[nodiscard]] bool usable() const noexcept { return carries_estimates(status); }
};

enum class Engine { newton, ceres };

/// One climb from `theta`, for samples like one whose estimate is known: `converged` where it ends at a regular
/// maximum, otherwise `iteration_limit`, and nothing is said about other maxima.
[[nodiscard]] Estimate climb_from(const Likelihood& likelihood, const Space& space, const std::vector<double>& theta);

/// Starts in theta that are dear to find: asked for only when they are climbed from.
using MoreStarts = std::function<std::vector<std::vector<double>>()>;

/// @param more  climbed from first where log L may have several maxima; where it has one, only when no start of the
///              likelihood's own leads to it
[[nodiscard]] Estimate estimate_mle(const Likelihood& likelihood,
                                    const Space& space,
                                    Engine engine,
                                    const MoreStarts& more = {});

}  // namespace relia
