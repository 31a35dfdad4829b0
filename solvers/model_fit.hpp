// One distribution fitted to one table: owns everything its quantities are computed from.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <relia/fit.hpp>
#include <relia/row_blocks.hpp>

#include "core/likelihood/likelihood.hpp"
#include "core/sample/sample.hpp"
#include "solvers/bounds.hpp"
#include "solvers/estimate_mle.hpp"
#include "solvers/life_view.hpp"
#include "solvers/space.hpp"

namespace relia {

/// A sample with a distribution on it, fitted; kept alive for the quantities asked later.
struct ModelFit {
  std::shared_ptr<const Distribution> distribution;
  std::shared_ptr<const Sample> sample;
  std::unique_ptr<Likelihood> likelihood;
  std::unique_ptr<Space> space;
  Estimate estimate;

  [[nodiscard]] Objective objective() const;
};

/// The fixed values of `options` on the bound scales of a distribution's parameters; nullopt when a name is
/// not a parameter of it.
[[nodiscard]] std::optional<std::vector<double>> fixed_values(const Distribution& distribution,
                                                              const std::vector<std::pair<std::string, double>>& fixed);

[[nodiscard]] std::unique_ptr<ModelFit> fit_model(std::shared_ptr<const Distribution> distribution,
                                                  std::shared_ptr<const Sample> sample,
                                                  std::vector<double> fixed,
                                                  Engine engine,
                                                  int threads);

/// How bounds are made for this fit, with exact ends where they apply.
[[nodiscard]] BoundContext bound_context(const ModelFit& fit, const LifeTable& table, const FitOptions& options);
/// @param counts  of the rows
[[nodiscard]] BoundContext bound_context(const ModelFit& fit,
                                         const RowBlocks& rows,
                                         const LifeCounts& counts,
                                         const FitOptions& options);

/// Exact chi-squared ends of the one free scale, or the reason why there are none; contract section 4.
struct ExactEnds {
  double lower = kAbsent, upper = kAbsent;  ///< ln scale, in time units of the table
  std::string reason;
};
[[nodiscard]] ExactEnds exact_scale(
    const LifeTable& table, double shape, double confidence, Sides sides, const std::string& termination);
[[nodiscard]] ExactEnds exact_scale(const RowBlocks& rows,
                                    const LifeCounts& counts,
                                    const Workers& workers,
                                    double shape,
                                    double confidence,
                                    Sides sides,
                                    const std::string& termination);

/// Parameters, covariance and derived quantities of a fit, in report order.
void describe_parameters(const ModelFit& fit,
                         const BoundContext& context,
                         std::vector<NamedQuantity>& parameters,
                         std::vector<std::vector<double>>& covariance,
                         std::vector<NamedQuantity>* derived);

/// Everything `options` asks of a life.
[[nodiscard]] LifeMetrics life_metrics(const LifeView& view,
                                       const BoundContext& context,
                                       const FitOptions& options,
                                       const Distribution* location_scale);

/// "B10": B and 100 p in shortest form.
[[nodiscard]] std::string life_name(double p);

/// One quantity of a requirement on a view; empty when the quantity is a parameter.
[[nodiscard]] std::unique_ptr<Target> requirement_target(const Requirement& requirement, const LifeView& view);

[[nodiscard]] Sides parse_sides(const std::string& sides);
[[nodiscard]] WaldScale parse_wald_scale(const std::string& scale);

}  // namespace relia
