// The text report of a fit, with places where a report of another kind of analysis adds its own sections.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <relia/io/report.hpp>

namespace relia::io {

/// Sections are whole lines, already set.
struct TextExtras {
  std::string after_data;      ///< below the counts
  std::string life_heading;    ///< above the lives, which hold at other conditions than the data
  bool lives = true;           ///< the models have lives to print
  bool at_ages_tested = true;  ///< lives are at the conditions tested: warn beyond the last age
  std::function<std::string(std::size_t)> after_model;  ///< below model i of the report
};

[[nodiscard]] std::string render_text(const FitReport& report, const TextStyle& style, const TextExtras& extras);

/// "What to beware of": the sentences below every answer. @param at_ages_tested  as in TextExtras
[[nodiscard]] std::vector<std::string> beware(const FitReport& report, Language language, bool at_ages_tested = true);

/// "converged", "no maximum" …
[[nodiscard]] std::string verdict_in_words(FitStatus status, Language language);

/// "maximum likelihood, two-sided 95 % bounds, profile likelihood ratio".
[[nodiscard]] std::string estimation_in_words(const FitReport& report, const ModelResult& model, Language language);

}  // namespace relia::io
