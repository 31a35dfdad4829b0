// Bounds of a survival probability: Greenwood's variance on a transformed scale, and the likelihood ratio of
// Thomas and Grunkemeier.

#pragma once

#include <vector>

#include "core/nonparametric/kaplan_meier.hpp"

namespace relia {

/// The scale on which estimate +- half-width is formed: log(-log S), log(S/(1-S)), log S, S, arcsin sqrt S.
enum class Transform { log_log, logit, log, plain, arcsine };

/// Bounds of S, and 1 minus them, each to full relative accuracy. NaN where there is none.
struct SurvivalBounds {
  double lower, upper;
  double failure_at_lower, failure_at_upper;  ///< 1 - lower, 1 - upper
};

/// @param s, f   survival and 1 - survival
/// @param half   critical value times the standard error of log S (for pointwise bounds z * sqrt(Greenwood sum))
/// @returns bounds within [0, 1]; NaN at s = 0, at s = 1 and when half is not finite.
/// Kalbfleisch and Prentice (2002), section 1.4; Klein and Moeschberger (2003), sections 4.3 and 4.4.
[[nodiscard]] SurvivalBounds transformed_bounds(Transform transform, double s, double f, double half) noexcept;

/// The S(t) at which twice the drop of the nonparametric log-likelihood, maximised under S(t) = s, is z^2
/// (Thomas and Grunkemeier, JASA 70 (1975) 865-871), at every failure time; NaN where S is 0.
/// O(D log D) for D failure times, by power sums of 1/n; runs on all cores.
struct LikelihoodBounds {
  std::vector<double> lower, upper;
};
[[nodiscard]] LikelihoodBounds likelihood_bounds(const RiskTable& risk, const KaplanMeier& estimate, double z);

}  // namespace relia
