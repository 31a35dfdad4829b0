// HTML reports: one file that opens offline, with pictures, tables, how each number was computed, where everything came
// from, and the JSON results inside.

#pragma once

#include <string>
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

/// The page of an accelerated life test. @param drawn  its pictures, the first one large
[[nodiscard]] std::string render_html(const AltReport& report, const std::vector<Figure>& drawn, Language language);

/// A result made earlier: what its JSON says, and that JSON.
struct EarlierResult {
  std::string file;    ///< it was read from
  std::string schema;  ///< "relia.fit/1", "relia.alt/1" (then `fit` holds the lives at use), "relia.nonparametric/1"
  FitReport fit;
  NonparametricReport nonparametric;
  std::string json;
};

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
