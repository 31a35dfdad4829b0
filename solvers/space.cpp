#include "solvers/space.hpp"

#include <cmath>

#include <Eigen/LU>

namespace relia {

Space::Space(const Distribution& distribution, const Axis& axis, std::vector<double> fixed)
    : distribution_(distribution), axis_(axis), fixed_(std::move(fixed)) {
  fixed_.resize(distribution.parameters().size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < fixed_.size(); ++i) {
    if (is_fixed(i)) {
      identity_ = false;
    } else {
      free_.push_back(i);
    }
  }
}

std::vector<double> Space::theta(const Eigen::VectorXd& phi) const {
  std::vector<double> out(static_cast<std::size_t>(distribution_.size()));
  if (identity_) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = phi[static_cast<Eigen::Index>(i)];
    return out;
  }
  std::vector<double> eta = fixed_;
  for (std::size_t i = 0; i < free_.size(); ++i) eta[free_[i]] = phi[static_cast<Eigen::Index>(i)];
  if (!distribution_.locate(axis_, eta, out)) {
    for (double& v : out) v = std::numeric_limits<double>::quiet_NaN();
  }
  return out;
}

Eigen::VectorXd Space::phi(const std::vector<double>& theta) const {
  Eigen::VectorXd out(size());
  if (identity_) {
    for (std::size_t i = 0; i < theta.size(); ++i) out[static_cast<Eigen::Index>(i)] = theta[i];
    return out;
  }
  std::vector<Term> eta(fixed_.size());
  distribution_.describe(axis_, theta, eta);
  for (std::size_t i = 0; i < free_.size(); ++i) out[static_cast<Eigen::Index>(i)] = eta[free_[i]].f;
  return out;
}

Jet Space::pull(const Jet& in_theta, const std::vector<double>& theta) const {
  if (identity_) return in_theta;
  const auto n = static_cast<Eigen::Index>(fixed_.size());
  std::vector<Term> eta(fixed_.size());
  distribution_.describe(axis_, theta, eta);
  Eigen::MatrixXd jacobian(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) jacobian(i, j) = eta[static_cast<std::size_t>(i)].d(static_cast<int>(j));
  }
  const Eigen::MatrixXd inverse = jacobian.inverse();
  const Eigen::VectorXd g = inverse.transpose() * in_theta.g;
  Eigen::MatrixXd h = in_theta.h;
  for (Eigen::Index k = 0; k < n; ++k) {
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j < n; ++j) {
        h(i, j) -= g[k] * eta[static_cast<std::size_t>(k)].dd(static_cast<int>(i), static_cast<int>(j));
      }
    }
  }
  const Eigen::MatrixXd in_eta = inverse.transpose() * h * inverse;
  Jet out(size());
  out.f = in_theta.f;
  for (std::size_t i = 0; i < free_.size(); ++i) {
    const auto a = static_cast<Eigen::Index>(i);
    out.g[a] = g[static_cast<Eigen::Index>(free_[i])];
    for (std::size_t j = 0; j < free_.size(); ++j) {
      out.h(a, static_cast<Eigen::Index>(j)) =
          in_eta(static_cast<Eigen::Index>(free_[i]), static_cast<Eigen::Index>(free_[j]));
    }
  }
  return out;
}

Eigen::VectorXd Space::pull_gradient(const Eigen::VectorXd& g, const std::vector<double>& theta) const {
  if (identity_) return g;
  Jet j(g.size());
  j.g = g;
  return pull(j, theta).g;
}

}  // namespace relia
