// Fits life distributions to one population.
//
//   LifeTable, FitOptions  ->  FitReport
//
// A fit that went badly is a result (Convergence::status says so); wrong options throw UsageError, data the
// distribution cannot take throw BadData.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <relia/error.hpp>
#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>
#include <relia/ranks.hpp>
#include <relia/requirement.hpp>
#include <relia/row_blocks.hpp>

namespace relia {

/// How bounds by resampling are made.
struct BootstrapOptions {
  std::string kind = "weights";  ///< weights (fractional random weights), cases, parametric
  std::string interval = "bca";  ///< bca, percentile, t, pivotal
  int replicates = 2000;
  std::uint64_t seed = 1;
  /// parametric: the age at which the test ended for every unit; NaN: complete or type II data
  double censor_at = kAbsent;
};

struct FitOptions {
  /// Contract names. `selection` says how the list came about: "one", "list", "best", "all"; with "best" and
  /// "all" the list is ignored, all candidates are ranked and only the first carries bounds.
  std::vector<std::string> distributions;
  std::string selection = "best";
  bool limited_failure = false;
  int mixture = 1;                                    ///< number of components, 1 = none
  std::string mode_column;                            ///< competing failure modes; empty = none
  bool unknown_mode_censor = false;                   ///< a failure with an empty mode counts as censored
  std::string method = "mle";                         ///< mle, rrx, rry
  std::string ranks = "exact";                        ///< exact, benard
  std::string solver = "newton";                      ///< newton, ceres
  std::vector<std::pair<std::string, double>> fixed;  ///< --fix NAME=VALUE

  std::string bounds = "lr";         ///< lr, wald, exact, bootstrap, none
  std::string wald_scale = "auto";   ///< auto, z, logit, log, plain
  std::string termination = "time";  ///< exact bounds: time, failure
  std::string sides = "two";         ///< two, lower, upper
  double confidence = 0.95;
  BootstrapOptions bootstrap;  ///< of bounds = "bootstrap"

  std::vector<double> quantiles = {0.01, 0.05, 0.1, 0.5};
  std::vector<double> at;             ///< ages
  std::vector<double> given;          ///< ages already survived
  std::vector<double> reliable_life;  ///< reliabilities
  std::vector<Requirement> requirements;
  int threads = 0;  ///< 0: all cores
  /// Processes that share the sums over rows; null: this one alone. All must call with the same data and options.
  const Ranks* processes = nullptr;
};

/// Names that --dist takes, in report order.
[[nodiscard]] std::vector<std::string> distribution_names();

/// @throws UsageError (unknown name, options that do not combine), BadData (e.g. a failure at time 0 for a
///         life on the positive axis)
[[nodiscard]] FitReport fit(const LifeTable& table, const FitOptions& options);

/// The same for rows that need not fit into memory, to the last bit what fit() says of them in a table. Quantities for
/// which all ages have to be in order are absent above 1e7 rows, here as there.
/// @param memory  bytes that the process may come to hold
/// @throws UsageError for options that need all rows at once (see why_not_streamed()), or too little memory
[[nodiscard]] FitReport fit(const RowBlocks& rows, const FitOptions& options, std::uint64_t memory);
/// Which option needs all rows in memory, and why; empty: none does.
[[nodiscard]] std::string why_not_streamed(const FitOptions& options);
/// Bytes below which data of so many rows do not stream.
[[nodiscard]] std::uint64_t least_memory(std::uint64_t rows) noexcept;

/// The same for one table after another: what does not depend on the data is done once, and memory is kept. The answer
/// is that of fit(), bit by bit.
///
/// Threads   one object a thread.
class Fitter {
 public:
  /// @throws UsageError
  explicit Fitter(FitOptions options);
  ~Fitter();
  Fitter(Fitter&&) noexcept;
  Fitter& operator=(Fitter&&) noexcept;

  /// @throws BadData; UsageError for what only a fit can tell (a requirement on a parameter that there is not)
  [[nodiscard]] FitReport fit(const LifeTable& table);

  /// What every report says, without a number: all models with their parameters, and the quantities that were asked
  /// for.
  [[nodiscard]] FitReport outline() const;
  /// The report of a table that fit() refused: every model has the verdict bad_data.
  [[nodiscard]] FitReport refused(const LifeTable& table, const DataErrors& errors) const;

 private:
  friend FitReport fit(const RowBlocks& rows, const FitOptions& options, std::uint64_t memory);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace relia
