#include "cli/text_table.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace relia::cli {
namespace {

// Columns a text takes on a terminal: East Asian wide characters take two.
std::size_t width_of(const std::string& text) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xc0U) == 0x80U) continue;
    n += c >= 0xe3U ? 2 : 1;
  }
  return n;
}

}  // namespace

std::string printable(const std::string& text, std::size_t longest) {
  std::string out;
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xc0U) != 0x80U && ++n > longest) return out + "...";
    if (c < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", c);
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string printable_lines(const std::string& text) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    out += printable(text.substr(from, end - from), std::string::npos) + '\n';
    from = end + 1;
  }
  return out;
}

std::string aligned(const TextRows& rows, const std::vector<bool>& right) {
  std::vector<std::size_t> width(right.size(), 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], width_of(row[c]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string blank(width[c] - width_of(row[c]), ' ');
      line += (c == 0 ? "  " : "   ") + (right[c] ? blank + row[c] : row[c] + blank);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace relia::cli
