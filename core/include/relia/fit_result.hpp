// What a fit says, as plain data: everything the text, JSON, CSV and HTML renderers print, and nothing
// about how they print it. A number that does not exist is NaN here and null in JSON; the reason stands
// beside it.

#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <relia/life_table.hpp>

namespace relia {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

/// Digits to which a number agrees with its value in 50-digit arithmetic, at most 16; absent where nothing was
/// compared.
struct Digits {
  double estimate = kAbsent, std_error = kAbsent, lower = kAbsent, upper = kAbsent;
};

/// An estimate with its uncertainty. A bound that was not asked for is absent without a reason; one that
/// was asked for and does not exist is absent with its reason.
struct Quantity {
  double estimate = kAbsent, std_error = kAbsent, lower = kAbsent, upper = kAbsent;
  std::string reason;        ///< why there is no estimate
  std::string lower_reason;  ///< why there is no lower bound
  std::string upper_reason;  ///< why there is no upper bound
  Digits digits;             ///< of a certified result
};

struct NamedQuantity {
  std::string name;  ///< contract name: shape, scale, mu, activation_energy_ev, …
  Quantity value;
  bool fixed = false;  ///< held by the user; no uncertainty
};

/// Life by which a fraction p has failed. `given` is the age already survived (NaN: none; then the life is
/// an age, otherwise the time from `given` on).
struct QuantileResult {
  double p = kAbsent;
  std::string name;  ///< "B10", "B0.1"
  Quantity value;
  double given = kAbsent;
};

/// A quantity at an age: reliability, failure probability, hazard; `given` as above.
struct AtTimeResult {
  double time = kAbsent;
  Quantity value;
  double given = kAbsent;
};

/// Age by which reliability has fallen to `reliability`.
struct ReliableLifeResult {
  double reliability = kAbsent;
  Quantity value;
};

/// The verdicts of the contract; only the first two and closed_form carry estimates. bad_data: rows that no life of
/// this distribution can have, where the call goes on without them (one group of many).
enum class FitStatus { converged, boundary, unbounded, flat, iteration_limit, closed_form, bad_data };
[[nodiscard]] const char* to_string(FitStatus status) noexcept;
[[nodiscard]] constexpr bool carries_estimates(FitStatus s) noexcept {
  return s == FitStatus::converged || s == FitStatus::boundary || s == FitStatus::closed_form;
}

struct Convergence {
  FitStatus status = FitStatus::iteration_limit;
  int iterations = 0;              ///< passes over the data of the run that ended at the estimate
  double gradient_norm = kAbsent;  ///< largest |d logL / d theta_i| * se_i in working coordinates
  std::string reason;              ///< one sentence: why this verdict (empty when converged)
  std::string advice;              ///< one sentence: what would help (empty when converged)
};

/// Metrics every model, mode, system and use condition has.
struct LifeMetrics {
  Quantity mean;
  std::vector<QuantileResult> quantiles;
  std::vector<AtTimeResult> reliability, failure_probability, hazard;
  std::vector<AtTimeResult> conditional;           ///< R(time | survived given)
  std::vector<QuantileResult> residual_quantiles;  ///< residual life quantiles given survival to `given`
  std::vector<ReliableLifeResult> reliable_life;
};

/// One failure mode of a competing-risks model.
struct ModeResult {
  std::string mode;
  LifeCounts data;
  std::vector<NamedQuantity> parameters;
  std::vector<std::vector<double>> covariance;
  double log_likelihood = kAbsent;
  LifeMetrics metrics;
  Convergence convergence;
};

/// What 50-digit arithmetic found at the estimates of a model.
struct Certification {
  std::string status;               ///< "maximum", "none" (nothing was certified), "disagrees"; empty: not asked for
  std::string reason;               ///< why not "maximum"
  double log_likelihood = kAbsent;  ///< digits
  double least = kAbsent;           ///< fewest digits of all certified numbers
};

/// How bounds by resampling were made.
struct Resampling {
  std::string kind;      ///< weights, cases, parametric; empty: none were made
  std::string interval;  ///< bca, percentile, t, pivotal
  std::uint64_t seed = 1;
  int replicates = 0;
  int failed = 0;      ///< replicates without a maximum
  bool exact = false;  ///< bounds of location, scale and quantiles hold their level exactly, but for Monte-Carlo error
};

struct ModelResult {
  std::string distribution;  ///< contract name with its form: "weibull", "weibull-3p", "gamma"
  std::string title;         ///< for people: "Weibull (2-parameter)"
  std::string modifier;      ///< "", "limited-failure", "mixture", "mode"
  int components = 1;        ///< of a mixture
  std::string method;        ///< "mle", "rrx", "rry"
  std::string ranks;         ///< rank regression: "exact", "benard"
  std::string bounds;        ///< how the bounds of this model were made: lr, wald, exact, bootstrap, none
  std::string solver;        ///< "newton", "ceres", "closed-form"
  int rank = 0;              ///< 1 = best; 0 = carries no estimates
  int free_parameters = 0;   ///< k
  std::vector<NamedQuantity> parameters;
  std::vector<NamedQuantity> derived;           ///< e.g. rate = 1/scale of the exponential
  std::vector<std::vector<double>> covariance;  ///< of `parameters`, free ones; fixed rows and columns 0; empty: null
  double log_likelihood = kAbsent, aic = kAbsent, aicc = kAbsent, bic = kAbsent;
  double anderson_darling = kAbsent, anderson_darling_adjusted = kAbsent;
  double correlation = kAbsent, r_squared = kAbsent;  ///< rank regression
  LifeMetrics metrics;                                ///< of the model (with --mode: of the system)
  std::vector<ModeResult> modes;                      ///< with --mode
  Convergence convergence;
  Certification certification;
  Resampling resampling;
  std::vector<std::string> warnings;  ///< about this model
};

/// One --require, judged.
struct RequirementResult {
  std::string expression;
  double confidence = kAbsent;
  double estimate = kAbsent, bound = kAbsent;
  bool met = false;
  std::string reason;  ///< when the bound does not exist
};

/// One call's whole answer.
struct FitReport {
  Provenance source;
  LifeCounts data;
  double last_time = kAbsent;  ///< largest finite age in the data, for the extrapolation warning
  double first_failure = kAbsent, last_failure = kAbsent;
  double confidence = 0.95;
  std::string bounds = "lr";  ///< lr, wald, exact, bootstrap, none
  std::string wald_scale = "auto";
  std::string sides = "two";        ///< two, lower, upper
  std::string selection;            ///< "best", "all", "list" or "one"
  std::string criterion = "aicc";   ///< what `rank` goes by: aicc, aic, r_squared
  std::string group_column, group;  ///< with --by
  std::vector<ModelResult> models;  ///< sorted by rank, those without estimates last
  std::vector<RequirementResult> requirements;
  std::vector<std::string> warnings;
  std::string command;  ///< the command line, for provenance
  std::string version;
};

}  // namespace relia
