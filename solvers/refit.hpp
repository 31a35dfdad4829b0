// A location-scale model fitted again and again to samples that differ in weights or ages: no allocation, no general
// machinery, only Newton's method on the concave log-likelihood from a point nearby.
//
//   log L is concave in (a, b) = ((mu - centre)/sigma, 1/sigma), so from any start a damped Newton ascent ends at the
//   maximum, if there is one; whether there is one the caller decides with RefitRows::maximum_exists().
//
// Accuracy  the last step is below 1e-7 standard errors before it is taken, so the end is within some 1e-14 of them.
// Checked   tests/solvers/bootstrap_test.cpp, against the fit that users call.

#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/distributions/distribution.hpp"

namespace relia {

/// Rows of one kind in a resampled sample; views into buffers that outlive it.
struct RefitRows {
  std::array<Rows, 5> list;
  std::size_t size = 0;

  void add(const Rows& rows) {
    if (rows.size() > 0) list[size++] = rows;
  }
  /// Decided from rows with positive weight alone, as maximum_exists() does for samples; rows are untruncated.
  [[nodiscard]] bool maximum_exists(bool scale_free) const noexcept;
  /// The sum of the counts.
  [[nodiscard]] double units() const noexcept;
};

/// A maximum in (mu, log sigma), or (mu) for one parameter.
struct RefitPoint {
  bool found = false;
  int passes = 0;  ///< over the rows
  double mu = 0.0, log_sigma = 0.0;
  /// Observed information there, in (mu, log sigma).
  double i00 = 0.0, i01 = 0.0, i11 = 0.0;
};

/// @pre distribution.concave(), of one or two parameters; a maximum exists
/// @param mu, log_sigma  where to begin
[[nodiscard]] RefitPoint refit(const Distribution& distribution, const RefitRows& rows, double mu, double log_sigma);

}  // namespace relia
