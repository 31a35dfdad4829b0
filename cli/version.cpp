#include <fmt/format.h>

#include "cli/command.hpp"

namespace relia::cli {

std::string version_number() {
  return RELIA_VERSION;
}

std::string version_text() {
  return fmt::format("relia {}\ncompiler {}\nlibraries {}\n", RELIA_VERSION, RELIA_COMPILER, RELIA_LIBRARIES);
}

}  // namespace relia::cli
