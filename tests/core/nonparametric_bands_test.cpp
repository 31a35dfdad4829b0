#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/nonparametric.hpp>

#include "core/nonparametric/confidence_bands.hpp"

namespace relia {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double odds_ratio(double a, double b) {
  return b * (1 - a) / (a * (1 - b));
}

// Hall and Wellner (1980); Klein and Moeschberger, Survival Analysis (2003), table C.4, four decimals.
TEST(ConfidenceBands, HallWellnerCriticalValuesAreThoseOfTheTables) {
  const double at_half = 0.00005 + 1e-9;
  EXPECT_NEAR(hall_wellner_critical_value(0.90, 0, 0.1), 0.5985, at_half);
  EXPECT_NEAR(hall_wellner_critical_value(0.90, 0, 0.3), 0.9597, at_half);
  EXPECT_NEAR(hall_wellner_critical_value(0.90, 0, 0.5), 1.1334, at_half);
  EXPECT_NEAR(hall_wellner_critical_value(0.90, 0.10, 0.12), 0.6210, at_half);
  EXPECT_NEAR(hall_wellner_critical_value(0.90, 0.10, 0.30), 0.9589, at_half);
  EXPECT_NEAR(hall_wellner_critical_value(0.90, 0, 1), 1.2238, at_half);
}

// With the whole bridge the distribution is Kolmogorov's: 1 - 2 sum (-1)^(j-1) exp(-2 j^2 k^2).
TEST(ConfidenceBands, TheWholeHallWellnerBandIsKolmogorovs) {
  for (const double k : {0.6, 0.9, 1.2238, 1.3581, 1.6276, 2.5}) {
    double sum = 1;
    for (int j = 1; j < 60; ++j) sum += 2 * (j % 2 == 0 ? 1 : -1) * std::exp(-2.0 * j * j * k * k);
    EXPECT_NEAR(hall_wellner_probability(k, 0, 1), sum, 1e-14) << k;
  }
}

// Nair (1984) and the tables made from it solve the asymptotic tail
//   alpha = phi(c) [ (c - 1/c) log r + 4/c ],
// of which Klein and Moeschberger's 90 % table has c = 2.8695 for 0.16 … 0.98 and 2.7003 for 0.60 … 0.98. The exact
// value lies below: the tail formula is an upper approximation whose relative error falls with c.
double asymptotic_tail(double c, double r) {
  const double density = std::exp(-c * c / 2) / std::sqrt(2 * std::numbers::pi);
  return density * ((c - 1 / c) * std::log(r) + 4 / c);
}

TEST(ConfidenceBands, EqualPrecisionCriticalValuesApproachThoseOfTheTables) {
  EXPECT_NEAR(asymptotic_tail(2.8695, odds_ratio(0.16, 0.98)), 0.1, 1e-4);
  EXPECT_NEAR(asymptotic_tail(2.7003, odds_ratio(0.60, 0.98)), 0.1, 1e-4);
  EXPECT_NEAR(equal_precision_critical_value(0.9, odds_ratio(0.16, 0.98)), 2.8695, 0.008);
  EXPECT_LT(equal_precision_critical_value(0.9, odds_ratio(0.16, 0.98)), 2.8695);
  EXPECT_NEAR(equal_precision_critical_value(0.9, odds_ratio(0.60, 0.98)), 2.7003, 0.02);
  double before = 1;
  for (const double c : {3.0, 3.5, 4.0, 5.0}) {
    const double r = odds_ratio(0.05, 0.95), exact = 1 - equal_precision_probability(c, r);
    const double off = asymptotic_tail(c, r) / exact - 1;
    EXPECT_GT(off, 0) << c;
    EXPECT_LT(off, before) << c;
    before = off;
  }
  EXPECT_LT(before, 0.003);
}

TEST(ConfidenceBands, AnEqualPrecisionBandOfOneAgeIsPointwise) {
  EXPECT_NEAR(equal_precision_critical_value(0.95, 1.0), 1.959963984540054, 1e-13);
  EXPECT_GT(equal_precision_critical_value(0.95, 1.5), 1.96);
}

// Ornstein-Uhlenbeck paths watched at steps of h cross like a continuous one does c + 0.5826 sqrt(2h)
// (Broadie, Glasserman and Kou 1997).
TEST(ConfidenceBands, EqualPrecisionProbabilityIsThatOfSimulatedPaths) {
  std::mt19937_64 gen(5);
  std::normal_distribution<double> normal;
  const double r = odds_ratio(0.1, 0.9), time = std::log(r) / 2, c = 2.6;
  constexpr int kSteps = 400, kPaths = 10000;
  const double h = time / kSteps, keep = std::exp(-h), shake = std::sqrt(1 - keep * keep);
  int inside = 0;
  for (int path = 0; path < kPaths; ++path) {
    double x = normal(gen);
    bool in = std::fabs(x) <= c;
    for (int k = 0; k < kSteps && in; ++k) {
      x = keep * x + shake * normal(gen);
      in = std::fabs(x) <= c;
    }
    inside += in ? 1 : 0;
  }
  const double want = equal_precision_probability(c + 0.5826 * std::sqrt(2 * h), r);
  EXPECT_NEAR(inside / static_cast<double>(kPaths), want, 5 * std::sqrt(want * (1 - want) / kPaths));
}

// The whole true curve lies inside a 90 % band in nine samples of ten.
TEST(ConfidenceBands, BandsHoldTheWholeCurveAsOftenAsTheySay) {
  std::mt19937_64 gen(21);
  std::uniform_real_distribution<double> u(0, 1);
  constexpr int kTrials = 500;
  for (const std::string band : {"equal-precision", "hall-wellner"}) {
    int held = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      LifeTable table;
      for (int i = 0; i < 200; ++i) {
        const double life = -std::log(u(gen)), end = 4 * u(gen);
        table.lower.push_back(std::min(life, end));
        table.upper.push_back(life <= end ? life : kInfinity);
      }
      NonparametricOptions o;
      o.band = band;
      o.transform = "arcsine";
      o.confidence = 0.9;
      o.band_from = 0.2;
      o.band_to = 1.8;
      const NonparametricReport r = nonparametric(table, o);
      const auto &t = r.find("time")->values, &low = r.find("lower")->values, &high = r.find("upper")->values;
      bool in = true;
      for (std::size_t i = 0; i + 1 < t.size(); ++i) {
        if (std::isnan(low[i]) || std::isnan(low[i + 1])) continue;
        in = in && std::exp(-t[i]) <= high[i] && std::exp(-t[i + 1]) >= low[i];
      }
      held += in ? 1 : 0;
    }
    EXPECT_NEAR(held / static_cast<double>(kTrials), 0.9, 5 * std::sqrt(0.09 / kTrials)) << band;
  }
}

}  // namespace
}  // namespace relia
