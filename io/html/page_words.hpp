// Every fixed word of the HTML reports, in each language; results have theirs in report_words.

#pragma once

#include <relia/io/report.hpp>

namespace relia::io {

/// Templates take their arguments in {}.
struct PageWords {
  const char *fit_title, *nonparametric_title, *alt_title;
  const char *results_title, *result_file, *drawn_from_results, *drawn_without_data;  ///< source
  const char* points_shown;                                                           ///< shown, of
  const char* answer_nonparametric;                                                   ///< method
  const char *data, *pictures, *results, *warnings, *methods, *provenance, *requirements;
  const char *source, *units, *rows, *failed, *suspended, *left, *interval, *truncated, *first_failure, *last_failure,
      *last_age, *time_unit, *not_stated;
  const char* share_failed;  ///< percent, of units
  const char* nothing_found;
  const char *answer_best, *answer_one;         ///< number of candidates, model; model
  const char* answer_none;                      ///< reason
  const char *answer_life, *answer_life_plain;  ///< name, percent, life, unit, level, lower, upper
  const char *answer_mean, *answer_mean_plain;  ///< mean, unit, lower, upper
  const char* bound_none;                       ///< no bound on this side
  const char *assumptions, *cautions;
  const char *assume_one, *assume_independent, *assume_censoring, *assume_model, *assume_modes, *assume_untested,
      *assume_relation;
  const char *candidates, *parameters, *lives, *at_ages, *given_ages, *fit_quality, *shape;
  const char *quantity, *value, *covariance, *conditional, *residual;
  const char *sha256, *version, *command, *settings, *seed, *no_seed, *made, *confidence_row, *bounds_row;
  const char *group, *verdict, *several;  ///< several: column, number of groups
  const char *requirement, *estimate, *bound, *level, *met;
  const char* hint;  ///< how to use the pictures
  const char* json_hint;
};

[[nodiscard]] const PageWords& page_words(Language language);

/// One number and how it is made.
struct MethodText {
  const char *what, *formula;
};

/// By key: "mle", "rrx", "rry", "ranks-exact", "ranks-benard", "lr", "wald", "exact", "bootstrap", "criteria",
/// "anderson-darling", "quantiles", "positions", "turnbull", "kaplan-meier", "nelson-aalen", "modes", "coverage",
/// "alt".
[[nodiscard]] MethodText method_text(const char* key, Language language);

/// The law of a distribution: "F(t) = 1 - exp(-(t/scale)^shape)"; empty for an unknown name.
[[nodiscard]] const char* law_formula(const char* distribution);

}  // namespace relia::io
