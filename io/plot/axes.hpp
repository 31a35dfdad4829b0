// Axes: time, linear or logarithmic, and the probability papers of the field.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include <relia/io/figure.hpp>

namespace relia::io {

/// Ticks at round numbers from `low` to `high`, values as they stand.
[[nodiscard]] Axis linear_axis(std::string label, double low, double high);

/// From `low` to `high` (values above 0), decades first.
[[nodiscard]] Axis log_axis(std::string label, double low, double high);

/// The reduced variate of a probability paper.
enum class Paper {
  weibull,      ///< ln(-ln(1-F)); also Gumbel (smallest)
  largest,      ///< -ln(-ln F): Gumbel (largest), Fréchet
  normal,       ///< standard normal quantile; also lognormal
  logistic,     ///< ln(F/(1-F)); also loglogistic
  exponential,  ///< -ln(1-F)
  quantile      ///< matched to the fitted law: the coordinate of F is its own quantile
};

/// F -> coordinate on a paper. For Paper::quantile the law's own (F, coordinate) pairs are interpolated.
class Probability {
 public:
  explicit Probability(Paper paper) : paper_(paper) {}
  /// @param pairs  (F, coordinate), both ascending, at least two
  explicit Probability(std::vector<std::pair<double, double>> pairs);

  [[nodiscard]] double place(double failure_probability) const;
  [[nodiscard]] Paper paper() const noexcept { return paper_; }
  /// The axis from F = low to F = high; labels are in percent.
  [[nodiscard]] Axis axis(std::string label, double low, double high) const;

 private:
  Paper paper_ = Paper::quantile;
  std::vector<std::pair<double, double>> pairs_;  ///< (logit F, coordinate)
};

}  // namespace relia::io
