#include "cli/load.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/csv.hpp>
#include <relia/io/store.hpp>

namespace relia::cli {

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

namespace {

// Numbers as the text they came from, for columns that are modes or groups; an empty cell stays empty.
void as_text(Column& column) {
  std::unordered_map<std::uint64_t, std::uint32_t> seen;
  column.codes.reserve(column.numbers.size());
  for (const double v : column.numbers) {
    const auto [it, fresh] = seen.emplace(std::bit_cast<std::uint64_t>(v == v ? v : std::nan("")),
                                          static_cast<std::uint32_t>(column.levels.size()));
    if (fresh) column.levels.push_back(v == v ? fmt::format("{}", v) : std::string());
    column.codes.push_back(it->second);
  }
  column.numbers.clear();
  column.type = Column::Type::text;
}

// What a store keeps has been read and typed; only what is asked of it now can still be wrong.
LoadedTable load_from_store(const io::StoreAddress& address,
                            const std::string& source,
                            const DataOptions& options,
                            const std::vector<std::string>& text_columns,
                            const std::vector<std::string>& numeric_columns,
                            int threads) {
  if (!address.result.empty() || address.name.empty()) {
    throw UsageError(fmt::format("DATA '{}' names no data set; expected STORE.h5:NAME", source));
  }
  for (const auto* given : {&options.time, &options.status, &options.lower, &options.upper, &options.count,
                            &options.entry, &options.exit, &options.failed_code}) {
    if (*given) {
      throw UsageError(fmt::format(
          "DATA '{}' is in a store, whose columns are settled; '{}' is an option for CSV files", source, **given));
    }
  }
  const io::Store store(address.file, {.lock_timeout = options.lock_timeout.value_or(60.0), .threads = threads});
  io::StoredDataset about;
  Expected<LifeTable, DataErrors> read = store.read(address.name, &about);
  if (!read) throw BadData(std::move(read).error());
  LifeTable table = std::move(read).value();
  if (!options.time_unit.empty() && !table.provenance.time_unit.empty() &&
      options.time_unit != table.provenance.time_unit) {
    throw UsageError(fmt::format("--time-unit {}: the store says that the times of '{}' are in {}", options.time_unit,
                                 source, table.provenance.time_unit));
  }
  if (!options.time_unit.empty()) table.provenance.time_unit = options.time_unit;
  for (const auto& [name, unit] : options.units) {
    const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                     [&name = name](const Column& c) { return c.name == name; });
    if (column == table.columns.end()) throw UsageError(fmt::format("--unit: there is no column '{}'", name));
    column->unit = unit;
  }
  for (const std::string& name : numeric_columns) {
    const Column* const column = table.find(name);
    if (column == nullptr || column->type == Column::Type::number) continue;
    DataErrors errors;
    errors.add({source, 0, name, "the store holds text here; numbers are expected"});
    throw BadData(std::move(errors));
  }
  for (const std::string& name : text_columns) {
    const Column* const found = table.find(name);
    if (found != nullptr && found->type == Column::Type::number) {
      as_text(table.columns[static_cast<std::size_t>(found - table.columns.data())]);
    }
  }
  return {.table = std::move(table), .warnings = {}, .data_hash = about.data_hash};
}

}  // namespace

LoadedTable load_table(const std::string& source,
                       const DataOptions& options,
                       const std::vector<std::string>& text_columns,
                       const std::vector<std::string>& numeric_columns,
                       int threads) {
  if (const auto address = io::parse_store_address(source)) {
    return load_from_store(*address, source, options, text_columns, numeric_columns, threads);
  }
  if (source.ends_with(".h5") || source.ends_with(".hdf5")) {
    throw UsageError(fmt::format("DATA '{}' is a store; a data set in it is named STORE.h5:NAME", source));
  }
  if (options.lock_timeout) {
    throw UsageError(fmt::format("--lock-timeout: DATA '{}' is not in a store; there is no lock to wait for", source));
  }
  io::CsvOptions csv = csv_options(options, text_columns, numeric_columns);
  Expected<LifeTable, DataErrors> table = io::read_csv(source, csv);
  if (!table) throw BadData(std::move(table).error());
  return {.table = std::move(table).value(), .warnings = std::move(csv.warnings), .data_hash = {}};
}

}  // namespace relia::cli
