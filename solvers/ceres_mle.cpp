#include "solvers/ceres_mle.hpp"

#include <cmath>
#include <mutex>

#include <ceres/gradient_problem.h>
#include <ceres/gradient_problem_solver.h>
#include <glog/logging.h>

namespace relia {
namespace {

class Negated final : public ceres::FirstOrderFunction {
 public:
  Negated(const Objective& objective, Eigen::VectorXd origin, Eigen::VectorXd unit, int* passes)
      : objective_(objective), origin_(std::move(origin)), unit_(std::move(unit)), passes_(passes) {}

  bool Evaluate(const double* x, double* cost, double* gradient) const override {
    const Eigen::VectorXd step = Eigen::Map<const Eigen::VectorXd>(x, NumParameters());
    const Jet j = objective_(origin_ + unit_.cwiseProduct(step));
    ++*passes_;
    if (!std::isfinite(j.f) || !j.g.allFinite()) return false;
    *cost = -j.f;
    if (gradient != nullptr) Eigen::Map<Eigen::VectorXd>(gradient, NumParameters()) = -unit_.cwiseProduct(j.g);
    return true;
  }
  [[nodiscard]] int NumParameters() const override { return static_cast<int>(origin_.size()); }

 private:
  const Objective& objective_;
  Eigen::VectorXd origin_, unit_;
  int* passes_;
};

}  // namespace

Climb climb_ceres(const Objective& objective, const Eigen::VectorXd& x0) {
  static std::once_flag quiet;
  std::call_once(quiet, [] { FLAGS_minloglevel = 3; });
  Climb c;
  c.x = x0;
  c.at = objective(x0);
  c.passes = 1;
  if (!std::isfinite(c.at.f) || !c.at.g.allFinite()) return c;
  // Restarting from the end with units of the local curvature sharpens what a first-order method leaves.
  for (int round = 0; round < 6; ++round) {
    Eigen::VectorXd unit(x0.size());
    for (Eigen::Index i = 0; i < unit.size(); ++i) {
      const double h = std::fabs(c.at.h(i, i));
      unit[i] = h > 1e-300 ? 1.0 / std::sqrt(h) : 1.0;
    }
    ceres::GradientProblem problem(new Negated(objective, c.x, unit, &c.passes));
    ceres::GradientProblemSolver::Options options;
    options.line_search_direction_type = ceres::BFGS;
    options.max_num_iterations = 400;
    options.function_tolerance = 0.0;
    options.gradient_tolerance = 1e-13;
    options.parameter_tolerance = 0.0;
    options.logging_type = ceres::SILENT;
    ceres::GradientProblemSolver::Summary summary;
    Eigen::VectorXd x = Eigen::VectorXd::Zero(x0.size());
    ceres::Solve(options, problem, x.data(), &summary);
    const Eigen::VectorXd end = c.x + unit.cwiseProduct(x);
    Jet at = objective(end);
    ++c.passes;
    if (!std::isfinite(at.f) || !(at.f >= c.at.f - 1e-12 * std::fabs(c.at.f))) break;
    const bool moved = end != c.x;
    c.x = end;
    c.at = std::move(at);
    c.settled = true;
    if (!moved || stationarity(c.at).decrement < 1e-24) break;
  }
  return c;
}

}  // namespace relia
