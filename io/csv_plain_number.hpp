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
inline constexpr std::uint64_t kWholePowersOfTen[] = {1,       10,        100,        1'000,      10'000,
                                                      100'000, 1'000'000, 10'000'000, 100'000'000};

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

/// The value of the first `count` (0 to 8) of the eight characters at p, all digits.
inline std::uint64_t value_of_digits(const char* p, unsigned count) noexcept {
  std::uint64_t t;
  std::memcpy(&t, p, 8);
  t ^= 0x3030303030303030u;
  // Zeros take the places of what is not there (in two shifts, as one by 64 is undefined); then pairs, fours and
  // eights are joined.
  const unsigned half = 32 - 4 * count;
  t = t << half << half;
  t = t * 10 + (t >> 8);
  t = ((t & 0x000000FF000000FFu) * 0x000F424000000064u + ((t >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u) >> 32;
  return t & 0xFFFFFFFFu;
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

/// Reads the unsigned number at `p`. `limit` bounds what may be read; some character before it ends the number.
///
/// At most 15 digits, eight on either side of the mark, make an integer below 2^53, and dividing that by an exact
/// power of ten rounds once, so correctly (Clinger 1990); the rest goes the long way. Where the number ends comes
/// from one comparison of 16 characters, so that the next cell need not wait for this one's value.
/// @returns its end, or nullptr when it is no plain number
inline const char* read_plain_number(
    const char* p, const char* limit, char mark, WholeNumbers whole, double& value) noexcept {
  const auto long_way = [&] { return read_any_number(p, limit, mark, whole, value); };
  if (std::endian::native != std::endian::little || limit - p < 32) return long_way();
  const unsigned others = find_non_digits(p);
  const auto before = static_cast<unsigned>(std::countr_zero(others | 0x10000u));
  if (before > 8) return long_way();
  if (p[before] == mark && mark != 0) {
    const auto end = static_cast<unsigned>(std::countr_zero((others & (others - 1)) | 0x10000u));
    const unsigned after = end - before - 1;
    if (end == 16 || after > 8 || before + after == 0 || before + after > 15 || (p[end] | 0x20) == 'e')
      return long_way();
    const std::uint64_t digits =
        value_of_digits(p, before) * kWholePowersOfTen[after] + value_of_digits(p + before + 1, after);
    value = static_cast<double>(static_cast<std::int64_t>(digits)) / kExactPowersOfTen[after];
    return p + end;
  }
  if (before == 0 || (p[before] | 0x20) == 'e') return long_way();
  if (whole == WholeNumbers::exact_ids && before > 1 && *p == '0') return nullptr;
  value = static_cast<double>(static_cast<std::int64_t>(value_of_digits(p, before)));
  return p + before;
}

}  // namespace relia::io
