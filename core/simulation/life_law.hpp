// A distribution of the registry with its parameters set: what lives are drawn from.

#pragma once

#include <memory>
#include <vector>

#include <relia/simulate.hpp>

#include "core/distributions/distribution.hpp"

namespace relia {

struct LifeLaw {
  std::shared_ptr<const Distribution> distribution;
  Axis axis;                  ///< ages as they are: scale 1, shift 0
  std::vector<double> eta;    ///< parameters on their bound scales
  std::vector<double> theta;  ///< on `axis`

  /// The age by which a fraction u has failed; +inf when F never gets there.
  [[nodiscard]] double life(double u) const;
};

/// The distribution a model names, with its modifier. @throws UsageError
[[nodiscard]] std::shared_ptr<const Distribution> distribution_of(const LifeModel& model);

/// @throws UsageError for a parameter that is missing, unknown or outside its range
[[nodiscard]] LifeLaw life_law(const LifeModel& model);

}  // namespace relia
