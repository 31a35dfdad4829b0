// HTML reports: one file that opens offline, with pictures, tables, how each number was computed, where everything came
// from, and the JSON results inside.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <relia/alt_result.hpp>
#include <relia/io/pictures.hpp>
#include <relia/nonparametric.hpp>

namespace relia::io {

/// The page of a fit, one population or (with --by) several. The tables show the numbers of render_json().
/// @throws nothing but std::bad_alloc; pictures that these results do not have are left out
[[nodiscard]] std::string render_html(const std::vector<FitPicture>& populations, Language language);

/// The page of a nonparametric estimate.
[[nodiscard]] std::string render_html(const std::vector<NonparametricReport>& populations, Language language);

/// The page of an accelerated life test, or (with --by) of several, one after the other.
/// @param drawn  beside `reports`: the pictures of each, the first one large
[[nodiscard]] std::string render_html(const std::vector<AltReport>& reports,
                                      const std::vector<std::vector<Figure>>& drawn,
                                      Language language);

/// The page of data that no model has been fitted to: a data set of a store, or a simulated test.
struct DataPage {
  FitReport report;  ///< source, counts, ages, warnings, command, version; no models
  bool simulated = false;
  std::string plan, seed;  ///< of a simulated test
  std::size_t laws = 0;    ///< that its lives were drawn from
  ModelResult law;         ///< the only one: name, modifier and parameters
  std::string json;        ///< embedded
};
[[nodiscard]] std::string render_html(const DataPage& data, const std::vector<Figure>& drawn, Language language);

/// What the JSON of a coverage study says ("relia.coverage/1").
struct CoverageStudy {
  /// One quantity under one kind of bound; shares are of the tests that have an estimate.
  struct Row {
    std::string target, kind;
    double truth = kAbsent;
    double coverage = kAbsent, coverage_error = kAbsent;  ///< the error is a Monte-Carlo standard error
    double below = kAbsent, below_error = kAbsent;        ///< the truth lies below the lower bound
    double above = kAbsent, above_error = kAbsent;
    double mean_width = kAbsent, mean_width_error = kAbsent, median_width = kAbsent;
    double without_lower = kAbsent, without_upper = kAbsent;  ///< tests
  };
  std::string life, plan;  ///< in words
  std::string design;      ///< equal in studies that differ in the number of units only
  std::string sides, seed;
  double confidence = 0.95, n = kAbsent, replicates = kAbsent, mean_failures = kAbsent, without_estimate = kAbsent;
  std::vector<std::pair<std::string, double>> why;  ///< verdicts of the tests without an estimate
  std::vector<Row> rows;                            ///< by target, then kind
  std::vector<std::string> advice;
};

/// A result made earlier: what its JSON says, and that JSON.
struct EarlierResult {
  std::string file;  ///< it was read from
  /// "relia.fit/1", "relia.alt/1" (then `fit` holds the lives at use), "relia.nonparametric/1", "relia.coverage/1"
  std::string schema;
  FitReport fit;
  NonparametricReport nonparametric;
  CoverageStudy coverage;
  std::string json;
};

/// The page of a coverage study. @param drawn  its pictures, the first one large
[[nodiscard]] std::string render_coverage_html(const EarlierResult& result,
                                               const std::vector<Figure>& drawn,
                                               const std::string& command,
                                               const std::string& version,
                                               Language language);

/// Results in a text: one JSON object, or one a line (--by).
/// @throws BadData naming `file` when it is not such a result
[[nodiscard]] std::vector<EarlierResult> read_results(const std::string& file, const std::string& text);

/// One page from results made earlier. @param data  beside `results`: what their data look like on a plot, when at hand
[[nodiscard]] std::string render_html(const std::vector<EarlierResult>& results,
                                      const std::vector<PlottedData>& data,
                                      const std::string& command,
                                      const std::string& version,
                                      Language language);

}  // namespace relia::io
