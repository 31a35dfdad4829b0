// What a header name says by itself: the part it usually plays and the unit in it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/csv_header.hpp"

namespace relia::io {

/// A header name read: `time_h`, `Time (hours)`, `时间/h` all give {time, h}.
struct NameReading {
  std::string key;  ///< normalised name without its unit
  Role role = Role::other;
  int tier = 0;      ///< 1: a name of the manual; 2: a clear synonym; 3: used when nothing better is there, with a word
  std::string unit;  ///< of a time role: canonical (h, d, cycle, km, …); of others: what stands in brackets
};

[[nodiscard]] NameReading read_header_name(std::string_view name);

/// Whether a name that is no known one for a status speaks of one all the same: `status_code`, `is_failed`,
/// `删失标志`; not of how or why units failed (`failure_mode`, `失效原因`).
[[nodiscard]] bool speaks_of_status(std::string_view name);

/// The short form of a time unit (hours → h), or the text itself where it is not a known one.
[[nodiscard]] std::string canonical_time_unit(std::string_view unit);

}  // namespace relia::io
