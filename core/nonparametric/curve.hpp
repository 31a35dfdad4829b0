// A survival curve with its bounds, and what is read off it: quantiles, reliability at ages, restricted mean.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>

namespace relia {

/// Values just after each time; S is 1 before the first.
struct SurvivalCurve {
  std::vector<double> time;  ///< ascending
  std::vector<double> survival, failure_probability;
  std::vector<double> std_error;                           ///< of survival; NaN: none
  std::vector<double> lower, upper;                        ///< bounds of survival; NaN: none
  std::vector<double> failure_at_lower, failure_at_upper;  ///< 1 - lower, 1 - upper
  double begin = 0;                                        ///< age from which units were under observation
  double end = 0;                                          ///< last age at which a unit was under observation
  bool linear = false;  ///< straight between the times (life table), else a step function
};

/// Which sides of a printed quantity carry a bound.
struct Sides {
  bool lower = true, upper = true;
};

/// Smallest t with S(t) <= 1 - p, up to rounding of S; its bounds are where the bounds of S come down to 1 - p
/// (Brookmeyer and Crowley, Biometrics 38 (1982) 29-41).
[[nodiscard]] QuantileResult curve_quantile(const SurvivalCurve& curve, double p, Sides sides, bool bounded);

/// S(t) and 1 - S(t) at one age.
[[nodiscard]] AtTimeResult curve_reliability(const SurvivalCurve& curve, double t, Sides sides, bool bounded);
[[nodiscard]] AtTimeResult curve_failure_probability(const SurvivalCurve& curve, double t, Sides sides, bool bounded);

/// Area under the step function up to tau, with Greenwood's variance sum (area from t_i to tau)^2 * increment_i, where
/// increments are those of Var(log S); bounds estimate +- z se, kept within [0, tau].
[[nodiscard]] Quantity restricted_mean(const SurvivalCurve& curve,
                                       const std::vector<double>& log_variance,
                                       double tau,
                                       double z,
                                       Sides sides,
                                       bool bounded);

/// "B10", "B0.1": B and 100 p in shortest form.
[[nodiscard]] std::string quantile_name(double p);

}  // namespace relia
