// Every fixed word of the text report, in each language. Terms are those of the field: Meeker & Escobar for
// English, GB/T 2900.99 (dependability vocabulary) for Chinese.

#pragma once

#include <string>
#include <string_view>

#include <relia/io/report.hpp>

namespace relia::io {

/// Templates take their arguments in {}; the order is the same in both languages.
struct Words {
  // Data
  const char* group;       ///< column, value
  const char* units_rows;  ///< n, unit or units, rows, row or rows
  const char *unit, *units, *row, *rows;
  const char* counts;      ///< F, S, L, I
  const char* truncated;   ///< units
  const char* first_last;  ///< first, last failure, unit
  const char* last_age;    ///< age, unit
  // Candidates
  const char *candidates, *ranked_by, *distribution, *rank, *delta, *log_likelihood, *verdict, *no_rank;
  const char *free_parameters, *r_squared;
  // One model
  const char* model_by;  ///< title, method
  const char *method_mle, *method_rrx, *method_rry;
  const char *ranks_exact, *ranks_benard;
  const char *bounds_two, *bounds_lower, *bounds_upper;  ///< level in percent, how made
  const char* bounds_none;
  const char *how_lr, *how_wald, *how_exact;
  const char *parameter, *estimate, *std_error, *lower, *upper, *meaning, *held;
  const char *life, *failed_fraction, *mean_life, *reliable_life;
  const char *at_age, *age, *reliability, *failure_probability, *hazard;
  const char* given_age;  ///< age, unit
  const char *time_more, *time_after;
  const char* fit_quality;
  const char *anderson_darling, *anderson_darling_adjusted;
  const char *mode, *system, *modes;
  const char* mode_counts;  ///< failures
  // Verdicts
  const char *converged, *boundary, *unbounded, *flat, *iteration_limit, *closed_form, *bad_data;
  const char* no_estimate;  ///< title
  const char* help;
  // What the shape says
  const char* shape_says;
  const char *shape_wear_out, *shape_infant, *shape_random;    ///< name, lower, upper
  const char *shape_rising_estimate, *shape_falling_estimate;  ///< name, estimate
  const char* shape_fixed;                                     ///< name, value
  const char* constant_assumed;
  const char* rising_by_form;
  const char *trend_rising, *trend_falling, *trend_constant;  ///< from, to (ages), unit
  const char *trend_peak, *trend_valley;                      ///< age, unit
  const char* falls_in_the_end;
  const char *growth_rising, *growth_falling, *growth_random;
  const char* limited;         ///< p
  const char* threshold_free;  ///< threshold, unit
  // What to beware of
  const char* beware;
  const char* few_failures;                    ///< failures
  const char* very_few_failures;               ///< failures
  const char* beyond_last;                     ///< names, age, unit
  const char* before_first;                    ///< names, age, unit
  const char* not_told_apart;                  ///< names
  const char* not_told_apart_life;             ///< name, smallest, largest, unit
  const char* left_out;                        ///< title, verdict, reason
  const char *no_lower, *no_upper, *no_value;  ///< names, reason
  // Requirements
  const char *requirements, *met, *not_met;
  const char *requirement_lower, *requirement_upper;  ///< estimate, bound, level
  const char* requirement_missing;                    ///< estimate, level, reason
  const char* no_bounds;                              ///< names, reason
  const char* gap;                                    ///< between sentences
  const char* very_few_help;                          ///< follows very_few_failures
  const char* weibull_candidate;                      ///< shape, delta
  const char* colon;
  const char* full_stop;
  const char* standard_input;
  const char* list_comma;    ///< between names
  const char* clause_comma;  ///< between phrases
};

[[nodiscard]] const Words& words(Language language);

/// A verdict as people read it: "converged", "no maximum".
[[nodiscard]] const char* verdict_word(FitStatus status, Language language);

/// The same by its name in JSON; a name that is none stands as it is.
[[nodiscard]] std::string verdict_word(const std::string& name, Language language);

/// What Chinese readers call what the command line names: a distribution, a nonparametric method, a relation of life to
/// stress, a scale of bounds. English, and a name that is none of these, stand as they are, but for the proper names
/// of methods ("Kaplan-Meier").
[[nodiscard]] std::string named_in_language(const std::string& name, Language language);

/// How bounds are made, as --bounds has it ("lr", "bootstrap bca"): with the Chinese term before it.
[[nodiscard]] std::string bounds_in_language(const std::string& kind, Language language);

/// What people call a distribution; English gives the result's own title.
[[nodiscard]] std::string distribution_title(const ModelResult& model, Language language);

/// What a parameter of that distribution is: "characteristic life (63.2 % failed)"; empty when the name says it.
[[nodiscard]] std::string parameter_meaning(std::string_view distribution,
                                            std::string_view parameter,
                                            Language language);

}  // namespace relia::io
