// The parts of a chunk's codec against their definitions, at every length where the fast ways begin and end.

#include "io/store_codec.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace relia::io {
namespace {

std::vector<std::byte> random_bytes(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<std::byte> out(n);
  for (std::byte& b : out) b = static_cast<std::byte>(random());
  return out;
}

// Sums of big-endian words in ones' complement arithmetic, a word at a time (Fletcher 1982, as HDF5 pads an odd byte).
std::uint32_t fletcher_by_definition(std::span<const std::byte> bytes) {
  const auto fold = [](std::uint32_t v) { return (v & 0xFFFFU) + (v >> 16); };
  std::uint32_t s1 = 0, s2 = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = std::to_integer<std::uint32_t>(bytes[i]);
    const auto low = i + 1 < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + 1]) : 0U;
    s1 = fold(s1 + (high << 8 | low));
    s2 = fold(s2 + s1);
  }
  return s2 << 16 | s1;
}

TEST(StoreCodec, FletcherIsThatOfTheDefinition) {
  std::vector<std::size_t> lengths;
  for (std::size_t n = 0; n <= 200; ++n) lengths.push_back(n);
  for (const std::size_t n : {11519U, 11520U, 11521U, 11552U, 23040U, 23075U, 100000U, 100001U}) lengths.push_back(n);
  for (const std::size_t n : lengths) {
    const std::vector<std::byte> bytes = random_bytes(n + 3, static_cast<unsigned>(n));
    for (std::size_t from = 0; from < 3; ++from) {
      const auto part = std::span(bytes).subspan(from, n);
      ASSERT_EQ(fletcher32(part), fletcher_by_definition(part)) << n << " bytes from " << from;
    }
    const std::vector<std::byte> zeros(n), ones(n, std::byte{0xFF});
    ASSERT_EQ(fletcher32(zeros), 0U) << n;
    ASSERT_EQ(fletcher32(ones), fletcher_by_definition(ones)) << n;
  }
}

TEST(StoreCodec, XxhIsThatOfItsAuthor) {
  // Values of the reference implementation (xxHash 0.8).
  const auto of = [](const char* text) { return xxh64(std::as_bytes(std::span(text, std::strlen(text))), 0); };
  EXPECT_EQ(of(""), 0xEF46DB3751D8E999U);
  EXPECT_EQ(of("a"), 0xD24EC4F1A98C6E5BU);
  EXPECT_EQ(of("abc"), 0x44BC2CF5AD770999U);
}

TEST(StoreCodec, BlocksSummedSideBySideAreThoseSummedAlone) {
  for (const std::size_t block : {1U, 24U, 32U, 40U, 4096U, 8192U}) {
    for (std::size_t blocks = 0; blocks < 11; ++blocks) {
      for (const std::size_t more : {std::size_t{0}, std::size_t{1}, block / 2}) {
        if (more >= block) continue;
        const std::vector<std::byte> bytes = random_bytes(blocks * block + more, static_cast<unsigned>(block + blocks));
        std::uint64_t sum = 0;
        for (std::size_t i = 0, k = 0; i < bytes.size(); i += block, ++k) {
          sum += xxh64(std::span(bytes).subspan(i, std::min(block, bytes.size() - i)), 7 + k);
        }
        ASSERT_EQ(sum_of_xxh64(bytes, block, 7), sum) << blocks << " blocks of " << block << " and " << more;
      }
    }
  }
}

TEST(StoreCodec, AnyRunOfRowsIsUnshuffledAlone) {
  for (const std::size_t element : {1U, 3U, 4U, 8U}) {
    for (const std::size_t rows : {1U, 15U, 16U, 17U, 100U, 1024U, 1500U}) {
      const std::vector<std::byte> raw = random_bytes(rows * element, static_cast<unsigned>(rows));
      std::vector<std::byte> shuffled(raw.size()), back(raw.size());
      shuffle_bytes(raw, element, shuffled.data());
      for (std::size_t k = 0; k < element; ++k) ASSERT_EQ(shuffled[k * rows + rows - 1], raw[(rows - 1) * element + k]);
      unshuffle_bytes(shuffled, element, back.data());
      ASSERT_EQ(back, raw) << rows << " of " << element;
      for (const std::size_t first : {std::size_t{0}, rows / 3, rows - 1}) {
        for (const std::size_t n : {std::size_t{1}, (rows - first) / 2, rows - first}) {
          std::vector<std::byte> part(n * element + 1, std::byte{0x5A});
          unshuffle_rows(shuffled, element, first, n, part.data());
          ASSERT_TRUE(
              std::equal(part.begin(), part.end() - 1, raw.begin() + static_cast<std::ptrdiff_t>(first * element)));
          ASSERT_EQ(part.back(), std::byte{0x5A}) << "nothing behind them is touched";
        }
      }
    }
  }
}

TEST(StoreCodec, RowsOfAnOpenedChunkAreThoseThatWereEncoded) {
  constexpr std::size_t kRows = 4096, kElement = 8;
  std::vector<double> smooth(kRows);
  for (std::size_t i = 0; i < kRows; ++i) smooth[i] = static_cast<double>(i / 7) * 0.5;
  std::vector<std::byte> even(kRows * kElement);
  std::memcpy(even.data(), smooth.data(), even.size());
  for (const std::vector<std::byte>& raw : {even, random_bytes(kRows * kElement, 5)}) {  // the second is stored plain
    for (const ChunkFilters filters :
         {ChunkFilters{true, true, true}, {false, true, true}, {true, false, true}, {false, false, true}, {}}) {
      ChunkEncoder encoder(filters, 1);
      std::vector<std::byte> chunk;
      const std::uint32_t mask = encoder.encode(raw, kElement, chunk);
      ChunkDecoder decoder;
      ASSERT_TRUE(decoder.open(chunk, mask, filters, kElement, raw.size()));
      std::vector<std::byte> room(1024 * kElement);
      for (std::size_t first = 0; first < kRows; first += 1000) {
        const std::size_t n = std::min<std::size_t>(1000, kRows - first);
        const auto rows = decoder.rows(first, n, room.data());
        ASSERT_EQ(rows.size(), n * kElement);
        ASSERT_TRUE(std::equal(rows.begin(), rows.end(), raw.begin() + static_cast<std::ptrdiff_t>(first * kElement)));
      }
      // Not a byte more or less, and with the checksum not a bit otherwise.
      EXPECT_FALSE(decoder.open(chunk, mask, filters, kElement, raw.size() + kElement));
      EXPECT_FALSE(decoder.open(chunk, mask, filters, kElement, raw.size() - kElement));
      EXPECT_FALSE(decoder.open(std::span(chunk).first(chunk.size() - 1), mask, filters, kElement, raw.size()));
      EXPECT_FALSE(decoder.open(std::span(chunk).first(0), mask, filters, kElement, raw.size()));
      if (!filters.fletcher32) continue;
      for (std::size_t at = 0; at < chunk.size(); at += 97) {
        std::vector<std::byte> other = chunk;
        other[at] ^= std::byte{0x10};
        EXPECT_FALSE(decoder.open(other, mask, filters, kElement, raw.size())) << at;
      }
    }
  }
}

}  // namespace
}  // namespace relia::io
