// Philox4x32-10: random numbers as a function of a counter.
//
// A key (the seed) and a counter of 128 bits give 128 random bits, in any order and by any thread. The counter is
// (purpose, stream, index, draw), so every number of every replicate has its own address, and the bits of a study do
// not depend on how its work is shared out.
//
// Source   Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, Proc. SC'11, section 3.4.
// Checked  tests/core/philox_test.cpp (the known answers published with Random123).

#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace relia {

using PhiloxBlock = std::array<std::uint32_t, 4>;

/// Ten rounds of Philox4x32.
[[nodiscard]] constexpr PhiloxBlock philox(PhiloxBlock x, std::uint32_t key0, std::uint32_t key1) noexcept {
  constexpr std::uint64_t kFirst = 0xD2511F53U, kSecond = 0xCD9E8D57U;
  constexpr std::uint32_t kWeyl0 = 0x9E3779B9U, kWeyl1 = 0xBB67AE85U;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = kFirst * x[0], b = kSecond * x[2];
    x = {static_cast<std::uint32_t>(b >> 32) ^ x[1] ^ key0, static_cast<std::uint32_t>(b),
         static_cast<std::uint32_t>(a >> 32) ^ x[3] ^ key1, static_cast<std::uint32_t>(a)};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return x;
}

/// What a stream of random numbers is for; streams of different purposes never share a number.
enum class RandomPurpose : std::uint32_t { life = 1, censoring = 2, entry = 3, weight = 4, choice = 5, level = 6 };

/// The sequence of random numbers that belongs to (seed, purpose, stream): uniform numbers in order, each addressed by
/// its place, so that stream k of a study is the same whoever draws it.
///
/// Units    uniform(): multiples of 2^-52 moved to the middle of their cell, so never 0 and never 1.
/// Threads  one object a thread; copies are independent.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint64_t stream) noexcept
      : key0_(static_cast<std::uint32_t>(seed)),
        key1_(static_cast<std::uint32_t>(seed >> 32)),
        counter_{0, static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32),
                 static_cast<std::uint32_t>(purpose) << 24} {}

  /// The next 64 bits.
  [[nodiscard]] std::uint64_t bits() noexcept {
    if (!half_) {
      block_ = philox(counter_, key0_, key1_);
      // 2^32 blocks, then the high bits that the purpose leaves free.
      if (++counter_[0] == 0) ++counter_[3];
      half_ = true;
      return std::uint64_t{block_[0]} << 32 | block_[1];
    }
    half_ = false;
    return std::uint64_t{block_[2]} << 32 | block_[3];
  }

  [[nodiscard]] double uniform() noexcept { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

  /// Standard exponential, by inversion.
  [[nodiscard]] double exponential() noexcept { return -std::log(uniform()); }

  /// A whole number in [0, n), n > 0: the high product of Lemire (2019), biased by at most n / 2^64.
  [[nodiscard]] std::uint64_t below(std::uint64_t n) noexcept {
    __extension__ typedef unsigned __int128 Wide;
    return static_cast<std::uint64_t>(static_cast<Wide>(bits()) * n >> 64);
  }

 private:
  std::uint32_t key0_, key1_;
  PhiloxBlock counter_;
  PhiloxBlock block_{};
  bool half_ = false;
};

}  // namespace relia
