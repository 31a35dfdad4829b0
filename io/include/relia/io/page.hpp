// HTML reports: one file that opens offline, with pictures, tables, how each number was computed, where everything came
// from, and the JSON results inside.

#pragma once

#include <string>
#include <vector>

#include <relia/io/pictures.hpp>

namespace relia::io {

/// The page of a fit, one population or (with --by) several. The tables show the numbers of render_json().
/// @throws nothing but std::bad_alloc; pictures that these results do not have are left out
[[nodiscard]] std::string render_html(const std::vector<FitPicture>& populations, Language language);

}  // namespace relia::io
