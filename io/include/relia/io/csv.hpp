// Life data from CSV and TSV text, in the two layouts of the user's manual.
//
// A table comes out whole and checked, or not at all: then every problem is reported (the first 20) with
// its physical line and column. Nothing is guessed in silence.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <relia/error.hpp>
#include <relia/expected.hpp>
#include <relia/life_table.hpp>

namespace relia::io {

/// Which column is what, where the header names do not say it, and what the reader must make of them.
struct CsvOptions {
  std::optional<std::string> time, status, lower, upper, count, entry, exit;  ///< header names given by the user
  std::optional<std::string> failed_code;                                     ///< the 0/1 code that means "failed"
  std::vector<std::string> numeric;  ///< columns that must hold numbers (stresses)
  std::vector<std::string> text;     ///< columns to be kept as text whatever they hold (modes, groups)
  std::string time_unit;             ///< from --time-unit; else from headers such as time_h
  std::vector<std::pair<std::string, std::string>> units;  ///< --unit COL=UNIT
  std::vector<std::string> warnings;                       ///< filled by the reader: what the user should know
  /// CsvStream: called now and then during the first pass. A pass that must be repeated begins at 0 again.
  std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)> progress;
};

/// Reads a whole file; "-" is standard input.
/// @returns the table (provenance filled, rows with count 0 dropped), or every problem found
/// @throws  MachineError when the file cannot be opened or read; UsageError when an option names a column that is
///          not there or plays another part, or failed_code is not 0, 1 or 2
[[nodiscard]] Expected<LifeTable, DataErrors> read_csv(const std::string& path, CsvOptions& options);

/// The same from bytes in memory; `name` stands in messages and provenance.
[[nodiscard]] Expected<LifeTable, DataErrors> read_csv_text(std::string_view bytes,
                                                            const std::string& name,
                                                            CsvOptions& options);

/// Appends the table as CSV in the interval layout (lower,upper[,count][,trunc_lower,trunc_upper], then the other
/// columns), with its header line when `header` is set, which holds the unit of the times (lower [h],upper [h]); blocks
/// of one table follow each other without. Reading the text gives the same table again, but for line numbers and
/// provenance (text columns of numbers alone need CsvOptions::text, as they did the first time). A column whose name
/// the reader would take for a part of the life, such as a second "time", has another header: see csv_headers(). With
/// the header, where texts hold control characters, `out` gets a byte order mark at its beginning.
void append_csv(std::string& out, const LifeTable& table, bool header);

/// The headers that append_csv() gives to table.columns, in their order: their names, or "recorded time" for one named
/// "time". No two are alike.
[[nodiscard]] std::vector<std::string> csv_headers(const LifeTable& table);

/// Reads a file of any size in blocks, in memory that does not grow with it.
///
/// The constructor makes a first pass that validates every cell and settles the type and the levels of every
/// column, so that a caller which writes blocks somewhere can no longer meet bad data half-way. Standard
/// input is spooled to an unlinked temporary file.
class CsvStream {
 public:
  /// @throws MachineError, BadData, UsageError
  CsvStream(const std::string& path, CsvOptions options);
  ~CsvStream();
  CsvStream(CsvStream&&) noexcept;
  CsvStream& operator=(CsvStream&&) noexcept;

  /// Replaces `block` by the next at most `max_rows` rows; false, with no rows, at the end. Text columns
  /// carry all levels of the whole file in every block, so that codes agree between blocks.
  /// @throws MachineError when the file cannot be read or is no longer what the first pass saw (told at the
  ///         latest with the last block)
  bool next(LifeTable& block, std::size_t max_rows);

  [[nodiscard]] const LifeCounts& counts() const noexcept;      ///< of the whole file
  [[nodiscard]] const Provenance& provenance() const noexcept;  ///< of the whole file, with its SHA-256
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;
  [[nodiscard]] std::uint64_t bytes_total() const noexcept;
  [[nodiscard]] std::uint64_t bytes_done() const noexcept;  ///< for a progress bar

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace relia::io
