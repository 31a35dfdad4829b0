#include "core/kernels/extreme_batch.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace relia {
namespace {

TEST(VectorExp, WithinTwoUlpOfTheLibraryExponential) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> wide(-708.0, 709.0), near(-2.0, 2.0);
  std::vector<double> x = {0.0,    -0.0, 1.0, -1.0, 1e-300, -1e-17, 0.34657359027997264, -0.34657359027997264,
                           -708.0, 709.0};
  for (int i = 0; i < 100000; ++i) x.push_back(i % 2 == 0 ? wide(random) : near(random));
  std::vector<double> y(x.size());
  vector_exp(x, y);
  double worst = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double e = std::exp(x[i]);
    worst = std::fmax(worst, std::fabs(y[i] - e) / (std::nextafter(e, std::numeric_limits<double>::infinity()) - e));
  }
  EXPECT_LE(worst, 2.0);
}

TEST(VectorExp, EndsInZeroAndInfinity) {
  const std::vector<double> x = {-709.0, -1e300, 710.0, 1e300, -std::numeric_limits<double>::infinity()};
  std::vector<double> y(x.size());
  vector_exp(x, y);
  EXPECT_EQ(y[0], 0.0);
  EXPECT_EQ(y[1], 0.0);
  EXPECT_TRUE(std::isinf(y[2]) && std::isinf(y[3]));
  EXPECT_EQ(y[4], 0.0);
}

TEST(ExtremeSums, AreTheSumsRowByRowForEveryLength) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> u(-3.0, 1.5), c(0.5, 9.0);
  for (std::size_t n = 0; n < 40; ++n) {
    std::vector<double> rows, count;
    ExtremeSums plain, counted;
    for (std::size_t i = 0; i < n; ++i) {
      rows.push_back(u(random));
      count.push_back(std::floor(c(random)));
      const double z = (rows[i] - 0.25) * 1.75, w = std::exp(z);
      for (const auto& [sums, k] : {std::pair<ExtremeSums*, double>{&plain, 1.0}, {&counted, count[i]}}) {
        sums->count += k;
        sums->z += k * z;
        sums->w += k * w;
        sums->zw += k * z * w;
        sums->zzw += k * z * z * w;
      }
    }
    for (const bool with : {false, true}) {
      const ExtremeSums e =
          extreme_sums(rows, with ? std::span<const double>(count) : std::span<const double>{}, 0.25, 1.75);
      const ExtremeSums& r = with ? counted : plain;
      const double scale = 1e-14 * (1.0 + r.count * 30.0);
      EXPECT_EQ(e.count, r.count);
      EXPECT_NEAR(e.z, r.z, scale);
      EXPECT_NEAR(e.w, r.w, scale);
      EXPECT_NEAR(e.zw, r.zw, scale);
      EXPECT_NEAR(e.zzw, r.zzw, scale);
    }
  }
}

}  // namespace
}  // namespace relia
