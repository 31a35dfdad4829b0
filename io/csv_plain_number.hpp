// The common case of a number in a cell, read at full speed: digits with at most one decimal mark.

#pragma once

#include <charconv>
#include <cstdint>
#include <system_error>

namespace relia::io {

/// Powers of ten that a double holds exactly.
inline constexpr double kExactPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

struct PlainNumber {
  const char* end = nullptr;  ///< behind the number; nullptr: not a plain number
  double value = 0.0;
  bool whole = false;    ///< digits only
  bool exact_id = true;  ///< a double keeps its digits (see CellNumber)
};

/// Reads the number at `p`, which starts with a digit or the mark. `limit` bounds what may be read; some
/// character before it ends the number.
///
/// At most 19 digits whose integer is below 2^53, divided by an exact power of ten, are rounded once, so
/// correctly (Clinger 1990); the rest goes to std::from_chars.
inline PlainNumber read_plain_number(const char* p, const char* limit, char mark) noexcept {
  PlainNumber out;
  const char* q = p;
  std::uint64_t digits = 0;
  const auto digit = [](char c) { return static_cast<unsigned>(static_cast<unsigned char>(c) - '0'); };
  unsigned d;
  while ((d = digit(*q)) < 10) {
    digits = digits * 10 + d;
    ++q;
  }
  const auto before = q - p;
  std::ptrdiff_t after = 0;
  if (mark != 0 && *q == mark) {
    const char* const fraction = ++q;
    while ((d = digit(*q)) < 10) {
      digits = digits * 10 + d;
      ++q;
    }
    after = q - fraction;
  } else {
    out.whole = true;
    out.exact_id = !(before > 1 && *p == '0') && before <= 15;
  }
  const auto count = before + after;
  if (count == 0) return out;
  const bool exponent = *q == 'e' || *q == 'E';
  if (count <= 19 && digits <= (std::uint64_t{1} << 53) && !exponent) {
    out.value = static_cast<double>(digits) / kExactPowersOfTen[after];
    out.end = q;
    return out;
  }
  if (mark == ',') return out;
  if (exponent) {
    out.exact_id = true;
    out.whole = false;
  }
  const auto [end, error] = std::from_chars(p, limit, out.value);
  if (error == std::errc{} && end >= q) out.end = end;
  return out;
}

}  // namespace relia::io
