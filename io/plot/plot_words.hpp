// Every fixed word of the pictures, in each language.

#pragma once

#include <relia/io/report.hpp>

namespace relia::io {

/// Templates take their arguments in {}; the order is the same in both languages.
struct PlotWords {
  const char *time, *time_unit;  ///< unit
  const char *failed_percent, *reliability, *failure_probability, *density, *hazard, *cumulative_hazard;
  const char* per_unit;  ///< name, unit
  const char *probability_title, *survival_title, *cdf_title, *pdf_title, *hazard_title, *cumulative_title;
  const char *events_title, *residual_title, *contour_title, *profile_title;
  const char *failures_ranks, *failures_kaplan_meier, *failures_turnbull;  ///< count
  const char* suspensions;                                                 ///< count
  const char *left_censored, *intervals;                                   ///< count
  const char* turnbull_middle;
  const char *adjusted, *unadjusted;                     ///< adjusted: threshold
  const char *bounds_two, *bounds_lower, *bounds_upper;  ///< level in percent, how made
  const char *how_lr, *how_wald, *how_exact, *how_bootstrap;
  const char *steps_kaplan_meier, *steps_turnbull, *steps_life_table;
  const char *coverage_title, *units_in_test, *coverage_percent;  ///< coverage_title: level, quantity
  const char *asked_for, *coverage_errors;                        ///< level; replicates
  const char* life_stress_title;                                  ///< stress
  const char *life, *use, *held_at;                               ///< use: value; held_at: settings
  const char *own_shapes, *profiled, *series;
  const char* thinned;   ///< shown, of
  const char* goodness;  ///< name, value
  const char *residual_x, *residual_y, *residual_line;
  const char *units_axis, *failed_at, *alive_at, *failed_between, *entered;
  const char* level;        ///< percent
  const char* open_region;  ///< percents
  const char* maximum;
  const char *profile_y, *profile_limit;  ///< limit: percent
  const char* shown_of;                   ///< shown, of
  const char* note_point;                 ///< age, unit, percent
  const char* note_interval;              ///< from, to, unit, percent
  const char* mixed_paper;                ///< distribution
  const char *system, *mode;              ///< mode: name
  const char* truth;
};

[[nodiscard]] const PlotWords& plot_words(Language language);

}  // namespace relia::io
