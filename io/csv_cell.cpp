#include "io/csv_cell.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

namespace relia::io {
namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/// Length of the multi-byte blank at the start (or end) of the text, or 0.
std::size_t wide_blank_at_start(std::string_view t) noexcept {
  if (t.starts_with("\xC2\xA0")) return 2;
  if (t.starts_with("\xE3\x80\x80") || t.starts_with("\xEF\xBB\xBF")) return 3;
  return 0;
}
std::size_t wide_blank_at_end(std::string_view t) noexcept {
  if (t.ends_with("\xC2\xA0")) return 2;
  if (t.ends_with("\xE3\x80\x80") || t.ends_with("\xEF\xBB\xBF")) return 3;
  return 0;
}

std::string escaped(std::string_view text) {
  constexpr std::size_t kShown = 40;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  std::size_t i = 0, characters = 0;
  for (; i < text.size() && characters < kShown; ++characters) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7F) {
      out += "\\x";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
    } else if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      out += "\\u00";  // C1 control characters drive terminals too
      const auto d = static_cast<unsigned char>(text[i + 1]);
      out += kDigits[d >> 4];
      out += kDigits[d & 15];
      ++i;
    } else {
      out += text[i];
      while (c >= 0xC0 && i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xC0) == 0x80) {
        out += text[++i];
      }
    }
    ++i;
  }
  if (i < text.size()) out += "…";
  return out;
}

}  // namespace

std::string_view trimmed(std::string_view t) noexcept {
  for (;;) {
    if (!t.empty() && is_blank(t.front())) {
      t.remove_prefix(1);
    } else if (const std::size_t wide = wide_blank_at_start(t)) {
      t.remove_prefix(wide);
    } else {
      break;
    }
  }
  for (;;) {
    if (!t.empty() && is_blank(t.back())) {
      t.remove_suffix(1);
    } else if (const std::size_t wide = wide_blank_at_end(t)) {
      t.remove_suffix(wide);
    } else {
      break;
    }
  }
  return t;
}

std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string shown(std::string_view cell) {
  std::string out(1, '\'');
  out.append(escaped(cell)).push_back('\'');
  if (cell.size() > 200) out += " (" + std::to_string(cell.size()) + " bytes)";
  return out;
}

std::string shown_name(std::string_view name) {
  return escaped(name);
}

CellNumber parse_number(std::string_view cell, DecimalMarks marks) {
  using Kind = CellNumber::Kind;
  CellNumber out;
  std::string_view t = trimmed(cell);
  if (t.empty()) {
    out.kind = Kind::empty;
    return out;
  }
  const bool negative = t.front() == '-';
  if (negative || t.front() == '+') t.remove_prefix(1);
  if (t.empty() || t.front() == '-' || t.front() == '+') return out;
  if (!is_digit(t.front()) && t.front() != '.' && t.front() != ',') {
    if (t.size() > 8) return out;
    const std::string word = folded(t);
    if (word == "inf" || word == "infinity" || word == "∞") {
      out.kind = negative ? Kind::text : Kind::infinite;
    } else if (word == "nan") {
      out.kind = Kind::not_a_number;
    }
    return out;
  }

  std::size_t i = 0, digits = 0;
  while (i < t.size() && is_digit(t[i])) ++i, ++digits;
  const std::size_t integer_digits = digits;
  bool nonzero = false;
  std::size_t mark_at = std::string_view::npos;
  if (i < t.size() && (t[i] == '.' || t[i] == ',')) {
    const bool allowed = marks == DecimalMarks::either || (t[i] == ',') == (marks == DecimalMarks::comma);
    if (!allowed) return out;
    out.mark = t[i];
    mark_at = i++;
    while (i < t.size() && is_digit(t[i])) ++i, ++digits;
  }
  if (digits == 0) return out;
  const std::size_t mantissa_end = i;
  if (i < t.size() && (t[i] == 'e' || t[i] == 'E')) {
    ++i;
    if (i < t.size() && (t[i] == '+' || t[i] == '-')) ++i;
    const std::size_t first = i;
    while (i < t.size() && is_digit(t[i])) ++i;
    if (i == first) return out;
  }
  if (i != t.size()) return out;
  for (std::size_t k = 0; k < mantissa_end && !nonzero; ++k) nonzero = t[k] >= '1' && t[k] <= '9';

  double value = 0.0;
  std::errc status{};
  if (nonzero) {
    if (out.mark == ',') {
      std::string with_point(t);
      with_point[mark_at] = '.';
      status = std::from_chars(with_point.data(), with_point.data() + with_point.size(), value).ec;
    } else {
      status = std::from_chars(t.data(), t.data() + t.size(), value).ec;
    }
    if (status != std::errc{} || std::isinf(value) || value == 0.0) {
      // Out of range; which way, the position of the first digit plus the exponent's sign tells.
      bool small = false;
      if (mantissa_end < t.size()) {
        small = t[mantissa_end + 1] == '-';
      } else {
        small = t[0] == '0' || t[0] == '.' || t[0] == ',';
      }
      out.kind = small ? Kind::too_small : Kind::too_large;
      return out;
    }
  }
  out.kind = Kind::number;
  out.value = negative ? -value : value;
  if (mark_at == std::string_view::npos && mantissa_end == t.size()) {
    out.exact_id = !(integer_digits > 1 && t[0] == '0') && value < 9007199254740992.0;
  }
  return out;
}

}  // namespace relia::io
