// The density of life with its bounds, which pictures show and no table prints.

#pragma once

#include <vector>

#include <relia/fit.hpp>
#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>

namespace relia {

/// f(t) at `ages` for the one distribution that `options` names, with bounds as for its other quantities: on ln f for
/// Wald, likelihood-ratio bounds of f itself. With one free parameter f need not be monotone in it; then the bounds
/// are the least and the greatest density over the interval of that parameter. With competing modes it is the density
/// of the system.
/// @return  one value an age, or nothing when the model carries no estimates
/// @throws UsageError, BadData as fit()
[[nodiscard]] std::vector<AtTimeResult> density(const LifeTable& table,
                                                const FitOptions& options,
                                                const std::vector<double>& ages);

}  // namespace relia
