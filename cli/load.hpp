// DATA of the command line becomes a table: one way in for every command.

#pragma once

#include <string>
#include <vector>

#include <relia/io/csv.hpp>
#include <relia/life_table.hpp>

#include "cli/options.hpp"

namespace relia::cli {

struct LoadedTable {
  LifeTable table;
  std::vector<std::string> warnings;  ///< of the reader; they belong into the answer
  std::string data_hash;              ///< of DATA in a store; empty otherwise
};

/// What the options say about the columns, for the reader of CSV.
[[nodiscard]] io::CsvOptions csv_options(const DataOptions& options,
                                         const std::vector<std::string>& text_columns = {},
                                         const std::vector<std::string>& numeric_columns = {});

/// Reads `source`: a CSV or TSV file, "-", or STORE.h5:NAME.
/// @param text_columns  kept as text whatever they hold (failure modes, groups)
/// @param numeric_columns  refused where they hold no numbers (stresses)
/// @param threads  to read a store with; 0: all cores
/// @throws BadData, MachineError, UsageError
[[nodiscard]] LoadedTable load_table(const std::string& source,
                                     const DataOptions& options,
                                     const std::vector<std::string>& text_columns = {},
                                     const std::vector<std::string>& numeric_columns = {},
                                     int threads = 0);

}  // namespace relia::cli
