// A life distribution as the rest of the program sees it.
//
// A distribution works on an axis u: u = ln(t/c) for lives whose family is natural in ln t, u = (t - m)/s for
// lives on the whole line and threshold forms. Its working coordinates theta are unconstrained and of order
// one there; the parameters engineers read are smooth functions of theta. Censoring and truncation are written
// once, in terms of the three log functions below; a distribution never sees them.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/numeric/log_math.hpp"
#include "core/numeric/term.hpp"

namespace relia {

/// How u relates to an age t. log: u = ln(t / scale). line: u = (t - shift) / scale.
struct Axis {
  bool log = true;
  double shift = 0.0;
  double scale = 1.0;

  [[nodiscard]] double to_u(double t) const noexcept;
  /// Of many ages at once, to 1 ulp of to_u. Shapes: alike; they may be the same place.
  void to_u(std::span<const double> t, std::span<double> u) const noexcept;
  [[nodiscard]] double to_time(double u) const noexcept;
  /// u(b) - u(a) for a <= b, to full relative accuracy also when a and b nearly agree.
  [[nodiscard]] double width(double a, double b) const noexcept;
  /// log(du/dt) at the age t: what turns a density on u into one on t.
  [[nodiscard]] double log_slope(double t) const noexcept;
};

/// The scale on which a parameter (or any quantity) is nearly normal and its Wald bounds are made.
enum class BoundScale { identity, log, logit };
[[nodiscard]] double to_scale(BoundScale scale, double x) noexcept;
[[nodiscard]] double from_scale(BoundScale scale, double eta) noexcept;
/// dx/d eta at eta.
[[nodiscard]] double scale_slope(BoundScale scale, double eta) noexcept;

struct ParameterInfo {
  std::string name;  ///< contract name
  BoundScale scale;
};

/// A distribution with its parameters bound: three log functions of u with derivatives in theta.
///
/// Accuracy  each log-probability keeps full relative accuracy in its own tail.
/// Threads   const and safe.
class BoundLaw {
 public:
  virtual ~BoundLaw() = default;
  virtual void log_pdf(double u, Term& out) const = 0;  ///< density with respect to u
  virtual void log_sf(double u, Term& out) const = 0;
  virtual void log_cdf(double u, Term& out) const = 0;
  /// log P(lo < U <= up); -inf and +inf ends allowed; width = up - lo without rounding.
  virtual void log_interval(double lo, double up, double width, Term& out) const;
  /// log P(lo < U <= up | entry < U <= exit), or log of the conditional density when width is 0 and lo == up. Where the
  /// window itself is all but impossible both parts are taken relative to its near end, so that what they share never
  /// has to cancel.
  /// @param width   up - lo, `window` exit - entry, without rounding; infinity where an end is
  virtual void log_conditional(
      double lo, double up, double width, double entry, double exit, double window, Term& out) const;

  /// log P(lo < U <= up) by quadrature, if log f hardly changes from one end to the other; otherwise false. A density
  /// with several peaks has to say it of each: one may stand between the points that are looked at.
  virtual bool log_narrow(double lo, double up, double width, Term& out) const;
};

/// One kind of observation, as columns. right: log S(a). left: log F(a). interval: log[F(b) - F(a)].
/// conditional: a truncated row, the event (a, b] (a == b: exact) given the window (c, d], `window` wide.
enum class Kind { exact, right, left, interval, conditional };

/// Rows of one kind, a view. `count` is empty when every row stands for one unit.
struct Rows {
  Kind kind = Kind::exact;
  double sign = 1.0;
  std::span<const double> a, b, width, count, c, d, window;
  [[nodiscard]] std::size_t size() const noexcept { return a.size(); }
  [[nodiscard]] double count_at(std::size_t i) const noexcept { return count.empty() ? 1.0 : count[i]; }
};

/// A rough picture of the data on the axis: where the plotted F passes some levels. For starting values.
struct PlotSummary {
  double low = -1.0, middle = 0.0, high = 1.0;       ///< u
  double p_low = 0.2, p_middle = 0.5, p_high = 0.8;  ///< plotted failure probabilities there
  double first = 0.0;                                ///< smallest u by which a failure is certain to have happened
  double spread = 1.0;                               ///< high - low, never 0
  double failed_fraction = 1.0;                      ///< plotted F at the last failure
  std::vector<std::pair<double, double>> curve;      ///< (u, plotted F), rising, at most 64 points

