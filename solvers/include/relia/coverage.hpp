// What a bound is worth under a plan: simulated tests of a known life, each analysed as users analyse theirs, and how
// often each kind of bound holds the truth.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <relia/fit.hpp>
#include <relia/fit_result.hpp>
#include <relia/simulate.hpp>

namespace relia {

/// One way to make bounds.
struct BoundKind {
  std::string name;    ///< as the user wrote it: "lr", "bootstrap:parametric/pivotal"
  std::string bounds;  ///< lr, wald, exact, bootstrap
  std::string wald_scale = "auto";
  BootstrapOptions bootstrap;
};

/// "lr", "wald", "wald:SCALE", "exact", "bootstrap" or "bootstrap:KIND/INTERVAL". @throws UsageError
[[nodiscard]] BoundKind parse_bound_kind(const std::string& text);

struct CoverageOptions {
  LifeModel truth;
  TestPlan plan;
  std::vector<std::string> targets;  ///< quantities as in requirements: "B10", "R(1000)", "shape", "mean"
  std::vector<BoundKind> kinds;
  double confidence = 0.95;
  std::string sides = "two";
  std::vector<std::pair<std::string, double>> fixed;  ///< parameters the analysis holds
  int replicates = 4000;                              ///< simulated tests
  int resamples = 1000;                               ///< replicates of each bootstrap
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0: all cores
  /// Processes that share the tests; null: this one alone. All must call with the same options.
  const Ranks* processes = nullptr;
};

/// A share of the simulated tests and its Monte-Carlo standard error.
struct Share {
  double value = kAbsent, error = kAbsent;
};

/// One quantity under one kind of bound. Shares are of the tests that have an estimate; a bound that does not exist
/// there does not exclude the truth on its side, and is counted.
struct CoverageRow {
  std::string target;
  double truth = kAbsent;
  std::string kind;
  Share coverage;
  Share missed_below;  ///< the truth lies below the lower bound
  Share missed_above;  ///< the truth lies above the upper bound
  int without_lower = 0, without_upper = 0;
  /// Of the intervals with both ends; one-sided: distance of the bound from the truth.
  double mean_width = kAbsent, mean_width_error = kAbsent, median_width = kAbsent;
};

struct CoverageReport {
  CoverageOptions options;
  std::string plan;  ///< in words
  int tests = 0;
  int without_estimate = 0;                      ///< tests whose data have no maximum
  std::vector<std::pair<std::string, int>> why;  ///< verdicts of those, most frequent first
  double mean_failures = kAbsent;                ///< failures (exact or in an interval) a test
  std::vector<CoverageRow> rows;                 ///< by target, then kind
  std::vector<std::string> advice;               ///< one sentence a target: which kind to use under this plan
  std::string command, version;
};

/// @throws UsageError
[[nodiscard]] CoverageReport coverage(const CoverageOptions& options);

}  // namespace relia
