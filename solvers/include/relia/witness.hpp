// The second witness: maximum-likelihood results of a life table in 50-digit arithmetic, straight from the
// textbook formulas, by code that shares nothing with the fitting code.
//
// It starts where the caller says (normally at the estimates to be checked), climbs to the nearest maximum by
// Newton's method with 50 digits, and reports what it finds there. Decimal numbers are taken as exact: 17.88 in
// the table is 1788/100, not the double next to it.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <relia/alt.hpp>
#include <relia/fit.hpp>
#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>

namespace relia::witness {

/// What is fitted, in the words of the command line.
struct Model {
  std::string distribution;  ///< weibull, weibull-3p, gengamma, …
  bool limited_failure = false;
  int mixture = 1;          ///< number of components
  std::string mode_column;  ///< competing modes; parameters are then those of all modes in turn
  bool unknown_mode_censor = false;
  std::vector<std::pair<std::string, double>> fixed;  ///< held parameters
  /// Life against stress, one shape at all stresses: intercept + these terms. Quantiles, reliabilities and the mean
  /// are those at `use`; without it there are none.
  std::vector<StressTerm> stresses;
  std::vector<std::string> factors;
  StressValues use;
};

struct Request {
  double confidence = 0.95;
  std::string sides = "two";  ///< two, lower, upper
  bool wald = true, profile = true;
  std::string wald_scale = "auto";    ///< auto (ln for positive, logit for probabilities), plain
  std::vector<double> quantiles, at;  ///< failure probabilities; ages
  bool mean = false;
  unsigned threads = 1;  ///< results do not depend on it
};

/// A certified number and its uncertainty; absent numbers are NaN.
struct CertifiedQuantity {
  std::string name;  ///< parameter name, with modes "MODE:shape"; "B10"; "R(100)"; "mean"
  double estimate = kAbsent, std_error = kAbsent;
  double wald_lower = kAbsent, wald_upper = kAbsent;
  double profile_lower = kAbsent, profile_upper = kAbsent;
  std::string digits;  ///< the estimate to 30 significant digits
  bool fixed = false;
};

enum class CertificateStatus {
  maximum,        ///< gradient zero, Hessian negative definite
  not_a_maximum,  ///< gradient zero, Hessian not negative definite
  no_optimum,     ///< the climb left every bound or did not settle
  invalid_start   ///< the likelihood is zero, infinite or undefined at the start
};
[[nodiscard]] const char* to_string(CertificateStatus status) noexcept;

struct Certificate {
  CertificateStatus status = CertificateStatus::no_optimum;
  int iterations = 0;         ///< Newton steps in 50 digits
  double gradient = kAbsent;  ///< sqrt(g' I^-1 g) at the end: distance from the optimum in standard errors
  double log_likelihood = kAbsent;
  std::string log_likelihood_digits;  ///< to 30 significant digits
  std::vector<CertifiedQuantity> parameters;
  std::vector<CertifiedQuantity> derived;       ///< sigma = 1/shape of a Weibull regression
  std::vector<std::vector<double>> covariance;  ///< of all parameters; 0 in rows and columns of fixed ones
  /// Eigenvalues, ascending, of the observed information of the free parameters in free coordinates (logarithms
  /// of positive parameters, logits of fractions).
  std::vector<double> information;
  std::vector<CertifiedQuantity> quantiles, reliability;
  CertifiedQuantity mean;
};

/// Names of the parameters of a model in the order of `start` and of Certificate::parameters.
/// @throws UsageError for an unknown distribution or a combination that has no likelihood
[[nodiscard]] std::vector<std::string> parameter_names(const LifeTable& table, const Model& model);

/// log L at a point, computed with 50 digits; -infinity where the likelihood is zero.
[[nodiscard]] double log_likelihood(const LifeTable& table, const Model& model, const std::vector<double>& theta);

/// @param start  one value a parameter, in the order of parameter_names(); fixed ones are overridden
/// @throws UsageError as parameter_names()
[[nodiscard]] Certificate certify(const LifeTable& table,
                                  const Model& model,
                                  const std::vector<double>& start,
                                  const Request& request);

/// Digits to which a reported number agrees with its certified value: -log10 of the relative error, at most 16.
/// NaN where the number was not reported or has no certified counterpart; 0 where one of the two does not exist
/// although the other does.
struct DigitsOf {
  std::string name;
  double estimate = kAbsent, std_error = kAbsent, lower = kAbsent, upper = kAbsent;
};

/// One model of a report, certified.
struct ModelDigits {
  std::string distribution, modifier;
  std::string reason;  ///< why nothing was certified; empty when it was
  double log_likelihood = kAbsent;
  std::vector<DigitsOf> parameters, quantiles, reliability;  ///< parameters: the derived ones after the others
  DigitsOf mean;
  double least = kAbsent;  ///< fewest digits of all numbers above
  Certificate certificate;
};

/// Largest table that is certified; 50 digits are some thousand times slower than a double.
inline constexpr std::size_t kCertifiableRows = 100000;

/// Certifies every maximum-likelihood model of a report that carries estimates. Profile and Wald bounds (scales
/// auto and plain) are certified, exact ones are not.
/// @throws UsageError when the table has more than kCertifiableRows rows
[[nodiscard]] std::vector<ModelDigits> certify_report(const LifeTable& table,
                                                      const FitOptions& options,
                                                      const FitReport& report);

/// The same for life against stress. A model with a shape a level, a shape that follows stress, competing modes, a
/// stress profile or use over a cycle is not certified; its reason says so.
[[nodiscard]] std::vector<ModelDigits> certify_report(const LifeTable& table,
                                                      const AltOptions& options,
                                                      const FitReport& report);

}  // namespace relia::witness
