#include "solvers/newton.hpp"

#include <cmath>

#include <Eigen/Eigenvalues>

namespace relia {
namespace {

bool finite(const Jet& j) {
  return std::isfinite(j.f) && j.g.allFinite() && j.h.allFinite();
}

/// Newton direction on coordinates scaled to unit curvature, with |eigenvalues| floored.
Eigen::VectorXd ascent(const Jet& at) {
  const Eigen::Index n = at.g.size();
  Eigen::VectorXd d(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double c = std::fabs(at.h(i, i));
    d[i] = c > 1e-300 ? 1.0 / std::sqrt(c) : 1.0;
  }
  const Eigen::MatrixXd scaled = -(d.asDiagonal() * at.h * d.asDiagonal());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
  Eigen::VectorXd c = eigen.eigenvectors().transpose() * d.cwiseProduct(at.g);
  const double top = eigen.eigenvalues().cwiseAbs().maxCoeff();
  for (Eigen::Index i = 0; i < n; ++i) {
    c[i] /= std::fmax(std::fabs(eigen.eigenvalues()[i]), 1e-12 * std::fmax(top, 1e-300));
  }
  return d.cwiseProduct(eigen.eigenvectors() * c);
}

}  // namespace

Stationarity stationarity(const Jet& at, const Eigen::VectorXd& unit) {
  Stationarity s;
  const Eigen::Index n = at.g.size();
  if (n == 0) {
    s.negative_definite = true;
    s.step = Eigen::VectorXd(0);
    s.condition = 1.0;
    s.information = kInfinity;
    return s;
  }
  s.step = Eigen::VectorXd::Constant(n, kInfinity);
  if (!finite(at)) return s;
  const Eigen::VectorXd u = unit.size() == n ? unit : Eigen::VectorXd::Ones(n);
  Eigen::VectorXd d(n);
  bool curved = true;
  for (Eigen::Index i = 0; i < n; ++i) {
    curved = curved && at.h(i, i) < 0.0;
    const double c = std::fabs(at.h(i, i));
    d[i] = c > 1e-300 ? 1.0 / std::sqrt(c) : u[i];
    s.gradient_norm = std::fmax(s.gradient_norm, std::fabs(at.g[i]) * d[i]);
  }
  const Eigen::MatrixXd scaled = -(d.asDiagonal() * at.h * d.asDiagonal());
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
  const double low = eigen.eigenvalues().minCoeff(), top = eigen.eigenvalues().cwiseAbs().maxCoeff();
  s.condition = low > 0.0 ? top / low : kInfinity;
  s.information =
      Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(-(u.asDiagonal() * at.h * u.asDiagonal()), Eigen::EigenvaluesOnly)
          .eigenvalues()
          .minCoeff();
  const double rounding = 1e-11 * static_cast<double>(n);
  s.negative_definite = curved && low > rounding * top;
  s.flat = std::fabs(low) <= rounding * top || !curved;
  if (s.negative_definite) {
    const Eigen::VectorXd c = eigen.eigenvectors().transpose() * d.cwiseProduct(at.g);
    const Eigen::VectorXd x = c.cwiseQuotient(eigen.eigenvalues());
    s.decrement = c.dot(x);
    s.step = d.cwiseProduct(eigen.eigenvectors() * x);
  } else {
    s.decrement = kInfinity;
  }
  return s;
}

Climb climb(const Objective& objective, const Eigen::VectorXd& x0, const NewtonOptions& options) {
  Climb c;
  c.x = x0;
  c.at = objective(x0);
  c.passes = 1;
  if (!finite(c.at)) return c;
  if (x0.size() == 0) {
    c.settled = true;
    return c;
  }
  double last_decrement = kInfinity;
  int stalls = 0, crawling = 0;
  while (c.passes < options.max_passes) {
    if (options.lost && options.lost(c.x, c.at)) return c;
    Eigen::VectorXd s = ascent(c.at);
    const double slope = c.at.g.dot(s);
    if (!s.allFinite() || !std::isfinite(slope)) return c;
    if (slope < 1e-5) {
      const Eigen::VectorXd unit = options.unit ? options.unit(c.x) : Eigen::VectorXd::Ones(s.size());
      crawling = s.cwiseQuotient(unit).cwiseAbs().maxCoeff() > 0.3 ? crawling + 1 : 0;
      if (crawling >= 6) return c;
    }
    double length = 1.0;
    if (options.reach) {
      const Eigen::VectorXd reach = options.reach(c.x);
      for (Eigen::Index i = 0; i < s.size(); ++i) {
        if (std::fabs(s[i]) * length > reach[i]) length = reach[i] / std::fabs(s[i]);
      }
    }
    const double noise = 4e-16 * (1.0 + std::fabs(c.at.f));
    if (slope < 1e-8 && length == 1.0) {
      // Near the top differences of f drown in rounding: full steps as long as the decrement falls.
      Jet next = objective(c.x + s);
      ++c.passes;
      if (!finite(next)) return c;
      const Stationarity here = stationarity(next);
      const double decrement = here.negative_definite ? here.decrement : kInfinity;
      if (next.f < c.at.f - 1e3 * noise - slope) return c;
      if (decrement >= last_decrement * 0.25 || !(decrement < slope)) {
        if (decrement < slope) {
          c.x += s;
          c.at = std::move(next);
        }
        c.settled = true;
        return c;
      }
      last_decrement = decrement;
      c.x += s;
      c.at = std::move(next);
      // The error left is sqrt(decrement) standard errors, themselves 1/sqrt(n) of the coordinate.
      if (decrement < 1e-31 * std::fmax(1.0, std::fabs(c.at.f))) {
        c.settled = true;
        return c;
      }
      continue;
    }
    bool moved = false;
    for (int halving = 0; halving < 50 && c.passes < options.max_passes; ++halving, length *= 0.5) {
      const Eigen::VectorXd x = c.x + length * s;
      if (x == c.x) break;
      Jet next = objective(x);
      ++c.passes;
      if (finite(next) && next.f >= c.at.f + 1e-4 * length * slope - noise) {
        stalls = next.f <= c.at.f + noise ? stalls + 1 : 0;
        c.x = x;
        c.at = std::move(next);
        moved = true;
        break;
      }
    }
    if (!moved || stalls > 20) return c;
  }
  return c;
}

}  // namespace relia
