// Looks for the local maxima of a likelihood from many starts, without help from the fitting code.
//
// Coordinates are free of units, so that one set of criteria serves every law and every sample:
//
//   positive parameters   logarithm                    fractions   logit
//   mu                    in units of sigma            lambda      itself
//   threshold             log(limit - threshold), limit the largest value that leaves every row possible
//   growth                in units of 1 / largest time
//
// A point is a *regular maximum* when, in these coordinates, the Newton step is below 1e-7 in every coordinate,
// the Hessian is negative definite and the smallest eigenvalue of the information exceeds kRegular: no standard
// error beyond 1/sqrt(kRegular) e-folds. On a ridge that runs to infinity, log L ~ c - exp(-x) or c - 1/x, the
// gradient vanishes too, but the Newton step stays near 1 or x/2: the step tells them apart where a gradient
// norm cannot. In a spike nothing is stationary.

#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <relia/life_table.hpp>

#include "solvers/witness/problem.hpp"

namespace relia::fuzz {

/// Smallest information of a maximum whose absence from the fitter's answer counts as a fault.
inline constexpr double kRegular = 1e-3;
/// Smallest information with which the fitter may call a point converged.
inline constexpr double kHopeless = 1e-9;

/// A threshold closer than this to an age, in units of the law's scale or of the distance to the next age, whichever is
/// larger, is glued to it. The information about location, scale and threshold then has a condition of the inverse
/// square, and the rounding of location minus scale enters it with 1e-16 over the distance: standard errors lose digits
/// like the third power (3e-3 was measured at 9e-5). In ln(age - threshold) such a point may be a regular maximum;
/// the fitter may report it (down to half this distance) or refuse it in words.
inline constexpr double kGlued = 6e-4;

/// A likelihood in units of `unit` time, some parameters held.
struct Target {
  witness::Shape shape;
  double unit = 1;  ///< a power of two
  std::vector<witness::Row<double>> rows;
  std::vector<bool> held;      ///< one a parameter
  std::vector<double> values;  ///< of the held ones, in `unit`
  double limit = 0;            ///< least upper bound of the threshold; infinity when nothing bounds it
  double low = 0, high = 0;    ///< range of the finite positive ages of the rows
  double exact = 0;            ///< sum of counts of exact failures
};

Target make_target(const LifeTable& table,
                   const witness::Shape& shape,
                   const std::vector<std::pair<std::string, double>>& fixed);

/// Reported parameters in the table's unit <-> parameters in the target's unit.
std::vector<double> to_unit(const Target& target, std::vector<double> theta);
std::vector<double> from_unit(const Target& target, std::vector<double> theta);
/// log L in the table's unit from log L in the target's unit.
double log_likelihood_in_table_unit(const Target& target, double value);

/// What Newton's method says about a point (parameters in the target's unit).
struct Verdict {
  bool possible = false;  ///< likelihood positive and finite
  double log_likelihood = 0;
  double step = 0;               ///< largest coordinate of the Newton step
  double decrement = 0;          ///< sqrt(g' I^-1 g): distance from the top in standard errors
  double least_information = 0;  ///< smallest eigenvalue of minus the Hessian
  bool definite = false;
};
/// Distance of a threshold from the nearest age above it in the units of kGlued; infinity for laws without.
double threshold_distance(const Target& target, const std::vector<double>& theta);
/// Whether the median of a threshold form lies above the threshold by less than 1e-11 of the largest age: half of the
/// lives within the last digits of one age are a spike there, not a distribution of lives.
bool collapsed(const Target& target, const std::vector<double>& theta);
/// Whether two points agree to a thousandth in every unit-free coordinate: then they are one maximum, and what their
/// log L differs by is rounding (of a gamma law with shape 1e9, say).
bool same_point(const Target& target, const std::vector<double>& a, const std::vector<double>& b);
Verdict judge(const Target& target, const std::vector<double>& theta);

/// The highest log L of a two-parameter law whose life lies before or beyond all ages, by a scan; -inf for other laws.
/// Under truncation log L may rise to a supremum there that random starts near the data never meet.
double highest_far_out(const Target& target, std::vector<double>& at);

struct Maximum {
  std::vector<double> theta;  ///< target's unit
  double log_likelihood = 0;
  double least_information = 0;
  double step = 0;
};

struct Search {
  std::vector<Maximum> maxima;  ///< distinct stationary maxima, highest first
  double highest = 0;           ///< highest log L seen at any point of any run
  std::vector<double> highest_at;
  int runs = 0, settled = 0;
};
/// @param first  additional starting points in the target's unit
Search search(const Target& target,
              int starts,
              std::mt19937_64& random,
              const std::vector<std::vector<double>>& first = {});

}  // namespace relia::fuzz
