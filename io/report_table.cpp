#include "io/report_table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace relia::io {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

// The character at the front; a byte that is no UTF-8 counts as one character of its own.
Character front_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char b = byte(0);
  const std::size_t length = b < 0x80 ? 1 : (b >> 5) == 0x6 ? 2 : (b >> 4) == 0xe ? 3 : (b >> 3) == 0x1e ? 4 : 0;
  if (length <= 1 || text.size() < length) return {b, 1};
  std::uint32_t code = b & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {b, 1};
    code = (code << 6) | (byte(i) & 0x3fU);
  }
  return {code, length};
}

bool is_wide(std::uint32_t c) {
  // East Asian Width W and F of UAX #11, by blocks.
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 10> kWide{{{0x1100, 0x115f},
                                                                           {0x2e80, 0x303e},
                                                                           {0x3041, 0x33ff},
                                                                           {0x3400, 0x4dbf},
                                                                           {0x4e00, 0xa4cf},
                                                                           {0xac00, 0xd7a3},
                                                                           {0xf900, 0xfaff},
                                                                           {0xfe30, 0xfe6f},
                                                                           {0xff00, 0xff60},
                                                                           {0x20000, 0x3fffd}}};
  return std::any_of(kWide.begin(), kWide.end(), [c](const auto& r) { return c >= r.first && c <= r.second; });
}

bool is_combining(std::uint32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || (c >= 0xfe00 && c <= 0xfe0f);
}

// Length of an ANSI sequence "ESC [ … letter" at the front, or 0.
std::size_t ansi_length(std::string_view text) {
  if (text.size() < 2 || text[0] != '\x1b' || text[1] != '[') return 0;
  const std::size_t end = text.find_first_of("mK", 2);
  return end == std::string_view::npos ? 0 : end + 1;
}

// What stands before the decimal point (or the end).
std::size_t width_before_point(std::string_view cell) {
  return display_width(cell.substr(0, std::min(cell.find('.'), cell.size())));
}

// Numbers with a power of ten have no place on the axis of decimal points: they are set right.
bool has_decimal_place(std::string_view cell) {
  const std::string_view digits = cell.starts_with('-') ? cell.substr(1) : cell;
  return !digits.empty() && digits.front() >= '0' && digits.front() <= '9' && cell.find('e') == std::string_view::npos;
}

void trim_right(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (const std::size_t n = ansi_length(text); n > 0) {
      text.remove_prefix(n);
      continue;
    }
    const Character c = front_of(text);
    width += is_combining(c.code) ? 0U : is_wide(c.code) ? 2U : 1U;
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string wrap(std::string_view text, std::size_t column, std::size_t indent, std::size_t width) {
  std::string out;
  while (!text.empty()) {
    // One piece: a run without blanks and wide characters, or one wide character, with the blanks behind it.
    std::size_t length = 0;
    while (length < text.size() && text[length] != ' ') {
      const Character c = front_of(text.substr(length));
      if (is_wide(c.code) && length > 0) break;
      length += c.bytes;
      if (is_wide(c.code)) {
        // Closing punctuation stays with the character before it.
        while (length < text.size()) {
          const Character next = front_of(text.substr(length));
          const bool closing = next.code == 0x3002 || next.code == 0xff0c || next.code == 0xff1b ||
                               next.code == 0xff1a || next.code == 0xff09 || next.code == 0x3001;
          if (!closing) break;
          length += next.bytes;
        }
        break;
      }
    }
    const std::string_view piece = text.substr(0, length);
    const std::size_t piece_width = display_width(piece);
    if (column + piece_width > width && column > indent) {
      trim_right(out);
      out += '\n' + std::string(indent, ' ');
      column = indent;
    }
    out += piece;
    column += piece_width;
    text.remove_prefix(length);
    while (!text.empty() && text.front() == ' ') {
      out += ' ';
      ++column;
      text.remove_prefix(1);
    }
  }
  trim_right(out);
  return out;
}

void Table::column(std::string header, Align align) {
  columns_.push_back({std::move(header), align});
}

void Table::row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::text(std::size_t indent, std::string_view heading_on, std::string_view heading_off) const {
  std::vector<std::string> lines(rows_.size() + 1, std::string(indent, ' '));
  bool first = true;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const bool used = std::any_of(rows_.begin(), rows_.end(), [j](const auto& r) { return !r[j].empty(); });
    if (!used) continue;
    std::size_t before = 0, after = 0, width = display_width(columns_[j].title);
    const bool number = columns_[j].align == Align::number;
    for (const auto& r : rows_) {
      const std::string& cell = r[j];
      if (number && has_decimal_place(cell)) {
        before = std::max(before, width_before_point(cell));
        after = std::max(after, display_width(cell) - width_before_point(cell));
      } else {
        width = std::max(width, display_width(cell));
      }
    }
    width = std::max(width, before + after);
    const auto put = [&](std::string& line, const std::string& cell, std::size_t left) {
      if (!first) line += "  ";
      line += std::string(left, ' ') + cell;
      line += std::string(width - std::min(width, left + display_width(cell)), ' ');
    };
    put(lines[0], columns_[j].title, number ? width - display_width(columns_[j].title) : 0);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::string& cell = rows_[i][j];
      std::size_t left = 0;
      if (number) {
        left = has_decimal_place(cell) ? width - after - width_before_point(cell) : width - display_width(cell);
      }
      put(lines[i + 1], cell, left);
    }
    first = false;
  }
  std::string out;
  const bool headless = std::all_of(columns_.begin(), columns_.end(), [](const Head& h) { return h.title.empty(); });
  for (std::size_t i = headless ? 1 : 0; i < lines.size(); ++i) {
    trim_right(lines[i]);
    if (i == 0) {
      out += std::string(heading_on) + lines[i] + std::string(heading_off);
    } else {
      out += lines[i];
    }
    out += '\n';
  }
  return out;
}

}  // namespace relia::io
