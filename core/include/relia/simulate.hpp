// Draws life data from a model under a test plan.
//
//   LifeModel (or FailureModes), TestPlan, seed, replicate  ->  LifeTable
//
// Every number comes from Philox by inversion and has its own address (seed, purpose, replicate, mode or level, unit),
// so the same call gives the same bits, whatever was drawn before and by however many threads.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <relia/fit_result.hpp>
#include <relia/life_table.hpp>

namespace relia {

/// A life distribution with its parameters, named as in the manual.
struct LifeModel {
  std::string distribution = "weibull";
  bool limited_failure = false;
  int mixture = 1;  ///< number of components
  std::vector<std::pair<std::string, double>> parameters;
};

/// One of several causes of which the first to come ends a unit's life. The others' lives are independent of it.
struct FailureMode {
  std::string name;
  LifeModel life;
};

/// When lives are taken off the test or looked at. Ages are lives on test; parts that are absent do not act. The unit's
/// test ends at the earliest of the ends that act.
struct TestPlan {
  std::size_t n = 0;
  double censor_at = kAbsent;  ///< type I: the age (with `stagger` the date) at which the test ends
  std::size_t failures = 0;    ///< type II: the test ends for all with this failure; 0: no such end
  double stagger = 0.0;        ///< units enter at dates spread evenly at random over [0, stagger]
  /// Random censoring: each unit leaves at an age drawn from this law; an empty distribution: none. "uniform" has
  /// `from` and `to`; the others are those of lives.
  LifeModel leaves{.distribution = "", .limited_failure = false, .mixture = 1, .parameters = {}};
  /// Ages at which a unit is looked at; a failure is known only to lie between two of them (or before its end of test).
  std::vector<double> inspections;
};

/// One term of a life-stress model: ln(scale), or mu, rises by coefficient times the relation's term of the stress.
struct SimulatedStress {
  std::string column;    ///< a temperature's unit follows from its name (temperature_c, _k, _f) or from `unit`
  std::string relation;  ///< arrhenius, eyring, power, linear, log, reciprocal
  std::string unit;
};

/// An accelerated test: units at levels of stress, each level under the same plan.
struct AcceleratedTest {
  std::vector<SimulatedStress> stresses;
  /// intercept, and for each stress activation_energy_ev, exponent[COL] or coefficient[COL], as `relia alt` names them.
  std::vector<std::pair<std::string, double>> coefficients;
  struct Level {
    std::vector<std::pair<std::string, double>> stress;  ///< column and value, in the column's unit
    std::size_t n = 0;
  };
  std::vector<Level> levels;
};

/// "NAME:PARAMETER=VALUE,…", as `exponential:scale=2000`; each parameter once. @throws UsageError
[[nodiscard]] LifeModel parse_life_model(std::string_view text);

/// Names of a model's parameters in their order. @throws UsageError for an unknown distribution or combination
[[nodiscard]] std::vector<std::string> parameter_names(const LifeModel& model);

/// A life, of one model or the least of several modes', and a plan that go together, ready to be drawn from.
class Simulation {
 public:
  /// @throws UsageError when a parameter is missing, unknown or outside its range, or the parts of the plan do not go
  ///         together
  Simulation(const LifeModel& model, TestPlan plan, std::uint64_t seed);
  /// Competing failure modes: a unit fails at the least of its modes' lives. The numbers of a mode depend on its place
  /// in the list alone; those of the first are the numbers of a simulation of its life by itself.
  /// @throws UsageError as above, and for fewer than two modes, a name that is empty or stands twice
  Simulation(std::vector<FailureMode> modes, TestPlan plan, std::uint64_t seed);
  ~Simulation();
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;

  /// The data of one test. Replicates are independent of each other. With `stagger` a column `entered` holds the dates,
  /// with modes a column `mode` what each unit failed of, empty where no failure was seen.
  /// @param replicate  below 2^32: the upper half of a stream's number is the mode's place, or the level's
  /// Threads  safe.
  [[nodiscard]] LifeTable draw(std::uint64_t replicate) const;
  /// The same `rows` units at a time (the last block may be shorter), in memory that does not grow with the plan's n.
  /// Levels of a block's mode column are those that occur in it.
  void draw_blocks(std::uint64_t replicate,
                   std::size_t rows,
                   const std::function<void(const LifeTable& block)>& take) const;

  /// The plan in one sentence without a full stop: "20 units, test ended at 800".
  [[nodiscard]] std::string describe_plan() const;

  [[nodiscard]] const TestPlan& plan() const noexcept;

 private:
  struct Parts;
  class Draw;
  std::unique_ptr<Parts> parts_;
};

/// The data of an accelerated test, with a column for each stress. `model` has the parameters that are the same at
/// every level (shape, sigma); `plan.n` is ignored. A level's lives depend neither on the other levels nor on their
/// number.
/// @throws UsageError for a distribution without a location that stress can move, for a coefficient, stress or level
/// that
///         is missing, unknown or outside its range, and as Simulation
[[nodiscard]] LifeTable simulate_accelerated(const LifeModel& model,
                                             const AcceleratedTest& test,
                                             const TestPlan& plan,
                                             std::uint64_t seed,
                                             std::uint64_t replicate);

}  // namespace relia
