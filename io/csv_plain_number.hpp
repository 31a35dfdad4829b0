// The common case of a number in a cell, read at full speed: digits with at most one decimal mark.

#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace relia::io {

/// Powers of ten that a double holds exactly.
inline constexpr double kExactPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
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

/// Eight characters as numbers, those of digits 0 to 9; the first in the lowest byte.
inline std::uint64_t load_digits(const char* p) noexcept {
  std::uint64_t t;
  std::memcpy(&t, p, 8);
  return t ^ 0x3030303030303030u;
}

/// The value of eight digits so loaded: pairs, fours and eights are joined.
inline std::int64_t join_digits(std::uint64_t t) noexcept {
  t = t * 10 + (t >> 8);
  t = ((t & 0x000000FF000000FFu) * 0x000F424000000064u + ((t >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u) >> 32;
  return static_cast<std::int64_t>(t & 0xFFFFFFFFu);
}

/// One bit for each of the 16 characters at p that is no digit.
inline unsigned find_non_digits(const char* p) noexcept {
#ifdef __SSE2__
  const __m128i digits = _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), _mm_set1_epi8('0'));
  const __m128i are = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  return static_cast<unsigned>(_mm_movemask_epi8(are)) ^ 0xFFFFu;
#else
  unsigned bits = 0;
  for (unsigned k = 0; k < 16; ++k) bits |= static_cast<unsigned>(p[k] < '0' || p[k] > '9') << k;
  return bits;
#endif
}

/// The short way reads bytes as integers, the first as the lowest.
inline constexpr bool kShortNumbers = std::endian::native == std::endian::little;
/// How many characters from the start of a number it may look at.
inline constexpr std::ptrdiff_t kShortReach = 32;

/// The mark as read_short_number() wants it: where the file has none, a character that never ends a run of digits.
constexpr char short_mark(char mark) noexcept {
  return mark == 0 ? '0' : mark;
}

/// Reads the unsigned number at `p`, of which kShortReach characters can be read, when it has one to eight digits, some
/// on each side of the mark if it has one. It may be cut short before an exponent: the caller looks at what follows.
///
/// Such a number is an integer divided by a power of ten, both exact, so rounded once and correctly (Clinger 1990).
/// Where it ends comes from one comparison of 16 characters, so that the next cell need not wait for the value.
/// @returns its end, or nullptr when it has another form
inline const char* read_short_number(const char* p, char mark, WholeNumbers whole, double& value) noexcept {
  const unsigned others = find_non_digits(p);
  const auto before = static_cast<unsigned>(std::countr_zero(others | 0x10000u));
  if (before - 1 > 7) return nullptr;                               // none, or more than eight
  const std::uint64_t front = load_digits(p) << (64 - 8 * before);  // zeros stand before the digits
  if (p[before] != mark) {
    if (whole == WholeNumbers::exact_ids && before > 1 && *p == '0') return nullptr;
    value = static_cast<double>(join_digits(front));
    return p + before;
  }
  const unsigned end = static_cast<unsigned>(std::countr_zero((others & (others - 1)) | 0x10000u));
  const unsigned after = end - before - 1;
  if (after - 1 > 6 || before + after > 8) return nullptr;
  const std::uint64_t back = load_digits(p + before + 1) << (64 - 8 * after);
  value = static_cast<double>(join_digits(front >> (8 * after) | back)) / kExactPowersOfTen[after];
  return p + end;
}

}  // namespace relia::io
