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

}  // namespace relia::io
