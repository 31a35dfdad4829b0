// Files of the repository that go into every report; CMake makes the definitions.

#pragma once

#include <string_view>

namespace relia::io::assets {

extern const std::string_view kUplotScript, kUplotStyle, kUplotLicence, kReportScript, kReportStyle;

}  // namespace relia::io::assets
