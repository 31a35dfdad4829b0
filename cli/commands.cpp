#include <vector>

#include "cli/command.hpp"

namespace relia::cli {

std::unique_ptr<Command> make_fit();

std::span<const CommandEntry> commands() {
  static const std::vector<CommandEntry> table = {
      {"fit", "fit life distributions to one population; pick the best; bounds, quantiles, reliability", make_fit},
  };
  return table;
}

}  // namespace relia::cli
