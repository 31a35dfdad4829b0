// Text in columns and paragraphs, by the width a terminal gives to each character.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace relia::io {

/// Columns a terminal uses for UTF-8 text: East Asian wide characters 2, combining marks 0, ANSI sequences 0.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Breaks text between words (and between wide characters) so that no line passes `width`; every line after
/// the first begins with `indent` blanks. `column` is where the first line starts.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t column, std::size_t indent, std::size_t width);

/// Rows of cells under a line of headers. Text is set left, numbers are set with their decimal points under
/// each other. Columns in which every cell is empty are left out, and
/// the line of headers where every header is empty.
class Table {
 public:
  enum class Align { left, number };

  void column(std::string header, Align align);
  void row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

  /// Every line begins with `indent` blanks and ends without trailing ones. `heading_on` and `heading_off` are
  /// put around the header line.
  [[nodiscard]] std::string text(std::size_t indent,
                                 std::string_view heading_on = "",
                                 std::string_view heading_off = "") const;

 private:
  struct Head {
    std::string title;
    Align align;
  };
  std::vector<Head> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace relia::io
