#include <vector>

#include "cli/command.hpp"

namespace relia::cli {

std::unique_ptr<Command> make_fit();
std::unique_ptr<Command> make_nonparametric();
std::unique_ptr<Command> make_alt();

std::span<const CommandEntry> commands() {
  static const std::vector<CommandEntry> table = {
      {"fit", "fit life distributions to one population; pick the best; bounds, quantiles, reliability", make_fit},
      {"nonparametric", "Kaplan-Meier, Nelson-Aalen, Turnbull, adjusted ranks and life tables, with bounds",
       make_nonparametric},
      {"alt", "accelerated life: life against stress, extrapolated to use conditions", make_alt},
  };
  return table;
}

}  // namespace relia::cli
