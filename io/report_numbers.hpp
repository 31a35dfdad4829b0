// Numbers as the renderers print them.

#pragma once

#include <string>

namespace relia::io {

/// The shortest text that reads back to the same double; empty for NaN and infinities.
[[nodiscard]] std::string shortest(double value);

/// For people: `digits` significant digits without trailing zeros after the point, plain between 1e-4 and 1e7,
/// otherwise with a power of ten (1.2e+09); "" for NaN, "inf" and "-inf" for infinities.
[[nodiscard]] std::string readable(double value, int digits = 6);

}  // namespace relia::io
