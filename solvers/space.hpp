// The coordinates that are free to move when parameters are fixed.
//
// Without fixed parameters phi = theta. With them phi holds the free parameters on their bound scales, theta
// follows by the distribution's locate(), and derivatives by the inverse of the Jacobian of describe():
//
//   g_phi = J^-T g_theta,   H_phi = J^-T (H_theta - sum_i (g_phi)_i d2 eta_i/d theta2) J^-1
//
// so any parameter of any distribution can be fixed without the distribution knowing.
//
// A regression's parameters are linear in theta, so holding some of them leaves a plane: theta = origin + basis phi
// with an orthonormal basis, and derivatives follow by the basis alone.

#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "core/distributions/distribution.hpp"
#include "core/likelihood/likelihood.hpp"

namespace relia {

class Space {
 public:
  /// @param fixed values on bound scales, NaN where free
  Space(const Distribution& distribution, const Axis& axis, std::vector<double> fixed);

  /// The plane rows * theta = values of a regression; without rows all of theta. Rows must be independent.
  Space(const Distribution& distribution, const Axis& axis, const Eigen::MatrixXd& rows, const Eigen::VectorXd& values);

  [[nodiscard]] bool identity() const noexcept { return identity_; }
  [[nodiscard]] Eigen::Index size() const noexcept { return size_; }
  [[nodiscard]] const std::vector<double>& fixed() const noexcept { return fixed_; }
  [[nodiscard]] bool is_fixed(std::size_t parameter) const noexcept {
    return parameter < fixed_.size() && fixed_[parameter] == fixed_[parameter];
  }

  [[nodiscard]] std::vector<double> theta(const Eigen::VectorXd& phi) const;
  /// phi nearest to theta: free parameters as theta has them.
  [[nodiscard]] Eigen::VectorXd phi(const std::vector<double>& theta) const;
  /// A function's derivatives in theta, at theta(phi), turned into derivatives in phi.
  [[nodiscard]] Jet pull(const Jet& in_theta, const std::vector<double>& theta) const;
  /// The same for a gradient alone.
  /// theta = origin + basis phi, for planes only; otherwise empty.
  [[nodiscard]] const Eigen::MatrixXd& basis() const noexcept { return basis_; }
  /// weights . theta + constant as weights . phi + constant. Planes and the whole space only.
  [[nodiscard]] std::pair<Eigen::VectorXd, double> linear(const Eigen::VectorXd& weights, double constant) const;
  [[nodiscard]] Eigen::VectorXd pull_gradient(const Eigen::VectorXd& g, const std::vector<double>& theta) const;

 private:
  const Distribution& distribution_;
  Axis axis_;
  std::vector<double> fixed_;
  std::vector<std::size_t> free_;
  Eigen::Index size_ = 0;
  bool identity_ = true, plane_ = false;
  Eigen::VectorXd origin_;
  Eigen::MatrixXd basis_;
};

}  // namespace relia
