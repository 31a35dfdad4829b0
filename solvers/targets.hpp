// The quantities whose estimates, standard errors and bounds a fit reports, each as an equation c(phi, q) = 0
// between the coordinates phi and the quantity q on the scale where it is worked (ln of a positive parameter,
// logit of a reliability, the axis coordinate u of a life). Lives are defined implicitly by S(q; phi) = R, so no
// second derivative in time is ever needed.

#pragma once

#include <memory>

#include <Eigen/Core>

#include "solvers/life_view.hpp"

namespace relia {

/// c with derivatives in phi at fixed q, dc/dq, and d2c/(dphi dq).
struct Constraint {
  Jet c{0};
  double c_q = 0.0;
  Eigen::VectorXd c_phi_q;
};

class Target {
 public:
  virtual ~Target() = default;
  /// q at phi; NaN when it does not exist there.
  [[nodiscard]] virtual double value(const Eigen::VectorXd& phi) const = 0;
  virtual void constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const = 0;
  /// The printed quantity at q (increasing) and its slope.
  [[nodiscard]] virtual double reported(double q) const = 0;
  [[nodiscard]] virtual double slope(double q) const = 0;
  /// Where Wald bounds of the printed quantity are made by default.
  [[nodiscard]] virtual BoundScale wald_scale() const = 0;
};

/// Parameter `index` of a distribution (in report order).
[[nodiscard]] std::unique_ptr<Target> parameter_target(const Distribution& distribution,
                                                       const Axis& axis,
                                                       const Space& space,
                                                       std::size_t index);
/// A coefficient: coordinate `index` of phi times `factor`, plus nothing.
[[nodiscard]] std::unique_ptr<Target> linear_target(Eigen::VectorXd weights, double constant, BoundScale scale);
[[nodiscard]] std::unique_ptr<Target> mean_target(const LifeView& view);
/// R(t), or F(t) with failure = true.
[[nodiscard]] std::unique_ptr<Target> reliability_target(const LifeView& view, double time, bool failure);
[[nodiscard]] std::unique_ptr<Target> hazard_target(const LifeView& view, double time);
/// f(t), worked on ln f.
[[nodiscard]] std::unique_ptr<Target> density_target(const LifeView& view, double time);
/// Age at which log S = log_sf and log F = log_cdf.
[[nodiscard]] std::unique_ptr<Target> quantile_target(const LifeView& view, double log_sf, double log_cdf);
/// R(given + time | survived given).
[[nodiscard]] std::unique_ptr<Target> conditional_target(const LifeView& view, double given, double time);
/// Time from `given` on by which a fraction p of the survivors has failed.
[[nodiscard]] std::unique_ptr<Target> residual_target(const LifeView& view, double given, double p);

}  // namespace relia
