// The text report of a fit, with places where a report of another kind of analysis adds its own sections.

#pragma once

#include <cstddef>
#include <functional>
#include <string>

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

}  // namespace relia::io
