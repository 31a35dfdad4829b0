// The pieces of the log-gamma density against 500-digit values.

#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "core/distributions/log_gamma_density.hpp"
#include "tests/golden/golden_csv.hpp"

namespace relia {
namespace {

using golden::kEps;

TEST(ExponentialRemainders, AgreeWith500DigitValues) {
  int compared = 0;
  for (const golden::Record& r : golden::read("remainders.csv")) {
    if (r[0] != "remainders") continue;
    const ExponentialRemainders e = exponential_remainders(golden::number(r[1]));
    const std::array<double, 7> got = {e.e0, e.e0_1, e.e0_2, e.e1, e.e1_1, e.e1_2, e.exp};
    // Past |x| = 1 each derivative is a difference of neighbours: a factor of a few each, and of |x| on the falling
    // side, where the pieces die away by one power of x a derivative and their parts do not.
    const double x = golden::number(r[1]), y = std::fmax(1.0, -x);
    const std::array<double, 7> allowed = {4, 16, 64 * y, 4, 16 * y, 64 * y * y, 4};
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double want = golden::number(r[i + 2]);
      EXPECT_NEAR(got[i], want, allowed[i] * kEps * std::fabs(want)) << "value " << i << " at x = " << r[1];
    }
    ++compared;
  }
  EXPECT_EQ(compared, 29);
}

TEST(LogGammaDensity, ConstantAndItsDerivativesAgreeWith500DigitValues) {
  int compared = 0;
  for (const golden::Record& r : golden::read("remainders.csv")) {
    if (r[0] != "density") continue;
    const double lambda = golden::number(r[1]);
    const LogGammaDensity density(lambda);
    // At w = 0 the density is its constant alone.
    const ShapeJet at = density.log_pdf(0.0);
    // ln|lambda| + k ln k - k - ln Gamma(k) loses the size of its largest part.
    const double k = 1.0 / std::fmax(lambda * lambda, 0.1),
                 part = 1.0 + k * std::fabs(std::log(k)) + std::fabs(std::log(std::fmax(std::fabs(lambda), 0.1)));
    EXPECT_NEAR(at.f, golden::number(r[2]), 4.0 * kEps * part) << lambda;
    const double l = std::fmax(std::fabs(lambda), 0.35);
    EXPECT_NEAR(at.s, golden::number(r[3]), 8.0 * kEps / l) << lambda;
    EXPECT_NEAR(at.ss, golden::number(r[4]), 64.0 * kEps * k * std::fmax(1.0, k)) << lambda;
    ++compared;
  }
  EXPECT_EQ(compared, 25);
}

TEST(LogGammaDensity, FallIsTheDifferenceOfLogDensities) {
  for (const double lambda : {0.0, 1e-6, 0.05, -0.3, 0.7, 1.0, -1.5, 3.0}) {
    const LogGammaDensity density(lambda);
    for (const double w : {-3.0, -0.5, 0.0, 0.4, 2.0}) {
      for (const double d : {-1.5, -0.2, -1e-5, 1e-9, 1e-3, 0.3, 1.1}) {
        const ShapeJet a = density.log_pdf(w), b = density.log_pdf(w + d);
        EXPECT_NEAR(density.tail_from(w).fall(d), a.f - b.f, 8.0 * kEps * (1.0 + std::fabs(a.f) + std::fabs(b.f)))
            << lambda << ' ' << w << ' ' << d;
      }
    }
  }
}

}  // namespace
}  // namespace relia
