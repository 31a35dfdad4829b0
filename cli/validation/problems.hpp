// The certified problems: read from a directory in the layout of data/reference, put to the same code that the
// commands call, and compared number by number.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <relia/fit_result.hpp>

namespace relia::cli {

/// One number held against its certified value.
struct Comparison {
  std::string module;    ///< fit, alt, nonparametric; "fit, 50 digits", "alt, 50 digits"
  std::string quantity;  ///< estimate, log-likelihood, wald-bound, kaplan-meier, …: what a bar is set for
  std::string problem;   ///< data set and model
  std::string what;      ///< which number
  double ours = kAbsent, certified = kAbsent;  ///< NaN for a verdict
  double digits = 0;                           ///< -log10 of the relative error, 0 to 16; a verdict has 16 or 0
  std::string note;                            ///< verdicts: what was said and what should have been
};

/// A number in print, held against the certified one.
struct PublishedValue {
  std::string problem, quantity, source;
  std::string text;  ///< the figure as printed, with all its digits; empty: the digits of `value`
  double value = kAbsent, certified = kAbsent, relative_difference = kAbsent;
  bool example = false;  ///< of a worked example: `certified` is the number that relia prints
  bool checked = false;  ///< the printed number was compared with the text of its source
};

struct ProblemSource {
  std::string dataset, title, citation;
  std::size_t problems = 0;
};

struct Validation {
  std::string directory;
  std::vector<Comparison> comparisons;
  std::vector<PublishedValue> published;
  std::vector<ProblemSource> sources;
  std::size_t problems = 0;
  std::size_t examples = 0, figures = 0;  ///< published worked examples and their printed figures
  double seconds = 0;
};

struct ValidationOptions {
  std::filesystem::path directory;
  std::filesystem::path published;  ///< directory of published worked examples; empty: none
  std::string only;                 ///< part of a problem's name; empty: all
  std::string solver = "newton";
  bool deep = false;  ///< hold every fit, of life against stress too, against 50-digit arithmetic
  int threads = 0;
};

/// The directory of the problems that came with this program: share/relia/reference beside an installed program,
/// data/reference above one in a build tree. @throws MachineError naming the places when there is none
[[nodiscard]] std::filesystem::path shipped_problems();

/// @throws MachineError when a file cannot be read, BadData when one is not what its documentation says
[[nodiscard]] Validation validate(const ValidationOptions& options);

}  // namespace relia::cli