  std::vector<double> ends;  ///< distinct entry ages and lower ends below `first`, the nearest 12
  /// The summary of a rising curve; levels are taken at a fifth, a half and four fifths of its rise.
  [[nodiscard]] static PlotSummary of(std::vector<std::pair<double, double>> curve);
};

class Distribution {
 public:
  virtual ~Distribution() = default;

  [[nodiscard]] virtual std::string name() const = 0;   ///< contract name
  [[nodiscard]] virtual std::string title() const = 0;  ///< for people
  [[nodiscard]] virtual bool log_axis() const = 0;
  /// Lives are positive, so a failure at age 0 is impossible.
  [[nodiscard]] virtual bool positive() const { return log_axis(); }
  [[nodiscard]] virtual int size() const = 0;  ///< number of parameters
  /// The names and bound scales of the parameters, in report order.
  [[nodiscard]] virtual std::vector<ParameterInfo> parameters() const = 0;

  [[nodiscard]] virtual std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const = 0;

  /// sum += sign * sum_i count_i * term_i, in theta. The default loops over bind(theta); many rows are
  /// interpolated where smooth_length allows.
  virtual void accumulate(const Rows& rows, std::span<const double> theta, Term& sum) const;

  /// A length on the axis over which the log functions are smooth: analytic at least that far from the line. 0: not
  /// known, or not worth using (interpolated_rows.hpp).
  [[nodiscard]] virtual double smooth_length(std::span<const double> theta) const {
    static_cast<void>(theta);
    return 0.0;
  }

  /// Every parameter on its bound scale (eta = ln shape, mu, logit p …) with derivatives in theta.
  virtual void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const = 0;

  /// theta from parameters on their bound scales: the inverse of describe(). False where there is none.
  [[nodiscard]] virtual bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const = 0;

  /// Mean life on its bound scale (ln for positive lives, as it stands on the line); false: does not exist.
  virtual bool mean(const Axis& axis, std::span<const double> theta, Term& out) const = 0;

  /// The limit of F at +infinity, as a log; 0 for proper lives.
  [[nodiscard]] virtual double log_total(std::span<const double> theta) const {
    static_cast<void>(theta);
    return 0.0;
  }

  /// u with log S(u) = log_sf, given also log F there (pass both so that neither tail is rounded).
  [[nodiscard]] virtual double quantile(std::span<const double> theta, double log_sf, double log_cdf) const;

  /// Standard form on the line: F^-1 of a plotting position, for rank regression; false: no straight line.
  virtual bool plot_quantile(double log_sf, double log_cdf, double& z) const {
    static_cast<void>(log_sf), static_cast<void>(log_cdf), static_cast<void>(z);
    return false;
  }

  /// log L of untruncated data is concave in (location/scale, 1/scale), coordinates 0 and 1 being location and
  /// log-scale; so a local maximum is the maximum, and whether one exists can be decided exactly.
  [[nodiscard]] virtual bool concave() const { return false; }

  /// Points from which to climb; the first is the most likely one.
  [[nodiscard]] virtual std::vector<std::vector<double>> starts(const PlotSummary& plot) const = 0;

  /// What a change of one means for coordinate i: sigma for a location, one for logarithms and shapes. Steps and
  /// information are judged in these units.
  [[nodiscard]] virtual double unit(std::span<const double> theta, int i) const {
    static_cast<void>(theta), static_cast<void>(i);
    return 1.0;
  }

  /// All of the life can gather at one age (sigma -> 0), so that data which one age explains have no maximum.
  [[nodiscard]] virtual bool can_gather() const { return size() > 1; }

  /// Relative rounding of a row's second derivatives in theta, where it is more than their last digits; otherwise 0.
  [[nodiscard]] virtual double rounding(std::span<const double> theta) const {
    static_cast<void>(theta);
    return 0.0;
  }

  /// A place that is not a regular maximum: beyond it lies a spike or another family.
  [[nodiscard]] virtual bool regular(std::span<const double> theta) const {
    static_cast<void>(theta);
    return true;
  }
};

}  // namespace relia
