// The pictures of the field, built from results: probability plots, life functions, event plots, residuals.
//
// A picture draws what the report says and the data it rests on. What a curve needs beyond the report's own numbers,
// the same fit asked at more points, comes in ModelCurves; nothing here fits anything.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <relia/fit_result.hpp>
#include <relia/io/figure.hpp>
#include <relia/life_table.hpp>
#include <relia/nonparametric.hpp>

namespace relia::io {

/// Where the data stand on a plot of failure probability against age.
///
/// Exact and right-censored lives: one point a failure at the exact median rank of its Johnson-adjusted rank. With
/// entry ages: the middle of each Kaplan-Meier step. With intervals: the middle of each Turnbull step, a bar across the
/// interval.
struct PlottedData {
  /// A record, for the event plot.
  struct Event {
    double entry = 0.0, lower = 0.0, upper = 0.0, count = 1.0;
  };
  enum class Method { ranks, kaplan_meier, turnbull, none };
  Method method = Method::none;
  std::vector<double> time, probability;    ///< points: at the upper end of an interval
  std::vector<double> lower;                ///< intervals: their lower end; equal to `time` for exact ages; or empty
  std::vector<double> step_time, survival;  ///< the nonparametric curve after each step, from (0, 1)
  std::vector<double> suspended;            ///< distinct ages of suspensions
  double first_suspended = kAbsent, last_suspended = kAbsent;
  std::size_t points_before_thinning = 0;
  std::vector<Event> events;  ///< by age, 60 at most
  std::size_t records = 0;
  double smallest = kAbsent, largest = kAbsent;  ///< finite positive ages of any kind
};

/// @param most  points kept at most, spread so that the picture does not change; 0: all
[[nodiscard]] PlottedData plotted_data(const LifeTable& table, std::size_t most = 1500);

/// Probabilities and ages at which a picture wants the fitted model.
struct CurveGrid {
  std::vector<double> fine_probabilities;   ///< lives without bounds
  std::vector<double> bound_probabilities;  ///< lives with bounds
  double low = 0.01, high = 0.99;           ///< range of the probability paper
};
[[nodiscard]] CurveGrid curve_grid(const PlottedData& data, std::size_t bound_points);

/// One fitted model at many points. Empty vectors: not asked for.
struct ModelCurves {
  std::vector<QuantileResult> fine;     ///< estimates alone
  std::vector<QuantileResult> bounded;  ///< lives with the bounds of the report's method
  /// The same as bounds on F at ages, for models whose F does not reach every level (limited failure, mixtures).
  std::vector<AtTimeResult> failure_bounded;
  std::vector<AtTimeResult> reliability, hazard;  ///< estimates on a fine grid of ages
  std::vector<AtTimeResult> hazard_bounded;       ///< with bounds, at fewer ages
  std::vector<AtTimeResult> density_bounded;      ///< likewise
  struct Mode {
    std::string mode;
    std::vector<QuantileResult> fine;
    PlottedData data;  ///< failures of this mode, the others as suspensions; or none
  };
  std::vector<Mode> modes;  ///< of competing risks
  struct Contour {
    double level = 0.0;  ///< of the joint region, two degrees of freedom
    std::vector<double> x, y;
  };
  std::vector<Contour> contours;
  std::string contour_x, contour_y;  ///< parameters
  struct Profile {
    std::string parameter;
    double estimate = kAbsent, lower = kAbsent, upper = kAbsent;  ///< as the report has them
    std::vector<double> value, relative;                          ///< relative: profile likelihood / its maximum
  };
  std::vector<Profile> profiles;
};

/// One population with its fit.
struct FitPicture {
  const FitReport* report = nullptr;
  PlottedData data;
  CurveGrid grid;
  std::vector<ModelCurves> curves;  ///< beside report->models; without curves a model is not drawn
};

/// The picture of `kind`, one of fit_picture_kinds(); "profile=NAME" is the profile of that parameter. Several
/// populations are drawn on one plot.
/// @throws UsageError for a kind that these results do not have, with the reason
[[nodiscard]] Figure fit_figure(const std::string& kind, const std::vector<FitPicture>& populations, Language language);

/// probability, survival, cdf, pdf, hazard, cumulative-hazard, …
[[nodiscard]] std::vector<std::string> fit_picture_kinds();

/// The picture of a nonparametric estimate: steps with their bounds (survival, or the cumulative hazard of
/// Nelson-Aalen), or median ranks on Weibull paper. Several populations are drawn on one plot.
/// @throws UsageError when no population has an estimate
[[nodiscard]] Figure nonparametric_figure(const std::vector<NonparametricReport>& populations, Language language);

/// Life against one stress, on the axis of its relation, from the tested levels down to use.
struct LifeStressPicture {
  std::string column, relation, unit;
  struct Line {
    double p = 0.1;
    std::string name;
    std::vector<double> stress;
    std::vector<Quantity> life;  ///< one a stress; bounds where they were made
    std::size_t group = 0;
  };
  std::vector<Line> lines;
  struct Point {
    double stress = 0.0, life = 0.0;
    bool failed = true;  ///< else suspended
    std::size_t group = 0;
  };
  std::vector<Point> points;
  std::vector<std::string> groups;  ///< levels of a factor, each with lines and points of its own; empty: there is none
  bool own_shapes = false;          ///< every tested level has its own shape: lines join the levels' lives
  bool profiled = false;            ///< units saw several stresses, so none has a place here
  bool modes = false;               ///< lives are those of the series of all modes
  double use = kAbsent;
  std::string others;  ///< where the other stresses are held, in words
};
[[nodiscard]] Figure life_stress_figure(const LifeStressPicture& picture, const FitReport& report, Language language);

/// How often bounds of one quantity hold the truth, against the number of units in the test.
struct CoveragePicture {
  std::string target, plan;
  double confidence = 0.95;
  int replicates = 0;
  struct Kind {
    std::string name;
    std::vector<double> n, coverage, error;  ///< coverage and its Monte-Carlo standard error as shares
  };
  std::vector<Kind> kinds;
};
[[nodiscard]] Figure coverage_figure(const CoveragePicture& picture, Language language);

}  // namespace relia::io
