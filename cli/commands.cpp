#include <vector>

#include "cli/command.hpp"

namespace relia::cli {

std::unique_ptr<Command> make_fit();

std::span<const CommandEntry> commands() {
  static const std::vector<CommandEntry> table = {
#ifdef RELIA_HAS_FIT
      {"fit", "fit life distributions to one population; pick the best; bounds, quantiles, reliability", make_fit},
#endif
  };
  return table;
}

}  // namespace relia::cli
