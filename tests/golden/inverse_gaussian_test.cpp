// Tails of the inverse Gaussian life with both derivatives, on both sides of where their closed form ends.

#include <array>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "core/registry.hpp"
#include "tests/golden/golden_csv.hpp"

namespace relia {
namespace {

using golden::kEps;

TEST(GoldenInverseGaussian, TailsAndTheirDerivativesAgreeWith50DigitValues) {
  const auto law = find_distribution("inverse-gaussian");
  int compared = 0;
  for (const golden::Record& r : golden::read("inverse_gaussian.csv")) {
    const std::array<double, 2> theta = {0.0, golden::number(r[0])};
    Term t(2);
    const auto bound = law->bind(theta);
    const double y = golden::number(r[1]);
    if (r[2] == "cdf") {
      bound->log_cdf(y, t);
    } else {
      bound->log_sf(y, t);
    }
    // Location enters as u - mu.
    const std::array<double, 6> got = {t.f, -t.d(0), t.d(1), t.dd(0, 0), -t.dd(1, 0), t.dd(1, 1)};
    // What one rounding of y and b does to a tail far out, where all of them grow with -log of it. Where F > 1/2 the
    // tails are integrals, whose variances are differences.
    const double f = std::fabs(golden::number(r[3])), log_f = r[2] == "cdf" ? f : -std::log(-std::expm1(-f));
    const double units = log_f < 0.6931 ? 256.0 : 16.0 + 2.0 * log_f;
    double size = 0.0;  // derivatives cross zero, each at an age of its own
    for (std::size_t i = 1; i < 6; ++i) size = std::fmax(size, std::fabs(golden::number(r[3 + i])));
    for (std::size_t i = 0; i < 6; ++i) {
      const double want = golden::number(r[3 + i]);
      EXPECT_NEAR(got[i], want, units * kEps * (i == 0 ? std::fabs(want) : size))
          << r[2] << " at y " << r[1] << ", b " << r[0] << ", number " << i;
    }
    ++compared;
  }
  EXPECT_GE(compared, 60);
}

}  // namespace
}  // namespace relia
