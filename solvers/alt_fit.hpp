// One distribution with one stress-life relation fitted to one table, and the quantities that follow.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <relia/alt.hpp>

#include "core/likelihood/likelihood.hpp"
#include "core/sample/sample.hpp"
#include "solvers/alt_design.hpp"
#include "solvers/bounds.hpp"
#include "solvers/estimate_mle.hpp"
#include "solvers/life_view.hpp"
#include "solvers/space.hpp"

namespace relia {

/// A reported parameter: on its bound scale it is row . theta + constant.
struct AltParameter {
  std::string name;
  BoundScale scale = BoundScale::identity;
  Eigen::VectorXd row;
  double constant = 0.0;
  bool fixed = false;
  double held = kAbsent;  ///< on the bound scale
};

struct AltFit {
  std::shared_ptr<const Distribution> distribution;
  std::shared_ptr<const Sample> sample;
  const AltDesign* design = nullptr;
  std::unique_ptr<Likelihood> likelihood;
  std::unique_ptr<Space> space;
  Estimate estimate;
  std::vector<AltParameter> parameters, derived;
  double unit = 1.0;  ///< of u on the link's scale

  [[nodiscard]] int free_parameters() const noexcept { return static_cast<int>(space->size()); }
  [[nodiscard]] Objective objective() const;
  [[nodiscard]] std::unique_ptr<SingleView> view(const Setting& setting) const;
};

/// The table on this distribution's axis with its covariates.
[[nodiscard]] std::shared_ptr<const Sample> alt_sample(const LifeTable& table, const AltDesign& design, bool log_axis);

/// nullptr when a name of `fixed` is not a parameter; then `known` lists the names.
[[nodiscard]] std::unique_ptr<AltFit> fit_alt(std::shared_ptr<const Distribution> distribution,
                                              std::shared_ptr<const Sample> sample,
                                              const AltDesign& design,
                                              const std::vector<std::pair<std::string, double>>& fixed,
                                              Engine engine,
                                              int threads,
                                              std::string& known);

[[nodiscard]] BoundContext alt_context(const AltFit& fit, const LifeTable& table, const FitOptions& options);

/// Parameters with bounds, and their covariance.
void describe_alt_parameters(const AltFit& fit,
                             const BoundContext& context,
                             std::vector<NamedQuantity>& parameters,
                             std::vector<std::vector<double>>& covariance,
                             std::vector<NamedQuantity>& derived);

/// Life at `to` divided by life at `from`: the ratio of scales for a common shape, else of B50.
[[nodiscard]] std::unique_ptr<Target> acceleration_target(const AltFit& fit, const Setting& from, const Setting& to);

}  // namespace relia
