// Every life law's log f, log S and log F against 50-digit values, at the centre, in both tails, and at shapes from
// 1e-3 to 1e12. Allowed: a few units of the value's own condition, that is of what one rounding of mu, sigma, the shape
// or u does.

#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/registry.hpp"
#include "tests/golden/golden_csv.hpp"

namespace relia {
namespace {

using golden::kEps;

TEST(GoldenLaws, LogFunctionsAgreeWith50DigitValues) {
  std::map<std::string, int> compared;
  for (const golden::Record& r : golden::read("laws.csv")) {
    const auto law = find_distribution(r[0]);
    ASSERT_NE(law, nullptr) << r[0];
    std::vector<double> theta;
    std::istringstream cells(r[1]);
    for (std::string cell; std::getline(cells, cell, ';');) theta.push_back(golden::number(cell));
    const double u = golden::number(r[2]);
    const auto bound = law->bind(theta);
    // Integrated tails: a sum of 120 terms, and a density whose constant is a difference.
    const bool integrated = r[0] == "gamma" || r[0] == "gengamma" || r[0] == "inverse-gaussian";
    const double units = integrated ? 96.0 : 8.0;  // a complement of F = 0.994 loses two digits
    const std::string where = r[0] + " (" + r[1] + ") at u = " + r[2];
    const auto check = [&](const char* name, double got, std::size_t column) {
      const double want = golden::number(r[column]), condition = golden::number(r[column + 1]);
      if (std::isinf(want)) {
        EXPECT_EQ(got, want) << name << ' ' << where;
        return;
      }
      if (want < -1e20) {  // exp(z) may overflow on the way to what is nothing by any standard
        EXPECT_LT(got, -1e20) << name << ' ' << where;
        return;
      }
      EXPECT_NEAR(got, want, units * kEps * condition + 1e-300) << name << ' ' << where << ", condition " << condition;
    };
    Term t;
    bound->log_pdf(u, t);
    check("log f", t.f, 3);
    bound->log_sf(u, t);
    check("log S", t.f, 5);
    bound->log_cdf(u, t);
    check("log F", t.f, 7);
    ++compared[r[0]];
  }
  for (const RegistryRow& row : registry()) {
    EXPECT_GE(compared[row.distribution->name()], 5) << row.distribution->name() << " has no golden values";
  }
}

}  // namespace
}  // namespace relia
