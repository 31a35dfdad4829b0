// Profile likelihood-ratio bounds of any quantity.
//
// The bound is the furthest q, on one side, with twice the drop of the profile log-likelihood equal to z^2. It
// solves (Venzon & Moolgavkar 1988, Appl. Statist. 37, 87-94, here with the quantity defined implicitly)
//
//   grad l(phi) = nu grad_phi c(phi, q),   c(phi, q) = 0,   l(phi) = l_max - r^2/2
//
// by Newton in (phi, q, nu), at r = z at once when the likelihood is nearly quadratic and otherwise along the path
// r: 0 -> z, each solution the start of the next, so the bound lies on the regular path from the estimate. A
// solution counts only when l has a maximum on the surface c = 0 there and q moves outward along the path.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "solvers/newton.hpp"
#include "solvers/targets.hpp"

namespace relia {

struct ProfileBound {
  double q = kNaN;      ///< NaN: the profile does not close on this side
  std::string reason;   ///< why not
  Eigen::VectorXd phi;  ///< where the profile reaches q
};

/// @param objective  log L in phi
/// @param phi        its maximum
/// @param at         log L with derivatives there
/// @param covariance (-H)^-1 there
/// @param side       -1: smaller q, +1: larger q
/// @param z          the standard normal quantile that sets the drop
[[nodiscard]] ProfileBound profile_bound(const Objective& objective,
                                         const Eigen::VectorXd& phi,
                                         const Jet& at,
                                         const Eigen::MatrixXd& covariance,
                                         const Target& target,
                                         double side,
                                         double z);

/// A bound found along the path from the estimate, held against other points as likely as the bound: where log L has
/// several hills the profile at some q beyond the bound may be higher on another one, and then the bound is not the
/// furthest q. From such a point the bound is sought anew; where no regular point is found there, there is none.
/// @param others  points of drop z^2/2 or less, such as where bounds of other quantities were reached
[[nodiscard]] ProfileBound furthest_bound(ProfileBound found,
                                          const std::vector<Eigen::VectorXd>& others,
                                          const Objective& objective,
                                          const Jet& at,
                                          const Target& target,
                                          double side,
                                          double z);

}  // namespace relia
