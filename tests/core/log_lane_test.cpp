// Ages put on a logarithmic axis many at once: against 80-bit logarithms, and where their quotients are no normal
// numbers.

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "core/distributions/distribution.hpp"

namespace relia {
namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();

/// ln(t/scale); near the scale by the difference, which 64 bits hold exactly.
long double log_of(double t, double scale) {
  const long double c = scale, d = (static_cast<long double>(t) - c) / c;
  return std::fabs(d) < 0.5L ? std::log1p(d) : std::log(static_cast<long double>(t) / c);
}

TEST(AgesOnTheAxis, ManyAtOnceAreWithinTwoUlp) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> near(0.6, 1.6), exponent(-60.0, 60.0), close(-1e-9, 1e-9);
  for (const double scale : {1.0, 26297.0, 3.7e-12, 9.1e14}) {
    Axis axis;
    axis.log = true;
    axis.scale = scale;
    std::vector<double> t;
    for (int i = 0; i < 20000; ++i) {
      t.push_back(scale * near(random));
      t.push_back(scale * std::exp(exponent(random)));
      t.push_back(scale * (1.0 + close(random)));
    }
    for (const double x : {0.71, 0.7071067811865475, 0.7071067811865476, 1.41, 1.4142135623730949, 1.4142135623730951})
      t.push_back(scale * x);
    std::vector<double> u(t.size());
    axis.to_u(t, u);
    for (std::size_t i = 0; i < t.size(); ++i) {
      const long double want = log_of(t[i], scale);
      // One rounding of the difference, or of the quotient where t is not near the scale, and the logarithm's own.
      const long double allowed = kEps * (1.5L * std::fabs(want) + (std::fabs(want) > 0.3L ? 0.5L : 0.0L));
      ASSERT_LE(std::fabs(static_cast<long double>(u[i]) - want), allowed) << t[i] << " over " << scale;
    }
  }
}

TEST(AgesOnTheAxis, NumbersBeyondTheNormalRangeAreAsOneByOne) {
  Axis axis;
  axis.log = true;
  axis.scale = 1e10;
  std::vector<double> t(700, 5.0), u(700);
  t[3] = 1e-300;
  t[600] = 1e-318;
  t[601] = 0.0;
  t[602] = std::numeric_limits<double>::infinity();
  axis.to_u(t, u);
  for (const std::size_t i : {0U, 3U, 600U, 601U, 602U, 699U}) {
    const double want = axis.to_u(t[i]);
    EXPECT_TRUE(u[i] == want || std::fabs(u[i] - want) <= kEps * std::fabs(want)) << t[i];
  }
}

TEST(AgesOnTheAxis, TheWholeLineIsExact) {
  Axis axis;
  axis.log = false;
  axis.scale = 4.0;
  axis.shift = 3.0;
  const std::vector<double> t = {-5.0, 3.0, 11.0};
  std::vector<double> u(3);
  axis.to_u(t, u);
  EXPECT_EQ(u, (std::vector<double>{-2.0, 0.0, 2.0}));
}

}  // namespace
}  // namespace relia
