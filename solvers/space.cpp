#include "solvers/space.hpp"

#include <cmath>

#include <Eigen/LU>
#include <Eigen/QR>

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
  size_ = static_cast<Eigen::Index>(free_.size());
}

Space::Space(const Distribution& distribution,
             const Axis& axis,
             const Eigen::MatrixXd& rows,
             const Eigen::VectorXd& values)
    : distribution_(distribution), axis_(axis), size_(rows.cols() - rows.rows()) {
  if (rows.rows() == 0) return;
  identity_ = false;
  plane_ = true;
  // rows^T = Q R: the first columns of Q span what is held, the others what is free.
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(rows.transpose());
  const Eigen::MatrixXd q = qr.householderQ();
  const Eigen::Index held = rows.rows();
  const Eigen::MatrixXd r = qr.matrixQR().topRows(held).triangularView<Eigen::Upper>();
  origin_ = q.leftCols(held) * r.transpose().triangularView<Eigen::Lower>().solve(values);
  basis_ = q.rightCols(size_);
}

std::vector<double> Space::theta(const Eigen::VectorXd& phi) const {
  if (identity_) return {phi.data(), phi.data() + phi.size()};
  if (plane_) {
    const Eigen::VectorXd theta = origin_ + basis_ * phi;
    return {theta.data(), theta.data() + theta.size()};
  }
  std::vector<double> out(static_cast<std::size_t>(distribution_.size()));
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
  if (plane_) {
    const Eigen::Map<const Eigen::VectorXd> point(theta.data(), static_cast<Eigen::Index>(theta.size()));
    return basis_.transpose() * (point - origin_);
  }
  std::vector<Term> eta(fixed_.size());
  distribution_.describe(axis_, theta, eta);
  for (std::size_t i = 0; i < free_.size(); ++i) out[static_cast<Eigen::Index>(i)] = eta[free_[i]].f;
  return out;
}

Jet Space::pull(const Jet& in_theta, const std::vector<double>& theta) const {
  if (identity_) return in_theta;
  if (plane_) {
    Jet out(size_);
    out.f = in_theta.f;
    out.g = basis_.transpose() * in_theta.g;
    out.h = basis_.transpose() * in_theta.h * basis_;
    return out;
  }
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

std::pair<Eigen::VectorXd, double> Space::linear(const Eigen::VectorXd& weights, double constant) const {
  if (identity_) return {weights, constant};
  return {basis_.transpose() * weights, constant + weights.dot(origin_)};
}

Eigen::VectorXd Space::pull_gradient(const Eigen::VectorXd& g, const std::vector<double>& theta) const {
  if (identity_) return g;
  if (plane_) return basis_.transpose() * g;
  Jet j(g.size());
  j.g = g;
  return pull(j, theta).g;
}

}  // namespace relia
