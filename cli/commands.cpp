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
std::unique_ptr<Command> make_validate();
std::unique_ptr<Command> make_report();

std::span<const CommandEntry> commands() {
  static const std::vector<CommandEntry> table = {
      {"fit", "fit life distributions to one population; pick the best; bounds, quantiles, reliability", make_fit},
      {"nonparametric", "Kaplan-Meier, Nelson-Aalen, Turnbull, adjusted ranks and life tables, with bounds",
       make_nonparametric},
      {"alt", "accelerated life: life against stress, extrapolated to use conditions", make_alt},
      {"validate", "solve the certified problems and print the digits that agree", make_validate},
      {"report", "one page from results made earlier", make_report},
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

}  // namespace relia::cli
