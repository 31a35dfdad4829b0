// Stress that varies with time, by cumulative exposure.
//
// At constant stress ln T = eta(x) + sigma w. Under a profile x(t) the exposure G(t) = integral of e^(-eta(x(s))) ds
// takes the place of t e^(-eta): F(t) = F_0(ln G(t)), so what is left of a life depends on what has been used up and
// not on how. With nodes (weight d_j, covariates x_j),
//
//   y = ln sum_j d_j e^(-eta_j),   dy/dbeta = -m,   d2y/dbeta2 = C
//
// m and C being mean and covariance of x_j under the weights p_j = d_j e^(-eta_j - y). A step is one node; a ramp is
// 24 Gauss-Legendre nodes a piece.
//
// Source   Nelson (1980), IEEE Trans. Reliability R-29, 103-108; Nelson (1990), chapter 10.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <relia/life_table.hpp>

#include "core/likelihood/likelihood.hpp"
#include "solvers/alt_design.hpp"
#include "solvers/life_view.hpp"
#include "solvers/targets.hpp"

namespace relia {

struct ExposureNode {
  double weight = 0.0;  ///< time, in units of the axis (tests), or share of the cycle (missions)
  std::vector<double> x;
  double offset = 0.0;
};

/// Exposure up to one age; `full` nodes of the profile and the nodes of the piece that the age cuts.
struct ExposureAge {
  std::size_t profile = 0, full = 0;
  std::vector<ExposureNode> cut;
  ExposureNode end;  ///< covariates at the age itself
};

/// One row of the table under its profile.
struct ExposureRow {
  Kind kind = Kind::exact;
  double count = 1.0;
  ExposureAge a, b;  ///< b only for intervals
};

/// A table under its profiles.
struct Exposures {
  std::vector<std::vector<ExposureNode>> profiles;  ///< nodes of all pieces but the endless last one
  std::vector<ExposureRow> rows;
  double log_unit = 0.0;  ///< ln of the axis' scale
};

/// The pieces of stress over time that a profile table describes.
class StressProfiles {
 public:
  /// @param design  of the test: its terms on the profile's columns
  /// @param cycle   the last row ends the cycle (missions); otherwise it holds for ever
  /// @throws BadData (times that do not rise, no point at 0), UsageError
  StressProfiles(const LifeTable& table, const AltDesign& design, const std::string& profile_column, bool cycle);

  /// @throws UsageError when the data name no profile or an unknown one
  [[nodiscard]] Exposures exposures(const LifeTable& data, const Axis& axis, const std::string& profile_column) const;
  /// Covariates a row for starting values: the mean over each row's exposure.
  [[nodiscard]] static Design mean_design(const Exposures& exposures, const LifeTable& data, std::size_t columns);
  /// Nodes of one cycle of the first profile, weights their share of the cycle.
  [[nodiscard]] std::vector<ExposureNode> mission() const;

 private:
  struct Piece {
    double start = 0.0, end = 0.0;
    Setting from, to;
    bool ramp = false;
  };
  [[nodiscard]] std::vector<ExposureNode> nodes(const Piece& piece, double until, double unit) const;
  [[nodiscard]] ExposureNode node(const Setting& setting, double weight) const;
  [[nodiscard]] ExposureAge age(std::size_t profile, double t, double unit) const;

  const AltDesign& design_;
  std::vector<std::string> names_;
  std::vector<std::vector<Piece>> pieces_;
};

/// y = ln exposure with the mean and covariance of the covariates under it.
struct ExposureMoments {
  double y = 0.0;
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

class ExposureLikelihood final : public Likelihood {
 public:
  /// @param sample  prepared with mean covariates; its rows are not used, its axis and counts are
  ExposureLikelihood(const Distribution& distribution, const Sample& sample, const Exposures& exposures);
  [[nodiscard]] Jet evaluate(std::span<const double> theta) const override;
  [[nodiscard]] bool linear() const noexcept override { return false; }

 private:
  [[nodiscard]] ExposureMoments moments(std::span<const double> theta, const ExposureAge& age) const;
  const Exposures& exposures_;
};

/// Life under a mission profile that repeats, taken at whole cycles: ln T = -ln(mean of e^(-eta)) + sigma w.
class MissionView final : public LifeView {
 public:
  MissionView(const Likelihood& likelihood, const Space& space, std::vector<ExposureNode> mission)
      : likelihood_(likelihood), space_(space), mission_(std::move(mission)) {}
  [[nodiscard]] Eigen::Index size() const override { return space_.size(); }
  [[nodiscard]] const Axis& axis() const override { return likelihood_.sample().axis; }
  [[nodiscard]] bool positive() const override { return likelihood_.distribution().positive(); }
  void log_sf(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  void log_cdf(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  void log_hazard(const Eigen::VectorXd& phi, double u, Jet& out) const override;
  [[nodiscard]] double quantile(const Eigen::VectorXd& phi, double log_sf, double log_cdf) const override;
  bool mean(const Eigen::VectorXd& phi, Jet& out) const override;

 private:
  struct At {
    std::vector<double> theta, law;
    ExposureMoments moments;
  };
  [[nodiscard]] At at(const Eigen::VectorXd& phi) const;
  void pull(const Term& t, const At& a, Jet& out) const;

  const Likelihood& likelihood_;
  const Space& space_;
  std::vector<ExposureNode> mission_;
};

/// Life under a mission divided by life at constant covariates x.
class MissionRatio final : public Target {
 public:
  MissionRatio(const Likelihood& likelihood,
               const Space& space,
               std::vector<ExposureNode> mission,
               std::vector<double> x,
               double offset)
      : likelihood_(likelihood), space_(space), mission_(std::move(mission)), x_(std::move(x)), offset_(offset) {}
  [[nodiscard]] double value(const Eigen::VectorXd& phi) const override;
  void constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const override;
  [[nodiscard]] double reported(double q) const override;
  [[nodiscard]] double slope(double q) const override;
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::log; }

 private:
  const Likelihood& likelihood_;
  const Space& space_;
  std::vector<ExposureNode> mission_;
  std::vector<double> x_;
  double offset_;
};

}  // namespace relia
