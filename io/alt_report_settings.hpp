// "temperature_c=80, voltage=5": settings of stresses as the renderers print them.

#pragma once

#include <string>
#include <vector>

#include <relia/alt_result.hpp>

namespace relia::io {

[[nodiscard]] std::string settings_text(const std::vector<StressSetting>& settings);

}  // namespace relia::io
