#include <vector>

#include "cli/command.hpp"

namespace relia::cli {

std::unique_ptr<Command> make_fit();
std::unique_ptr<Command> make_data_import();
std::unique_ptr<Command> make_data_list();
std::unique_ptr<Command> make_data_show();
std::unique_ptr<Command> make_data_export();
std::unique_ptr<Command> make_data_verify();
std::unique_ptr<Command> make_data_remove();
std::unique_ptr<Command> make_data_compact();
std::unique_ptr<Command> make_nonparametric();
std::unique_ptr<Command> make_alt();
std::unique_ptr<Command> make_simulate();
std::unique_ptr<Command> make_simulate_coverage();
std::unique_ptr<Command> make_validate();
std::unique_ptr<Command> make_report();
std::unique_ptr<Command> make_rerun();

std::span<const CommandEntry> commands() {
  static const std::vector<CommandEntry> table = {
      {"fit", "fit life distributions to one population; pick the best; bounds, quantiles, reliability", make_fit,
       true},
      {"nonparametric", "Kaplan-Meier, Nelson-Aalen, Turnbull, adjusted ranks and life tables, with bounds",
       make_nonparametric, true},
      {"alt", "accelerated life: life against stress, extrapolated to use conditions", make_alt, true},
      {"simulate", "draw life data from a model under a test plan", make_simulate},
      {"simulate coverage", "how often each kind of bound holds the truth under a test plan", make_simulate_coverage},
      {"validate", "solve the certified problems and print the digits that agree", make_validate},
      {"report", "one page from results made earlier", make_report},
      {"rerun", "repeat a saved result and say whether every number is the same to the last bit", make_rerun},
      {"data import", "bring a CSV file into a store", make_data_import},
      {"data list", "the data sets of a store", make_data_list},
      {"data show", "what is known about a data set, its first rows, its results", make_data_show},
      {"data export", "a data set as CSV", make_data_export},
      {"data verify", "check everything in a store", make_data_verify},
      {"data remove", "take a data set out of a store", make_data_remove},
      {"data compact", "give the space of removed data sets back", make_data_compact},
  };
  return table;
}

const CommandEntry* take_command(std::vector<std::string>& words) {
  for (const std::size_t length : {2U, 1U}) {
    if (words.size() < length) continue;
    const std::string name = length == 2 ? words[0] + ' ' + words[1] : words[0];
    for (const CommandEntry& c : commands()) {
      if (name != c.name) continue;
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(length));
      return &c;
    }
  }
  return nullptr;
}

}  // namespace relia::cli
