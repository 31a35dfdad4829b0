// What an accelerated life test says, as plain data: a FitReport whose models are regressions on stress and whose
// life metrics hold at the use conditions, with what only accelerated tests have beside it.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>

namespace relia {

/// A stress or factor set to a value, in the unit of its column.
struct StressSetting {
  std::string column;
  double value = kAbsent;  ///< NaN for a factor
  std::string level;       ///< a factor's level; empty for a stress
};

/// One term of the link as the call asked for it.
struct StressTermInfo {
  std::string column;                          ///< "A*B" for an interaction
  std::string relation;                        ///< contract name; "factor"; "A relation*B relation" for an interaction
  std::string unit;                            ///< empty when nothing says
  double lowest = kAbsent, highest = kAbsent;  ///< tested range, in the column's unit; NaN for a factor
  std::vector<std::string> levels;             ///< of a factor, the reference first
};

/// Life at use divided by life at `stress` (or at `to` divided by life at `stress`).
struct Acceleration {
  std::vector<StressSetting> stress;
  std::vector<StressSetting> to;  ///< empty: the use conditions
  Quantity factor;
};

/// The same distribution fitted to one tested level alone.
struct LevelResult {
  std::vector<StressSetting> stress;
  LifeCounts data;
  std::vector<NamedQuantity> parameters;  ///< of the distribution itself (shape, scale; mu, sigma …)
  double log_likelihood = kAbsent;
  double common_estimate = kAbsent;  ///< the life-stress model's location (scale or mu) at this level
  Convergence convergence;
};

/// Twice the rise of log L from the smaller model to the larger one.
struct LikelihoodRatioTest {
  std::string name;  ///< "common_shape", "lack_of_fit"
  double statistic = kAbsent, p_value = kAbsent;
  int degrees_of_freedom = 0;
  std::string reason;  ///< why there is no test
};

/// The same life at use under another distribution, with nothing else changed.
struct Sensitivity {
  std::string distribution;
  std::string quantity;  ///< "B10"
  double estimate = kAbsent;
  double ratio = kAbsent;  ///< to the model's own estimate
  double log_likelihood = kAbsent;
};

/// How far the conditions of use lie outside the tested range of one term, on the scale of its relation.
struct Extrapolation {
  std::string column;
  double ranges = 0.0;  ///< distance beyond the nearer end, in units of the tested range; 0 inside
};

/// What an accelerated model has besides its ModelResult.
struct AltModel {
  std::vector<Acceleration> acceleration;
  std::vector<LevelResult> levels;
  std::vector<LikelihoodRatioTest> tests;
  std::vector<Sensitivity> sensitivity;
};

struct AltReport {
  FitReport fit;  ///< models' metrics hold at `use`
  bool has_use = false;
  std::vector<StressSetting> use;
  std::string use_profile;  ///< file of the mission profile when life is predicted under one
  std::vector<StressTermInfo> stresses;
  std::string shape = "common";              ///< "common", "separate", "stress"
  std::string model;                         ///< preset name; empty: terms given one by one
  std::vector<Extrapolation> extrapolation;  ///< one a term, with use conditions
  std::vector<AltModel> models;              ///< beside fit.models
};

}  // namespace relia
