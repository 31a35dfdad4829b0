// One cell of a CSV file: its blanks, its number, and how it is shown in a message.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace relia::io {

/// The cell without blanks at its ends: ASCII white space, no-break and ideographic space, byte order mark.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// ASCII letters in lower case; other bytes stay.
[[nodiscard]] std::string folded(std::string_view text);

/// The cell as a message shows it: in quotes, control characters escaped, at most about 40 characters.
[[nodiscard]] std::string shown(std::string_view cell);

/// The same without quotes, for a column's name.
[[nodiscard]] std::string shown_name(std::string_view name);

/// A number as it is written.
struct CellNumber {
  enum class Kind : std::uint8_t {
    number,
    empty,
    infinite,      ///< inf, +inf, infinity, ∞
    not_a_number,  ///< the word NaN
    too_large,     ///< beyond the largest double
    too_small,     ///< not zero, but below the smallest double
    text           ///< anything else
  };
  Kind kind = Kind::text;
  char mark = 0;         ///< decimal mark met: '.', ',' or 0
  bool exact_id = true;  ///< false: an integer whose digits a double does not keep (007, 20 digits)
  double value = 0.0;
};

/// Which decimal marks a cell may have.
enum class DecimalMarks : std::uint8_t { point, comma, either };

/// Reads [+-] digits [mark digits] [e [+-] digits], blanks around it allowed, correctly rounded
/// (std::from_chars). Hexadecimal, thousands separators, units and percent signs are text. Minus zero
/// keeps its sign.
[[nodiscard]] CellNumber parse_number(std::string_view cell, DecimalMarks marks);

}  // namespace relia::io
