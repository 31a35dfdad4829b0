// Whether a maximum exists, decided from the data alone, for log-concave location-scale lives.
//
// In a = mu/sigma, b = 1/sigma every row of untruncated data contributes a concave function of z = b u - a, so
// the maximum is attained unless the likelihood never falls along some ray. With the rows as intervals [l, u]:
//
//   b -> +inf at mu = y     possible when y lies in every [l, u]: max l <= min u
//   a -> +inf               when every row is right-censored;  a -> -inf  when every row is left-censored
//   b -> 0 (sigma -> inf)   without exact failures or finite intervals, when the left-censored ages are on average
//                           not above the right-censored ones: d log L/db <= 0 at b = 0, where F is constant
//
// Source   recession directions of a proper concave function, Rockafellar (1970), Convex Analysis, section 27;
//          for grouped and current-status data see Silvapulle & Burridge (1986), JRSS B 48, 100-106.
// Checked  tests/solvers/existence_test.cpp; the fit fuzzer.

#pragma once

#include <cmath>
#include <string>

#include <relia/fit_result.hpp>

#include "core/sample/sample.hpp"

namespace relia {

struct Existence {
  bool exists = true;
  FitStatus verdict = FitStatus::converged;
  std::string reason, advice;
  /// What log L tends to as the whole life gathers at the one age that explains every row; -inf: there is none.
  double gathered = -INFINITY;
};

/// @param scale_free    sigma is estimated (else it is held)
/// @param location_free mu is estimated (else it is held at `location`, on the axis)
/// @pre untruncated sample of one cell
[[nodiscard]] Existence maximum_exists(const Sample& sample, bool location_free, bool scale_free, double location);

/// Sentences for samples that say too little whatever the distribution: no failure, all tied, all left-censored.
[[nodiscard]] Existence explain_sample(const Sample& sample);

}  // namespace relia
