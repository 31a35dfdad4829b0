#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <relia/io/csv.hpp>

#include "io/csv_cell.hpp"
#include "io/csv_encoding.hpp"
#include "io/csv_header_names.hpp"

namespace relia::io {
namespace {

/// The shortest digits that read back to the same double.
void append_number(std::string& out, double value) {
  std::array<char, 40> buffer;
  char* const begin = buffer.data();
  char* const end = begin + buffer.size();
  // Whole numbers beyond 2^53 get an exponent: their bare digits are read as an identifier.
  const bool exponent = std::fabs(value) >= 9007199254740992.0;
  const auto done =
      exponent ? std::to_chars(begin, end, value, std::chars_format::scientific) : std::to_chars(begin, end, value);
  out.append(begin, done.ptr);
}

void append_text(std::string& out, std::string_view text) {
  const bool quotes = text.find_first_of(",\"\r\n;\t#") != std::string_view::npos || trimmed(text) != text;
  if (!quotes) {
    out.append(text);
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

/// Whether the reader, which knows a binary file by its control characters, may have to be told that this is text.
bool needs_mark(const LifeTable& table) {
  const auto controls = [](const std::string& text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return looks_like_control(static_cast<unsigned char>(c)); });
  };
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& c) {
    return controls(c.name) || std::any_of(c.levels.begin(), c.levels.end(), controls);
  });
}

/// Whether the reader would take a free column of that name for something else.
bool is_taken(const std::string& name, const LifeTable& table) {
  const NameReading reading = read_header_name(name);
  switch (reading.role) {
    case Role::other: return false;
    case Role::time: return reading.tier <= 2;
    case Role::status: return reading.tier == 1;
    case Role::lower:
    case Role::upper: return reading.tier == 1;
    case Role::count: return reading.tier == 1 || table.count.empty();
    case Role::entry: return reading.tier == 1 || table.entry.empty();
    case Role::exit: return reading.tier == 1 || table.exit.empty();
  }
  return false;
}

/// The name with its unit where the reader takes both apart again.
std::string with_unit(const std::string& name, const std::string& unit) {
  if (unit.empty()) return name;
  const std::string both = name + " [" + unit + ']';
  const NameReading whole = read_header_name(both);
  return whole.unit == unit && whole.role == read_header_name(name).role ? both : name;
}

}  // namespace

std::vector<std::string> csv_headers(const LifeTable& table) {
  std::set<std::string> used;  // by every column, the reader's view of letters
  for (const Column& column : table.columns) used.insert(folded(column.name));
  std::vector<std::string> headers;
  for (const Column& column : table.columns) {
    std::string name = column.name;
    if (is_taken(name, table)) {
      do {
        name.insert(0, "recorded ");
      } while (!used.insert(folded(name)).second);
    }
    headers.push_back(std::move(name));
  }
  return headers;
}

void append_csv(std::string& out, const LifeTable& table, bool header) {
  if (header) {
    if (needs_mark(table)) out.insert(0, "\xEF\xBB\xBF");
    for (const char* const name : {"lower", "upper"}) {
      append_text(out, with_unit(name, table.provenance.time_unit));
      out += name[0] == 'l' ? "," : "";
    }
    if (!table.count.empty()) out += ",count";
    if (!table.entry.empty()) out += ",trunc_lower";
    if (!table.exit.empty()) out += ",trunc_upper";
    for (const std::string& name : csv_headers(table)) {
      out += ',';
      append_text(out, name);
    }
    out += '\n';
  }
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double lower = table.lower[i], upper = table.upper[i];
    const bool left_censored = lower == 0.0 && upper > 0.0 && std::isfinite(upper);
    if (!left_censored) append_number(out, lower);
    out += ',';
    if (std::isfinite(upper)) append_number(out, upper);
    if (!table.count.empty()) {
      out += ',';
      append_number(out, table.count[i]);
    }
    if (!table.entry.empty()) {
      out += ',';
      if (table.entry[i] > 0.0) append_number(out, table.entry[i]);
    }
    if (!table.exit.empty()) {
      out += ',';
      if (std::isfinite(table.exit[i])) append_number(out, table.exit[i]);
    }
    for (const Column& column : table.columns) {
      out += ',';
      if (column.type == Column::Type::text) {
        append_text(out, column.levels[column.codes[i]]);
      } else if (!std::isnan(column.numbers[i])) {
        append_number(out, column.numbers[i]);
      }
    }
    out += '\n';
  }
}

}  // namespace relia::io
