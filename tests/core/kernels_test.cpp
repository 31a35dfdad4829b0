// The standard kernels against 500-digit values, to a few units in the last place, in both tails.

#include <cmath>
#include <functional>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "core/kernels/gaussian.hpp"
#include "core/kernels/logistic.hpp"
#include "core/kernels/smallest_extreme.hpp"
#include "tests/golden/golden_csv.hpp"

namespace relia {
namespace {

using golden::kEps;

struct Functions {
  Taylor2 (*log_pdf)(double) noexcept;
  Taylor2 (*log_sf)(double) noexcept;
  Taylor2 (*log_cdf)(double) noexcept;
  double (*quantile_log_sf)(double) noexcept;
  double (*quantile_log_cdf)(double) noexcept;
};

template <class K>
Functions functions_of() {
  return {K::log_pdf, K::log_sf, K::log_cdf, K::quantile_log_sf, K::quantile_log_cdf};
}

const std::map<std::string, Functions>& kernels() {
  static const std::map<std::string, Functions> kTable = {{"smallest_extreme", functions_of<SmallestExtreme>()},
                                                          {"largest_extreme", functions_of<LargestExtreme>()},
                                                          {"gaussian", functions_of<Gaussian>()},
                                                          {"logistic", functions_of<Logistic>()}};
  return kTable;
}

/// What underflows may vanish.
constexpr double kTiny = 1e-304;

TEST(Kernels, AgreeWith500DigitValuesToAFewUnits) {
  int compared = 0;
  for (const golden::Record& r : golden::read("kernels.csv")) {
    const Functions& k = kernels().at(r[0]);
    const double z = golden::number(r[2]);
    const Taylor2 t = r[1] == "log_pdf" ? k.log_pdf(z) : r[1] == "log_sf" ? k.log_sf(z) : k.log_cdf(z);
    const std::string where = r[0] + " " + r[1] + "(" + r[2] + ")";
    const double f = golden::number(r[3]), d1 = golden::number(r[4]), d2 = golden::number(r[5]);
    // Backward stable: the value of a z that differs by a unit or two, to a unit or two.
    const double slope = std::fmax(std::fabs(d1), r[1] == "log_pdf" ? 1.0 : 0.0);  // of log f: 1 - w, s - c
    EXPECT_LE(std::fabs(t.f - f), 4.0 * (kEps * (std::fabs(f) + std::fabs(z * d1)) + kTiny)) << where;
    EXPECT_LE(std::fabs(t.d1 - d1), 4.0 * (kEps * (slope + std::fabs(z * d2)) + kTiny)) << where;
    EXPECT_LE(std::fabs(t.d2 - d2),
              8.0 * (kEps * (1.0 + (d1 == 0.0 ? 0.0 : std::fabs(z * d2 / d1))) * std::fabs(d2) + kTiny))
        << where;
    ++compared;
  }
  EXPECT_EQ(compared, 480);
}

// No derivative may be NaN anywhere on the line: one bad row would poison a whole sum.
TEST(Kernels, DerivativesAreNeverNaN) {
  for (const auto& [name, k] : kernels()) {
    for (const double size : {0.0, 1e-300, 1e-8, 1.0, 30.0, 38.6, 700.1, 709.7, 709.9, 745.2, 1e3, 1e8, 1e100, 1e155}) {
      for (const double z : {size, -size}) {
        for (const Taylor2 t : {k.log_pdf(z), k.log_sf(z), k.log_cdf(z)}) {
          EXPECT_FALSE(std::isnan(t.f) || std::isnan(t.d1) || std::isnan(t.d2)) << name << " at " << z;
        }
      }
    }
  }
}

// quantile(log F(z)) = z and quantile(log S(z)) = z wherever the log tells z apart from its neighbours.
TEST(Kernels, QuantilesInvertTheirOwnTail) {
  for (const auto& [name, k] : kernels()) {
    for (double z = -700.0; z <= 700.0; z += std::fabs(z) < 40.0 ? 0.37 : 13.7) {
      const Taylor2 s = k.log_sf(z), f = k.log_cdf(z);
      // An error of one unit in the log moves z by eps |log| / |derivative|.
      if (s.f < f.f) {
        if (!std::isfinite(s.f)) continue;
        EXPECT_NEAR(k.quantile_log_sf(s.f), z, 4.0 * kEps * (std::fabs(z) + 2.0 * std::fabs(s.f / s.d1)))
            << name << " sf at " << z;
      } else {
        if (!std::isfinite(f.f)) continue;
        EXPECT_NEAR(k.quantile_log_cdf(f.f), z, 4.0 * kEps * (std::fabs(z) + 2.0 * std::fabs(f.f / f.d1)))
            << name << " cdf at " << z;
      }
    }
  }
}

}  // namespace
}  // namespace relia
