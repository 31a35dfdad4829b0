// A few untruncated rows on the axis of location-scale lives, in buffers that are filled anew for every sample: what
// the quick fit of many small groups works on.
//
// The axis' scale is a power of two near the middle of the ages, so that dividing by it rounds nothing.

#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <relia/life_table.hpp>

#include "core/distributions/distribution.hpp"
#include "solvers/quick_bounds.hpp"
#include "solvers/refit.hpp"

namespace relia {

class QuickSample {
 public:
  /// Longer samples are left to the general fit, which has threads and thinned starts for them.
  static constexpr std::size_t kMostRows = 4096;

  /// False where the rows are not for the quick fit: truncated, too many, or ages so far apart that their quotients
  /// leave the range of numbers.
  [[nodiscard]] bool assign(const LifeTable& table, bool log);

  [[nodiscard]] const Axis& axis() const noexcept { return axis_; }
  [[nodiscard]] const RefitRows& rows() const noexcept { return rows_; }
  [[nodiscard]] double n() const noexcept { return n_; }
  /// All rows as one column, or null with left- or interval-censored ones.
  [[nodiscard]] const PooledRows* pooled() const noexcept { return is_pooled_ ? &pooled_ : nullptr; }
  /// Sum over exact failures of count * log(du/dt).
  [[nodiscard]] double log_jacobian() const noexcept { return log_jacobian_; }
  /// Exact failures alone, or finite ages of at least two different values.
  [[nodiscard]] bool identifiable(bool two_parameters) const noexcept;
  /// Largest |u|.
  [[nodiscard]] double reach() const noexcept { return reach_; }

  /// Weighted mean and deviation of ages at which units failed, with a point inside for those whose age is not exact;
  /// and of all ages.
  struct Moments {
    double failed = 0.0, failed_mean = 0.0, failed_deviation = 0.0;
    double all = 0.0, all_mean = 0.0, all_deviation = 0.0;
  };
  [[nodiscard]] Moments moments() const noexcept;

  /// Steps of the Kaplan-Meier curve at distinct failure ages, rising.
  struct Step {
    double u, failed, survived;  ///< F and S from u on
  };
  /// Empty with left- or interval-censored rows, or without a failure.
  [[nodiscard]] std::span<const Step> steps();
  [[nodiscard]] double last() const noexcept { return last_; }  ///< with steps(): the largest u
  /// With steps(): some unit survived, be it at age 0.
  [[nodiscard]] bool suspended() const noexcept { return suspended_; }

 private:
  struct Units {
    std::vector<double> u, count;
    void clear() {
      u.clear();
      count.clear();
    }
    [[nodiscard]] bool empty() const noexcept { return u.empty(); }
  };
  void choose_axis(const LifeTable& table, bool log);
  void make_steps();

  Axis axis_;
  RefitRows rows_;
  PooledRows pooled_;
  Units all_;  ///< exact and right-censored
  bool is_pooled_ = false;
  Units exact_, right_, left_, interval_;
  std::vector<double> upper_, width_;  ///< of intervals
  bool steps_made_ = false, suspended_ = false;
  double n_ = 0.0, log_jacobian_ = 0.0, reach_ = 0.0, last_ = 0.0;
  std::vector<Step> steps_;
  std::vector<std::pair<double, double>> failed_, survived_;  ///< (u, count), sorted
};

}  // namespace relia
