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
#include "solvers/exposure.hpp"
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

/// Where life is asked for: constant stress, or the nodes of one cycle of a mission profile with their shares.
struct UseCondition {
  Setting setting;
  std::vector<ExposureNode> mission;
};

struct AltFit {
  std::shared_ptr<const Distribution> distribution;
  std::shared_ptr<const Sample> sample;
  const AltDesign* design = nullptr;
  std::unique_ptr<Likelihood> likelihood;
  std::unique_ptr<Space> space;
  Estimate estimate;
  std::vector<AltParameter> parameters, derived;
  std::shared_ptr<const Exposures> exposures;  ///< of the likelihood, under a profile
  double unit = 1.0;                           ///< of u on the link's scale

  [[nodiscard]] int free_parameters() const noexcept { return static_cast<int>(space->size()); }
  [[nodiscard]] Objective objective() const;
  /// Life at a constant setting, or under a mission profile.
  [[nodiscard]] std::unique_ptr<LifeView> view(const UseCondition& use) const;
};

/// The table on this distribution's axis with its covariates.
[[nodiscard]] std::shared_ptr<const Sample> alt_sample(const LifeTable& table,
                                                       const AltDesign& design,
                                                       bool log_axis,
                                                       const Workers& workers = {});

/// Everything but the estimate. nullptr when a name of `fixed` is not a parameter; then `known` lists the names.
/// @param exposures  profile of stress over time, or nullptr for constant stress
[[nodiscard]] std::unique_ptr<AltFit> prepare_alt(std::shared_ptr<const Distribution> distribution,
                                                  std::shared_ptr<const Sample> sample,
                                                  const AltDesign& design,
                                                  const std::vector<std::pair<std::string, double>>& fixed,
                                                  int threads,
                                                  std::string& known,
                                                  std::shared_ptr<const Exposures> exposures = nullptr);

/// Fills the estimate by maximum likelihood, or its verdict. The two-step estimate is one of the starts.
/// @param table  the rows of the sample
void estimate_alt(AltFit& fit, const LifeTable& table, Engine engine);

/// @param table  for exact bounds, which need every row
[[nodiscard]] BoundContext alt_context(const AltFit& fit, const LifeTable& table, const FitOptions& options);

/// Parameters with bounds, and their covariance.
void describe_alt_parameters(const AltFit& fit,
                             const BoundContext& context,
                             std::vector<NamedQuantity>& parameters,
                             std::vector<std::vector<double>>& covariance,
                             std::vector<NamedQuantity>& derived);

/// Life at `to` divided by life at `from`: the ratio of scales for a common shape, else of B50.
[[nodiscard]] std::unique_ptr<Target> acceleration_target(const AltFit& fit,
                                                          const Setting& from,
                                                          const UseCondition& to);

/// -shape times a coefficient of a Weibull model: the coefficient in the logarithm of its hazard.
[[nodiscard]] std::unique_ptr<Target> hazard_coefficient_target(const AltFit& fit,
                                                                const AltParameter& shape,
                                                                const AltParameter& coefficient);

}  // namespace relia
