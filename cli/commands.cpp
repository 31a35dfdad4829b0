#include <vector>

#include "cli/command.hpp"

namespace relia::cli {

std::span<const CommandEntry> commands() {
  static const std::vector<CommandEntry> table = {};
  return table;
}

}  // namespace relia::cli
