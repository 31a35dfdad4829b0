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
/// How many characters from the start of a number scan_number() may look at.
inline constexpr std::ptrdiff_t kScanReach = 48;

/// The value of a run of up to 16 digits.
inline std::uint64_t join_run(const char* p, unsigned n) noexcept {
  if (n == 0) return 0;
  if (n <= 8) return static_cast<std::uint64_t>(join_digits(load_digits(p) << (64 - 8 * n)));
  const auto high = static_cast<std::uint64_t>(join_digits(load_digits(p) << (64 - 8 * (n - 8))));
  return high * 100000000U + static_cast<std::uint64_t>(join_digits(load_digits(p + n - 8)));
}

/// The digits of a number: how many stand before and after the mark, and what they say without it, if `known`.
struct ScannedNumber {
  std::ptrdiff_t before = 0, after = 0;
  std::uint64_t digits = 0;
  bool marked = false, known = true;
  const char* end = nullptr;
};

/// The digits at p, one by one.
inline ScannedNumber scan_slowly(const char* p, char mark) noexcept {
  ScannedNumber out;
  const auto run = [&] {
    const char* const first = p;
    unsigned d;
    while ((d = static_cast<unsigned>(static_cast<unsigned char>(*p) - '0')) < 10) {
      out.digits = out.digits * 10 + d;
      ++p;
    }
    return p - first;
  };
  out.before = run();
  out.marked = mark != 0 && *p == mark;
  if (out.marked) {
    ++p;
    out.after = run();
  }
  out.known = out.before + out.after <= 19;
  out.end = p;
  return out;
}

/// The same, 32 characters at once, of which and of the 16 behind them all can be read.
inline ScannedNumber scan_number(const char* p, char mark) noexcept {
  const std::uint64_t others =
      find_non_digits(p) | std::uint64_t{find_non_digits(p + 16)} << 16 | std::uint64_t{1} << 32;
  const auto before = static_cast<unsigned>(std::countr_zero(others));
  const bool marked = mark != 0 && before < 32 && p[before] == mark;
  const auto end = marked ? static_cast<unsigned>(std::countr_zero(others & (others - 1))) : before;
  if (end >= 32) return scan_slowly(p, mark);
  const unsigned after = marked ? end - before - 1 : 0;
  ScannedNumber out{before, after, 0, marked, before + after <= 16, p + end};
  if (out.known) {
    constexpr std::uint64_t kTen[] = {1,
                                      10,
                                      100,
                                      1000,
                                      10000,
                                      100000,
                                      1000000,
                                      10000000,
                                      100000000,
                                      1000000000,
                                      10000000000,
                                      100000000000,
                                      1000000000000,
                                      10000000000000,
                                      100000000000000,
                                      1000000000000000,
                                      10000000000000000};
    out.digits = join_run(p, before) * kTen[after] + join_run(p + before + 1, after);
  }
  return out;
}

/// A number in any form that std::from_chars and Clinger's rule take; any length.
/// @returns its end, or nullptr when it is no plain number
inline const char* read_any_number(
    const char* p, const char* limit, char mark, WholeNumbers whole, double& value) noexcept {
  const ScannedNumber n = kShortNumbers && limit - p >= kScanReach ? scan_number(p, mark) : scan_slowly(p, mark);
  if (n.before + n.after == 0) return nullptr;
  const bool exponent = *n.end == 'e' || *n.end == 'E';
  if (whole == WholeNumbers::exact_ids && !n.marked && !exponent && (n.before > 15 || (n.before > 1 && *p == '0')))
    return nullptr;
  if (n.known && n.digits <= (std::uint64_t{1} << 53) && !exponent) {
    value = static_cast<double>(static_cast<std::int64_t>(n.digits)) / kExactPowersOfTen[n.after];
    return n.end;
  }
  if (mark == ',') return nullptr;
  const auto [end, error] = std::from_chars(p, limit, value);
  return error == std::errc{} && end >= n.end ? end : nullptr;
}

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
