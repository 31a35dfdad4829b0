// What the builders of a NonparametricReport share; one builder a method.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <relia/nonparametric.hpp>

#include "core/nonparametric/curve.hpp"
#include "core/nonparametric/step_bounds.hpp"

namespace relia {

struct BuildContext {
  const LifeTable& table;
  const NonparametricOptions& options;
  Transform transform = Transform::log_log;
  Sides sides;
  bool bounded = true;           ///< bounds were asked for
  double z = 0;                  ///< normal quantile of the confidence level, for the sides asked for
  double low_p = 0, high_p = 0;  ///< the same as probabilities: (1-C)/2 and (1+C)/2, or 1-C and C
};

void build_steps(const BuildContext& context, NonparametricReport& report);  ///< kaplan-meier and the two hazards
void build_turnbull(const BuildContext& context, NonparametricReport& report);
void build_ranks(const BuildContext& context, NonparametricReport& report);
void build_life_table(const BuildContext& context, NonparametricReport& report);

/// No estimate: what the data keep from being estimated and what would help.
void refuse(NonparametricReport& report, std::string reason, std::string advice);

/// A column of the points.
inline void put(NonparametricReport& report,
                std::string name,
                std::vector<double> values,
                PointSeries::Kind kind = PointSeries::Kind::number) {
  report.points.push_back({std::move(name), std::move(values), kind});
}

/// Quantiles and probabilities at ages.
void read_off(const BuildContext& context, const SurvivalCurve& curve, NonparametricReport& report);

/// `values` where the side is asked for, else all absent.
[[nodiscard]] std::vector<double> side(const std::vector<double>& values, bool wanted);

}  // namespace relia
