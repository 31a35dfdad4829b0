// Bounds of one quantity by the method the user asked for.

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <relia/fit_result.hpp>

#include "solvers/bounds_profile.hpp"
#include "solvers/estimate_mle.hpp"
#include "solvers/targets.hpp"

namespace relia {

enum class BoundMethod { none, wald, lr, exact, bootstrap };
enum class WaldScale { automatic, z, logit, log, plain };
enum class Sides { two, lower, upper };

struct Replicates;

/// Everything that turns a target into a Quantity with bounds.
struct BoundContext {
  BoundMethod method = BoundMethod::lr;
  WaldScale wald_scale = WaldScale::automatic;
  Sides sides = Sides::two;
  double confidence = 0.95;

  Objective objective;  ///< log L in phi
  Eigen::VectorXd phi;  ///< the estimate; empty when there is none (zero failures)
  Jet at{0};
  Eigen::MatrixXd covariance;  ///< empty: no standard errors
  bool has_estimate = true;
  std::string no_errors_reason;                      ///< why covariance is empty
  std::vector<std::pair<std::string, double>> held;  ///< values of --fix, as given

  /// Exact bounds: phi of the only free parameter at each end; NaN: that end does not exist.
  double exact_lower = kAbsent, exact_upper = kAbsent;
  std::string exact_reason;  ///< why exact bounds do not exist at all

  std::shared_ptr<const Replicates> replicates;  ///< bounds by resampling

  /// Where likelihood-ratio bounds were reached, which every later bound is held against (furthest_bound); null: the
  /// likelihood has one hill.
  std::shared_ptr<std::vector<Eigen::VectorXd>> ends;
};

/// The standard normal quantile of the level: two-sided (1+C)/2, one-sided C.
[[nodiscard]] double bound_z(double confidence, Sides sides);

/// @param z_scale the quantity as a standardized z (for --wald-scale z on probabilities), or nullptr
[[nodiscard]] Quantity make_quantity(const Target& target,
                                     const BoundContext& context,
                                     const Target* z_scale = nullptr);

}  // namespace relia
