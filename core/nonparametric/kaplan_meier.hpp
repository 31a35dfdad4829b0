// The risk table of exact and right-censored lives, and the Kaplan-Meier (product-limit) estimate.
//
//   S(t) = product over failure times t_i <= t of (1 - d_i/n_i)
//   Greenwood: Var S(t) = S(t)^2 * sum over t_i <= t of d_i / (n_i (n_i - d_i))
//
// A unit is at risk at t when entry < t <= exit; failures precede suspensions at equal times.
// Kaplan and Meier, JASA 53 (1958) 457-481; Greenwood, Reports on Public Health 33 (1926) 1-26.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <relia/life_table.hpp>

namespace relia {

/// One row a distinct failure time, ascending.
struct RiskTable {
  std::vector<double> time;
  std::vector<double> failures;  ///< d_i: units that failed at time[i]
  std::vector<double> at_risk;   ///< n_i: units with entry < time[i] <= exit
  double units = 0;              ///< sum of counts of all rows
  double last_time = 0;          ///< largest age at which a unit was under observation, failed or suspended
  double first_entry = 0;        ///< smallest age from which a unit was under observation; 0 without entry ages
  bool entries = false;          ///< some unit entered at an age above 0

  [[nodiscard]] std::size_t size() const noexcept { return time.size(); }
};

/// From rows that are exact (lower == upper) or right-censored (upper == +inf), possibly with entry ages.
/// Precondition: no other kind of record, no right truncation, no exact failure at or before its entry.
/// Rows with count 0 add nothing. O(rows), after a radix sort.
[[nodiscard]] RiskTable risk_table(const LifeTable& table);

/// The same from columns; `count` and `entry` may be empty (all 1, all 0).
[[nodiscard]] RiskTable risk_table(std::span<const double> lower,
                                   std::span<const double> upper,
                                   std::span<const double> count,
                                   std::span<const double> entry);

/// True when every row of the table is exact or right-censored and has no upper truncation.
[[nodiscard]] bool exact_or_right_censored(const LifeTable& table) noexcept;

/// The estimate just after each failure time of the risk table. survival and failure_probability are each
/// correct to a few units in the last place, also where one of them is tiny.
struct KaplanMeier {
  std::vector<double> survival;             ///< S(time[i])
  std::vector<double> failure_probability;  ///< 1 - S(time[i]), not computed as that difference
  std::vector<double> greenwood;            ///< sum of d/(n(n-d)) up to time[i]; +inf once S is 0
};
[[nodiscard]] KaplanMeier kaplan_meier(const RiskTable& risk);

/// The same, one distinct failure time after another.
class KaplanMeierSteps {
 public:
  /// Goes past a time with `failures` among `at_risk` units.
  void step(double at_risk, double failures) noexcept;
  [[nodiscard]] double survival() const noexcept { return survival_; }
  [[nodiscard]] double failure_probability() const noexcept { return failure_probability_; }
  [[nodiscard]] double greenwood() const noexcept { return greenwood_; }

 private:
  long double s_block_ = 1, f_block_ = 0, g_block_ = 0, at_risk_block_ = 0, failed_in_block_ = 0;
  long double s_ = 1, f_ = 0, g_ = 0, left_ = -1;  // left: units that the last time leaves at risk
  double survival_ = 1.0, failure_probability_ = 0.0, greenwood_ = 0.0;
};

}  // namespace relia
