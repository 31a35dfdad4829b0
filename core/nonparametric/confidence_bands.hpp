// Critical values of simultaneous confidence bands for a survival curve, computed, not looked up.
//
// sqrt(n) (log S^ - log S) behaves like a Brownian motion at n*sigma^2; with a = n sigma^2 / (1 + n sigma^2) the
// bands are crossed as rarely as a Brownian bridge W0 on [a_lower, a_upper] crosses
//   Hall-Wellner     |W0(x)| = k                      (Hall and Wellner, Biometrika 67 (1980) 133-143)
//   equal precision  |W0(x)| = c sqrt(x (1 - x))      (Nair, Technometrics 26 (1984) 265-275)

#pragma once

namespace relia {

/// P(|W0(x)| <= k for all x in [a_lower, a_upper]), 0 <= a_lower < a_upper <= 1; about 13 digits.
[[nodiscard]] double hall_wellner_probability(double k, double a_lower, double a_upper);

/// The k whose probability is `confidence`.
[[nodiscard]] double hall_wellner_critical_value(double confidence, double a_lower, double a_upper);

/// P(|W0(x)| <= c sqrt(x (1-x)) for all x in [a_lower, a_upper]), which depends on the odds ratio
/// r = a_upper (1 - a_lower) / (a_lower (1 - a_upper)) >= 1 only; about 12 digits.
[[nodiscard]] double equal_precision_probability(double c, double odds_ratio);

/// The c whose probability is `confidence`; odds_ratio = 1 gives the pointwise normal quantile.
[[nodiscard]] double equal_precision_critical_value(double confidence, double odds_ratio);

}  // namespace relia
