// The common case of a number in a cell, read at full speed: digits with at most one decimal mark.

#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace relia::io {

/// Powers of ten that a double holds exactly.
inline constexpr double kExactPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr std::uint64_t kWholePowersOfTen[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000};

/// How digits without mark and exponent are taken.
enum class WholeNumbers : std::uint8_t {
  any,
  exact_ids  ///< only those whose digits a double keeps (see CellNumber); others are no plain numbers
};

/// A number in any form that std::from_chars and Clinger's rule take; any length.
/// @returns its end, or nullptr when it is no plain number
inline const char* read_any_number(
    const char* p, const char* limit, char mark, WholeNumbers whole, double& value) noexcept {
  const char* q = p;
  std::uint64_t digits = 0;
  const auto run = [&] {
    const char* const first = q;
    unsigned d;
    while ((d = static_cast<unsigned>(static_cast<unsigned char>(*q) - '0')) < 10) {
      digits = digits * 10 + d;
      ++q;
    }
    return q - first;
  };
  const auto before = run();
  std::ptrdiff_t after = 0;
  const bool marked = mark != 0 && *q == mark;
  if (marked) {
    ++q;
    after = run();
  }
  if (before + after == 0) return nullptr;
  const bool exponent = *q == 'e' || *q == 'E';
  if (whole == WholeNumbers::exact_ids && !marked && !exponent && (before > 15 || (before > 1 && *p == '0')))
    return nullptr;
  if (before + after <= 19 && digits <= (std::uint64_t{1} << 53) && !exponent) {
    value = static_cast<double>(static_cast<std::int64_t>(digits)) / kExactPowersOfTen[after];
    return q;
  }
  if (mark == ',') return nullptr;
  const auto [end, error] = std::from_chars(p, limit, value);
  return error == std::errc{} && end >= q ? end : nullptr;
}

/// Up to eight digits at once: their number and their value.
struct DigitRun {
  unsigned count;
  std::uint64_t value;
};
inline DigitRun read_eight(const char* p) noexcept {
  std::uint64_t t;
  std::memcpy(&t, p, 8);
  t ^= 0x3030303030303030u;
  // The high bit of a byte is set where it is no digit; a carry only spoils bytes behind the first such.
  const std::uint64_t other = ((t + 0x7676767676767676u) | t) & 0x8080808080808080u;
  const auto count = static_cast<unsigned>(std::countr_zero(other)) / 8;  // 64 / 8 when all are digits
  // Zeros take the places of what is not there (in two shifts, as one by 64 is undefined); then pairs, fours and
  // eights are joined.
  const unsigned half = 32 - 4 * count;
  t = t << half << half;
  t = t * 10 + (t >> 8);
  t = ((t & 0x000000FF000000FFu) * 0x000F424000000064u + ((t >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u) >> 32;
  return {count, t & 0xFFFFFFFFu};
}

/// Reads the unsigned number at `p`. `limit` bounds what may be read; some character before it ends the number.
///
/// Fewer than eight digits on either side of the mark make an integer below 2^53, and dividing that by an exact
/// power of ten rounds once, so correctly (Clinger 1990); the rest goes the long way.
/// @returns its end, or nullptr when it is no plain number
inline const char* read_plain_number(
    const char* p, const char* limit, char mark, WholeNumbers whole, double& value) noexcept {
  if (std::endian::native != std::endian::little || limit - p < 24)
    return read_any_number(p, limit, mark, whole, value);
  const DigitRun before = read_eight(p);
  if (before.count == 8) return read_any_number(p, limit, mark, whole, value);
  const char* q = p + before.count;
  if (*q == mark && mark != 0) {
    const DigitRun after = read_eight(++q);
    if (after.count == 8) return read_any_number(p, limit, mark, whole, value);
    q += after.count;
    if (before.count + after.count == 0 || (*q | 0x20) == 'e') return read_any_number(p, limit, mark, whole, value);
    const std::uint64_t digits = before.value * kWholePowersOfTen[after.count] + after.value;
    value = static_cast<double>(static_cast<std::int64_t>(digits)) / kExactPowersOfTen[after.count];
    return q;
  }
  if (before.count == 0 || (*q | 0x20) == 'e') return read_any_number(p, limit, mark, whole, value);
  if (whole == WholeNumbers::exact_ids && before.count > 1 && *p == '0') return nullptr;
  value = static_cast<double>(static_cast<std::int64_t>(before.value));
  return q;
}

}  // namespace relia::io
