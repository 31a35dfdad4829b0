// The header line: which column plays which part, which unit, which delimiter.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <relia/error.hpp>
#include <relia/io/csv.hpp>

#include "io/csv_status.hpp"

namespace relia::io {

/// The part a column plays.
enum class Role : std::uint8_t { time, status, lower, upper, count, entry, exit, other };
inline constexpr std::size_t kRoles = 7;
inline constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);
/// More columns than any life-data table has; a file with more is something else.
inline constexpr std::size_t kMaxColumns = 10'000;

struct HeaderColumn {
  std::string name;  ///< as written, without blanks at its ends
  std::string unit;
  Role role = Role::other;
  bool unnamed = false;         ///< the header cell was empty; `name` was made up
  bool must_be_number = false;  ///< asked for by CsvOptions::numeric
  bool must_be_text = false;    ///< asked for by CsvOptions::text
};

struct Header {
  std::vector<HeaderColumn> columns;
  std::array<std::size_t, kRoles> at{};  ///< column of each role, or kNoColumn
  bool interval_layout = false;
  CodeMeaning codes = CodeMeaning::undecided;
  std::string time_unit;
  std::vector<std::string> warnings;

  [[nodiscard]] std::size_t column_of(Role role) const noexcept { return at[static_cast<std::size_t>(role)]; }
  [[nodiscard]] bool has(Role role) const noexcept { return column_of(role) != kNoColumn; }
  [[nodiscard]] const std::string& name_of(Role role) const { return columns[column_of(role)].name; }
};

/// How well names fit as a header: the number of columns with a known part. Chooses between delimiters.
[[nodiscard]] std::size_t known_names(const std::vector<std::string>& names, const CsvOptions& options);

/// Gives every column its part. Problems go to `errors` at `line`; the header is usable when none were added.
/// @throws UsageError when an option names a column that is not there or names one twice
[[nodiscard]] Header resolve_header(const std::vector<std::string>& names,
                                    std::uint64_t line,
                                    const std::string& file,
                                    const CsvOptions& options,
                                    DataErrors& errors);

}  // namespace relia::io
