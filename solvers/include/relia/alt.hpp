// Accelerated life testing: life against stress, and life at the conditions of use.
//
//   LifeTable, AltOptions  ->  AltReport
//
// A fit that went badly is a result (Convergence::status says so); wrong options throw UsageError, data the
// model cannot take throw BadData.

#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <relia/alt_result.hpp>
#include <relia/fit.hpp>
#include <relia/life_table.hpp>

namespace relia {

/// A stress with the relation by which life follows it; two parts are an interaction (the product of their terms).
struct StressTerm {
  struct Part {
    std::string column, relation;
  };
  std::vector<Part> parts;
};

/// Values of stresses and levels of factors as the user wrote them, in the units of the columns.
using StressValues = std::vector<std::pair<std::string, std::string>>;

struct AltOptions {
  /// Distributions, estimation, bounds, quantities, requirements. Quantities hold at `use`.
  FitOptions fit;
  std::vector<StressTerm> stresses;
  std::vector<std::string> factors;                                 ///< text columns with an effect a level
  StressValues use;                                                 ///< empty: no use conditions
  std::vector<std::pair<StressValues, StressValues>> acceleration;  ///< --af-from, --af-to
  std::string shape = "common";                                     ///< common, separate (a shape a level)
  std::vector<StressTerm> shape_stresses;                           ///< ln sigma as a function of stress
  std::string model;                                                ///< preset that gave the terms, for the report

  /// Stress over time during the test: a row a point with the stresses from its `lower` on; the last holds for ever.
  /// A column `ramp` of 1 lets the stress run straight to the next row's. Where units had different profiles, the
  /// text column `profile_column` names each row's profile, and in the data the profile of the unit. The stresses
  /// are columns of the profile then, not of the data.
  const LifeTable* profile = nullptr;
  std::string profile_column;
  /// Stress over one cycle in use, in the same form; it repeats, and the last row only ends the cycle.
  const LifeTable* use_profile = nullptr;
};

/// Names that --dist takes here, in report order.
[[nodiscard]] std::vector<std::string> alt_distribution_names();

/// One relation of --stress: its name, and the formula for --help.
struct RelationHelp {
  std::string name, formula;
};
[[nodiscard]] std::vector<RelationHelp> alt_relations();

/// A named model of the field: its terms in order, for --model and its help.
struct PresetHelp {
  std::string name, formula, help;
  std::vector<std::string> roles;  ///< what each column holds
  bool any_number = false;
};
[[nodiscard]] std::vector<PresetHelp> alt_presets();
/// The terms of a preset on these columns. @throws UsageError naming the roles
[[nodiscard]] std::vector<StressTerm> preset_terms(const std::string& preset, const std::vector<std::string>& columns);
/// The only distribution a preset stands for, or empty.
[[nodiscard]] std::string preset_distribution(const std::string& preset);

/// @throws UsageError, BadData
[[nodiscard]] AltReport alt(const LifeTable& table, const AltOptions& options);

/// One model of alt(), fitted once and asked for lives at many conditions of use: the estimates and bounds that alt()
/// gives there, bit for bit.
class FittedAlt {
 public:
  /// @param table, options  as for alt(), with one distribution; they must outlive this
  /// @throws UsageError, BadData
  FittedAlt(const LifeTable& table, const AltOptions& options);
  ~FittedAlt();
  FittedAlt(const FittedAlt&) = delete;
  FittedAlt& operator=(const FittedAlt&) = delete;

  /// Lives by which shares p of the units have failed; none where the model carries no estimates.
  /// @param use     empty: under the mission of options.use_profile
  /// @param bounds  lr, wald, exact or none
  [[nodiscard]] std::vector<QuantileResult> lives(const StressValues& use,
                                                  const std::vector<double>& p,
                                                  const std::string& bounds) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace relia
