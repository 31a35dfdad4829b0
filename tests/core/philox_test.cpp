#include "core/numeric/philox.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace relia {
namespace {

/// kat_vectors of Random123 (Salmon et al. 2011), philox4x32 with 10 rounds.
TEST(Philox, GivesThePublishedKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, 0, 0), (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffff, 0xffffffff),
            (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
            (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsAFunctionOfSeedPurposeAndStream) {
  RandomStream a(7, RandomPurpose::life, 3), b(7, RandomPurpose::life, 3);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
  const std::uint64_t first = RandomStream(7, RandomPurpose::life, 3).bits();
  EXPECT_NE(first, RandomStream(8, RandomPurpose::life, 3).bits());
  EXPECT_NE(first, RandomStream(7, RandomPurpose::weight, 3).bits());
  EXPECT_NE(first, RandomStream(7, RandomPurpose::life, 4).bits());
  EXPECT_NE(first, RandomStream(7 + (std::uint64_t{1} << 32), RandomPurpose::life, 3).bits());
  EXPECT_NE(first, RandomStream(7, RandomPurpose::life, 3 + (std::uint64_t{1} << 32)).bits());
}

/// Kolmogorov's distance of 1e6 numbers lies below the 1 - 1e-6 quantile of its law, sqrt(n) D = 2.69.
TEST(RandomStream, IsUniform) {
  constexpr int kBins = 1 << 16, kCount = 1000000;
  std::vector<int> bins(kBins);
  RandomStream r(1, RandomPurpose::life, 0);
  double sum = 0.0;
  for (int i = 0; i < kCount; ++i) {
    const double u = r.uniform();
    ASSERT_GT(u, 0.0);
    ASSERT_LT(u, 1.0);
    ++bins[static_cast<std::size_t>(u * kBins)];
    sum += u;
  }
  EXPECT_NEAR(sum / kCount, 0.5, 5.0 * std::sqrt(1.0 / 12.0 / kCount));
  double cumulative = 0.0, distance = 0.0, chi2 = 0.0;
  const double expected = static_cast<double>(kCount) / kBins;
  for (int k = 0; k < kBins; ++k) {
    const int found = bins[static_cast<std::size_t>(k)];
    cumulative += found;
    distance = std::fmax(distance, std::fabs(cumulative / kCount - (k + 1.0) / kBins));
    chi2 += (found - expected) * (found - expected) / expected;
  }
  EXPECT_LT(distance * std::sqrt(static_cast<double>(kCount)), 2.69);
  EXPECT_NEAR(chi2, kBins - 1.0, 5.0 * std::sqrt(2.0 * kBins));
}

TEST(RandomStream, DrawsWholeNumbersEvenly) {
  RandomStream r(3, RandomPurpose::choice, 1);
  std::vector<int> seen(7);
  for (int i = 0; i < 70000; ++i) ++seen[r.below(7)];
  for (const int s : seen) EXPECT_NEAR(s, 10000, 5.0 * std::sqrt(70000.0 * 6.0 / 49.0));
}

}  // namespace
}  // namespace relia
