// Profile likelihood-ratio bounds where log L has two coordinates, or one: the equations of bounds_profile.hpp with the
// quantity given outright, as a 3 x 3 system.
//
// All bounds of one level lie on one contour of log L. Where the contour has been reached already lies near the next.

#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/distributions/distribution.hpp"
#include "solvers/refit.hpp"

namespace relia {

/// log L or another function in (mu, log sigma) with derivatives.
struct QuickJet {
  double f = 0.0, g0 = 0.0, g1 = 0.0, h00 = 0.0, h01 = 0.0, h11 = 0.0;
};

/// A maximum of log L, with the inverse of the observed information.
struct QuickMaximum {
  double mu = 0.0, log_sigma = 0.0;
  QuickJet at;
  double c00 = 0.0, c01 = 0.0, c11 = 0.0;
};

/// A quantity on its bound scale as a function of (mu, log sigma), and as it is printed.
class QuickQuantity {
 public:
  virtual ~QuickQuantity() = default;
  /// False where it does not exist.
  [[nodiscard]] virtual bool at(double mu, double log_sigma, QuickJet& out) const = 0;
  [[nodiscard]] virtual double reported(double q) const = 0;
  [[nodiscard]] virtual double slope(double q) const = 0;
};

/// Exact and right-censored rows as one column.
struct PooledRows {
  std::span<const double> u, count;   ///< count empty: all one
  double exact = 0.0, exact_u = 0.0;  ///< of the exact ones: sum of counts, and of count * u
};

class QuickBounds {
 public:
  /// @param pooled  all rows in one column, where the law's kernel is the smallest extreme value and they are exact or
  ///                right-censored: an exact row's log density differs from its log S by z - log sigma; or null
  /// @param z       standard normal quantile: bounds lie where log L has dropped by z^2/2
  void begin(const Distribution& distribution,
             const RefitRows& rows,
             const PooledRows* pooled,
             const QuickMaximum& maximum,
             double z);
  /// log L of the rows; false where it or a derivative is not finite.
  [[nodiscard]] bool evaluate(double mu, double log_sigma, QuickJet& out);
  /// The quantity's bound on the side of `side` = -1 or 1; false: not found in a straight way.
  [[nodiscard]] bool bound(const QuickQuantity& quantity, const QuickJet& at_maximum, double side, double& q);

 private:
  struct Point {
    double mu, log_sigma, nu, q;
  };
  [[nodiscard]] bool solve(const QuickQuantity& quantity, double side, double r, Point& p);
  [[nodiscard]] bool end_of_mu(double side, double& mu);
  /// A bound that was reached: its direction, covariance times the quantity's gradient over the standard error, and how
  /// far beside the quadratic approximation's end it lies. That is even in the side, up to a part in z^2.
  struct Reached {
    double side, u0, u1, beside_mu, beside_log_sigma, beside_nu;
  };
  void guess(double g0, double g1, double u0, double u1, double se, double side, double r, Point& p) const;

  const Distribution* distribution_ = nullptr;
  const RefitRows* rows_ = nullptr;
  const PooledRows* pooled_ = nullptr;
  QuickMaximum maximum_;
  double z_ = 0.0;
  bool two_ = true;
  std::array<double, 2> ends_{};  ///< of mu, for one parameter; NaN: not sought yet
  std::vector<Reached> reached_;
  Term sum_{2};
};

}  // namespace relia
