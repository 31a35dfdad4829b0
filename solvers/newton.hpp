// Safeguarded Newton ascent on an exact Hessian.
//
// Each step solves with the Hessian's eigenvalues reflected to be negative, is shortened until the objective
// rises, and near the top runs on at full length until rounding stops it, so the end is as sharp as the
// arithmetic allows. Whether the end is a maximum is judged apart from how it was reached (judge_maximum).

#pragma once

#include <functional>

#include <Eigen/Core>

#include "core/likelihood/likelihood.hpp"

namespace relia {

using Objective = std::function<Jet(const Eigen::VectorXd&)>;

struct Climb {
  Eigen::VectorXd x;
  Jet at{0};
  int passes = 0;        ///< evaluations of the objective
  bool settled = false;  ///< the last step was a full Newton step that no longer changed anything
};

struct NewtonOptions {
  int max_passes = 200;
  /// Largest step a coordinate may take at x; empty: no limit.
  std::function<Eigen::VectorXd(const Eigen::VectorXd&)> reach;
  /// What a step of one means for each coordinate at x; empty: one. A climb that still takes steps of that order
  /// while hardly anything is left to gain runs towards infinity, and is stopped.
  std::function<Eigen::VectorXd(const Eigen::VectorXd&)> unit;
  /// Where it is true of x and the objective there the climb ends: nothing that is looked for lies beyond. Empty:
  /// nowhere.
  std::function<bool(const Eigen::VectorXd&, const Jet&)> lost;
};

/// Climbs from x0; the objective must be finite there (else passes = 1 and settled = false).
[[nodiscard]] Climb climb(const Objective& objective, const Eigen::VectorXd& x0, const NewtonOptions& options = {});

/// What kind of point this is, whatever led there.
struct Stationarity {
  bool negative_definite = false;  ///< of the Hessian scaled to unit diagonal, by more than rounding
  bool flat = false;               ///< a direction in which the objective does not change at all
  double decrement = 0.0;          ///< g' (-H)^-1 g: twice the height still to be gained, if quadratic
  Eigen::VectorXd step;            ///< full Newton step
  double gradient_norm = 0.0;      ///< max |g_i| / sqrt(-h_ii), or |g_i| by a step of one where h_ii is 0
  double condition = 0.0;          ///< of the scaled Hessian
  double information = 0.0;        ///< least eigenvalue of the negative Hessian in those units
};
/// @param unit what a step of one means for each coordinate; empty: one
[[nodiscard]] Stationarity stationarity(const Jet& at, const Eigen::VectorXd& unit = {});

}  // namespace relia
