// The second engine: Ceres' quasi-Newton line search on the same objective, from value and gradient alone. It
// shares the likelihood with Newton but not the way to the top, so the two check each other.

#pragma once

#include "solvers/newton.hpp"

namespace relia {

[[nodiscard]] Climb climb_ceres(const Objective& objective, const Eigen::VectorXd& x0);

}  // namespace relia
