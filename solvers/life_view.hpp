// The life of one population as functions of the fitted coordinates: what every quantity is computed from.
//
// A view is one distribution at one set of covariates, or a series system of several (competing modes). It
// hides both behind three log functions of u (the axis coordinate of an age) with derivatives in phi.

#pragma once

#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/likelihood/likelihood.hpp"
#include "solvers/space.hpp"

namespace relia {

class LifeView {
 public:
  virtual ~LifeView() = default;
  [[nodiscard]] virtual Eigen::Index size() const = 0;
  [[nodiscard]] virtual const Axis& axis() const = 0;
  [[nodiscard]] virtual bool positive() const = 0;  ///< lives cannot be negative: quantities go on the log scale
  virtual void log_sf(const Eigen::VectorXd& phi, double u, Jet& out) const = 0;
  virtual void log_cdf(const Eigen::VectorXd& phi, double u, Jet& out) const = 0;
  virtual void log_hazard(const Eigen::VectorXd& phi, double u, Jet& out) const = 0;  ///< with respect to u
  /// log F and log S at many u, values only. Shapes: all of one length.
  virtual void tails(const Eigen::VectorXd& phi,
                     std::span<const double> u,
                     std::span<double> log_f,
                     std::span<double> log_s) const;
  /// u at a failure probability given by both logs; +inf when F never gets there.
  [[nodiscard]] virtual double quantile(const Eigen::VectorXd& phi, double log_sf, double log_cdf) const = 0;
  /// Mean life, as ln when positive(); false: does not exist.
  virtual bool mean(const Eigen::VectorXd& phi, Jet& out) const = 0;
};

/// One distribution at covariates x (offset added, w for the log-scale).
class SingleView final : public LifeView {
 public:
  SingleView(const Likelihood& likelihood,
             const Space& space,
             std::vector<double> x = {},
             double offset = 0.0,
             std::vector<double> w = {});

  [[nodiscard]] Eigen::Index size() const override { return space_.size(); }
  [[nodiscard]] const Axis& axis() const override { return likelihood_.sample().axis; }
  [[nodiscard]] bool positive() const override { return likelihood_.distribution().positive(); }
  void log_sf(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  void log_cdf(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  void log_hazard(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  void tails(const Eigen::VectorXd& phi,
             std::span<const double> u,
             std::span<double> log_f,
             std::span<double> log_s) const override;
  [[nodiscard]] double quantile(const Eigen::VectorXd& phi, double log_sf, double log_cdf) const override;
  bool mean(const Eigen::VectorXd& phi, Jet& out) const override;
  /// z = (u - mu)/sigma with its gradient in phi (no Hessian), for location-scale laws.
  void standardized(const Eigen::VectorXd& phi, double u, Jet& out) const;

 private:
  struct At {
    std::vector<double> theta, law;
  };
  [[nodiscard]] At at(const Eigen::VectorXd& phi) const;
  void pull(const Term& t, const At& a, Jet& out) const;

  const Likelihood& likelihood_;
  const Space& space_;
  std::vector<double> x_, w_;
  double offset_;
};

/// A series system: it fails when the first of its modes does. phi is the modes' phi one after another.
class SystemView final : public LifeView {
 public:
  explicit SystemView(std::vector<std::unique_ptr<LifeView>> modes, Axis axis);

  [[nodiscard]] Eigen::Index size() const override { return size_; }
  [[nodiscard]] const Axis& axis() const override { return axis_; }
  [[nodiscard]] bool positive() const override { return positive_; }
  void log_sf(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  void log_cdf(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  void log_hazard(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  [[nodiscard]] double quantile(const Eigen::VectorXd& phi, double log_sf, double log_cdf) const override;
  bool mean(const Eigen::VectorXd& phi, Jet& out) const override;

 private:
  std::vector<std::unique_ptr<LifeView>> modes_;
  Axis axis_;
  Eigen::Index size_ = 0;
  bool positive_ = true;
};

/// j := log(1 - exp(j)).
void log_complement(Jet& j);
/// j := phi(j) given phi, phi', phi''.
void compose(Jet& j, double value, double d1, double d2);

}  // namespace relia
