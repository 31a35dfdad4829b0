// What is simulated: a life with its parameters and the plan of the test, the same in both verbs of `relia simulate`.

#pragma once

#include <cstdint>
#include <vector>

#include <relia/simulate.hpp>

#include "cli/arguments.hpp"

namespace relia::cli {

/// --dist --limited-failure --mixture, every parameter by its name, --n --censor-at --failures --censor --inspect
/// --inspect-every --stagger; where several modes may end a life, --mode in place of --dist and its parameters
struct SimulateOptions {
  LifeModel model;
  std::vector<FailureMode> modes;  ///< empty: a life of one model
  TestPlan plan;

  void declare(Arguments& arguments, bool with_modes = false);
  /// Inspections at even distances are laid out once the plan is known. @throws UsageError
  void finish(const Arguments& arguments, bool needs_n = true);

 private:
  void declare_parameters(Arguments& arguments);
  void declare_modes(Arguments& arguments);
  void check_modes(const Arguments& arguments) const;
  void declare_plan(Arguments& arguments, std::uint64_t most);

  double every_ = 0.0;
  int looks_ = 0;
};

}  // namespace relia::cli
