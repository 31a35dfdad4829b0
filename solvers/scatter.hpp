// Starting points drawn at random, always the same ones.

#pragma once

#include <cstddef>
#include <random>
#include <vector>

#include "core/distributions/limited_failure.hpp"
#include "core/distributions/mixture.hpp"
#include "solvers/sample_ages.hpp"

namespace relia {

/// Starts anywhere: lives of any place and spread that the ages suggest, in any shares, above any threshold; always the
/// same ones. What hills a plan of the ages does not lead to are met by chance: one that one start in a hundred leads
/// to is missed by four hundred once in fifty times. Of many rows hills are wider and passes dearer: beyond a thousand
/// there are none.
class Scatter {
 public:
  /// Sample and ages must outlive it.
  Scatter(const Sample& sample, const Ages& ages);

  /// Points in theta. Of laws whose tails are integrals none: the grid has to do.
  [[nodiscard]] std::vector<std::vector<double>> lives(const Distribution& law);
  /// Two lives in any shares.
  [[nodiscard]] std::vector<std::vector<double>> mixtures(const Mixture& mixture);
  [[nodiscard]] std::vector<std::vector<double>> limited(const LimitedFailure& limited);
  /// theta = (m, ln s, xi) of threshold.hpp.
  /// @param held  the threshold, when it is held; otherwise NaN
  [[nodiscard]] std::vector<std::vector<double>> thresholds(double held);

 private:
  double uniform(double a, double b);
  void add_life(const Distribution& law, std::vector<double>& theta);
  template <class Draw>
  std::vector<std::vector<double>> several(double most, Draw draw) const;

  const Sample& sample_;
  const Ages& ages_;
  double low_, range_;
  std::mt19937_64 random_{2};
};

}  // namespace relia
