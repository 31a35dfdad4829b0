#include "cli/load.hpp"

#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/csv.hpp>

namespace relia::cli {
namespace {

bool names_a_store(const std::string& source) {
  return source.find(".h5:") != std::string::npos || source.ends_with(".h5");
}

io::CsvOptions csv_options(const DataOptions& options,
                           const std::vector<std::string>& text_columns,
                           const std::vector<std::string>& numeric_columns) {
  io::CsvOptions out;
  out.time = options.time;
  out.status = options.status;
  out.lower = options.lower;
  out.upper = options.upper;
  out.count = options.count;
  out.entry = options.entry;
  out.exit = options.exit;
  out.failed_code = options.failed_code;
  out.numeric = numeric_columns;
  out.text = text_columns;
  out.time_unit = options.time_unit;
  out.units = options.units;
  return out;
}

}  // namespace

LoadedTable load_table(const std::string& source,
                       const DataOptions& options,
                       const std::vector<std::string>& text_columns,
                       const std::vector<std::string>& numeric_columns) {
  if (names_a_store(source)) {
    throw UsageError(fmt::format("DATA '{}' is a store; this build reads CSV and TSV files and - only", source));
  }
  io::CsvOptions csv = csv_options(options, text_columns, numeric_columns);
  Expected<LifeTable, DataErrors> table = io::read_csv(source, csv);
  if (!table) throw BadData(std::move(table).error());
  return {.table = std::move(table).value(), .warnings = std::move(csv.warnings)};
}

}  // namespace relia::cli
